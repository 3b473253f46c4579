"""The practitioner's note of a visit: written, signed, and from then on only amended."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.constraints import AppendOnly, Settled
from clinic.fields import SealedTextField
from consultations.models.consultation import Consultation
from practitioners.models import Practitioner


class Note(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    consultation = models.OneToOneField(Consultation, on_delete=models.PROTECT, related_name="note")
    author = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="+")
    body = SealedTextField()
    saved_at = models.DateTimeField(_("saved"))
    signed_at = models.DateTimeField(_("signed"), null=True, blank=True)

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        constraints = [
            # Its body is left to the verbs: the seal on it is renewed when keys rotate.
            Settled(
                name="a_signed_note_stays_signed",
                fields=["consultation", "author", "saved_at", "signed_at"],
                condition=models.Q(signed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.consultation_id)


class NoteAmendment(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    note = models.ForeignKey(Note, on_delete=models.PROTECT, related_name="amendments")
    author = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="+")
    body = SealedTextField()
    signed_at = models.DateTimeField(_("signed"))

    class Meta:
        verbose_name = _("amendment")
        verbose_name_plural = _("amendments")
        ordering = ["signed_at"]
        constraints = [AppendOnly(name="amendments_are_append_only")]

    def __str__(self) -> str:
        return str(self.note_id)
