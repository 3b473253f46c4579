"""The delivery log: what went out to whom, what waits and what needs a telephone call; never what was said."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from clinic.accounts.admin_base import ListManners, ReadOnly
from clinic.outbox.models import PURGED, OutboundMessage


@admin.register(OutboundMessage)
class OutboundMessageAdmin(ReadOnly, ListManners):
    list_display = ["to", "subject", "state", "due_at", "sent_at", "attempts", "error"]
    list_filter = ["state", "due_at", "language"]
    search_fields = ["to__istartswith", "=about"]
    search_words = _("The beginning of an address, or what a message is about, such as consultation:<number>.")
    date_hierarchy = "due_at"
    fields = [
        "to",
        "subject",
        "language",
        "state",
        "created_at",
        "due_at",
        "expires_at",
        "sent_at",
        "attempts",
        "error",
    ]
    empty_words = _("No message has been written yet. Each booking, change and invitation writes one.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer(*PURGED)
