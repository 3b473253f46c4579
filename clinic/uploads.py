"""Files on their way in: they stay in memory, so that a photograph of a patient never lies on a disk unsealed."""

from io import BytesIO
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.utils.translation import gettext_lazy as _

from clinic import pictures


class InMemory(FileUploadHandler):
    """Keeps of each file one byte more than a picture may have, which is enough to see that it is too heavy."""

    file: BytesIO

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.file = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        room = pictures.MOST_BYTES + 1 - self.file.tell()
        self.file.write(raw_data[:room])

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        size = self.file.tell()
        self.file.seek(0)
        return InMemoryUploadedFile(
            file=self.file,
            field_name=self.field_name,
            name=self.file_name,
            content_type=self.content_type,
            size=size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )


class PictureField(forms.FileField):
    """Takes a file and gives its bytes; whether they are a picture is for the verb to say, which writes it anew."""

    widget = forms.FileInput(attrs={"accept": pictures.ACCEPT})
    default_error_messages = {
        "required": _("Choose a photograph."),
        "missing": _("Choose a photograph."),
        "empty": _("This file is empty. Please choose another."),
    }

    def to_python(self, data: Any) -> Any:
        file = super().to_python(data)
        if file is None:
            return None
        if file.size > pictures.MOST_BYTES:
            raise ValidationError(str(pictures.TooHeavy.sentence), code="too_heavy")
        return file.read()
