"""Where public texts lead, and whether somebody answers there."""

from django.apps import apps
from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from clinic.accounts.admin_base import ListManners, ReadOnly
from treatments.models import CheckedLink


@admin.register(CheckedLink)
class LinkAdmin(ReadOnly, ListManners):
    list_display = ["url", "state", "finding", "tried_at", "answered_at", "places"]
    list_filter = ["state", "finding"]
    search_fields = ["url"]
    fields = ["url", "state", "finding", "status", "tried_at", "answered_at", "places"]
    empty_words = _("No link has been followed yet. The command check_links does it, outside of any page.")
    search_words = _("A link is “not checked” when nothing certain came of it: look at it yourself.")

    @admin.display(description=_("found in"))
    def places(self, link: CheckedLink) -> str:
        """The ways to the forms that hold it."""
        return format_html_join(", ", '<a href="{}">{} {}</a>', (_way(label, key) for label, key in link.found_in))


def _way(label: str, key: str) -> tuple[str, str, str]:
    model = apps.get_model(label)
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_change"
    return reverse(name, args=[key]), capfirst(str(model._meta.verbose_name)), key
