"""The owner reads the trail here; nobody writes it here."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from clinic.accounts.admin_base import ListManners, ReadOnly
from clinic.audit.models import AuditEntry


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnly, ListManners):
    list_display = ["at", "actor", "role", "action", "outcome", "object_type", "object_id", "reason"]
    list_filter = ["action", "outcome", "at"]
    list_select_related = ["actor"]
    search_fields = ["=object_id", "=patient_id", "=request_id", "actor__email__istartswith"]
    search_words = _("A number of an object, a patient or a request, or the beginning of an address.")
    date_hierarchy = "at"
    empty_words = _("Nobody has done anything yet that leaves a row.")
