"""Which links the public pages lead to: those typed into texts and registers, and our own pages."""

import re
from collections import defaultdict
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db.models import CASCADE, Model
from django.utils.translation import override
from modeltranslation.translator import translator
from modeltranslation.utils import build_localized_fieldname

from practitioners.models import Practitioner
from treatments.models import Comparison, Concern, Reference, Treatment

# To the end of what can be an address; a full stop or bracket that closes the sentence is not part of it.
_LINK = re.compile(r"https?://[^\s<>\"'，。；、（）「」]+[^\s<>\"'，。；、（）「」.,;:!?)\]]")
LONGEST = 500
Places = dict[str, list[tuple[str, str]]]


def found(now: datetime) -> Places:
    """Every link with the rows that it stands in."""
    places: Places = defaultdict(list)
    for model in translator.get_registered_models(abstract=False):
        names = [
            build_localized_fieldname(field, language)
            for field in translator.get_options_for_model(model).all_fields
            for language in settings.MODELTRANSLATION_LANGUAGES
        ]
        for row in model._default_manager.order_by("pk"):
            _add(places, row, *(getattr(row, name) or "" for name in names))
    for reference in Reference.objects.all():
        _add(places, reference, reference.citation)
    for practitioner in Practitioner.objects.exclude(registration_url=""):
        _add(places, practitioner, practitioner.registration_url)
    with override(settings.LANGUAGE_CODE):
        for shown in (Concern, Treatment, Comparison):
            for page in shown.objects.published(now):
                places[f"{settings.PUBLIC_BASE_URL}{page.get_absolute_url()}"].append(_place(page))
        for practitioner in Practitioner.objects.listed():
            places[f"{settings.PUBLIC_BASE_URL}{practitioner.get_absolute_url()}"].append(_place(practitioner))
    return {url: list(dict.fromkeys(rows)) for url, rows in places.items() if len(url) <= LONGEST}


def _add(places: Places, row: Model, *texts: str) -> None:
    for text in texts:
        for link in _LINK.findall(text):
            places[link].append(_place(row))


def _place(row: Any) -> tuple[str, str]:
    """The row whose form holds it: a line of a page has none of its own."""
    if type(row) not in admin.site._registry:
        owner = next(f for f in row._meta.fields if f.many_to_one and f.remote_field.on_delete is CASCADE)
        return owner.related_model._meta.label_lower, str(getattr(row, owner.attname))
    return row._meta.label_lower, str(row.pk)
