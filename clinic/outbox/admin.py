"""The delivery log: what went out to whom, what waits and what needs a telephone call; never what was said."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from clinic.accounts.admin_base import ListManners, ReadOnly, person
from clinic.outbox import post
from clinic.outbox.models import PURGED, Occasion, OutboundMessage


class About(admin.SimpleListFilter):
    title = _("kind")
    parameter_name = "occasion"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(Occasion.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[OutboundMessage]) -> QuerySet[OutboundMessage]:
        return queryset.filter(occasion=self.value()) if self.value() in Occasion.values else queryset


@admin.register(OutboundMessage)
class OutboundMessageAdmin(ReadOnly, ListManners):
    list_display = ["to", "kind", "reference", "state", "due_at", "sent_at", "attempts", "error"]
    list_filter = ["state", About, "due_at", "language"]
    search_fields = ["to__istartswith", "=reference", "=about"]
    search_words = _("The beginning of an address, or the reference of a visit.")
    date_hierarchy = "due_at"
    fields = [
        "to",
        "kind",
        "reference",
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
    actions = [*ListManners.actions, "send_again"]
    empty_words = _("No message has been written yet. Each booking, change and invitation writes one.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer(*PURGED)

    @admin.display(description=_("kind"), ordering="occasion")
    def kind(self, message: OutboundMessage) -> str:
        return message.is_about

    # Whoever sees the list may try again; the words of a message are no more changed by it than by the first attempt.
    @admin.action(description=_("Send again"), permissions=["view"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[OutboundMessage]) -> None:
        """Try each of the chosen messages afresh, or say why it cannot be."""
        sent = 0
        for message in queryset:
            try:
                post.send_again(actor=person(request), message=message, now=timezone.now())
                sent += 1
            except post.CannotSendAgain as refused:
                messages.error(request, f"{refused.sentence} ({message.to})")
        if sent:
            again = ngettext(
                "%(count)s message is on its way again.", "%(count)s messages are on their way again.", sent
            )
            messages.success(request, again % {"count": sent})
