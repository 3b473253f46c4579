"""The versions of the questionnaire and of the rules, to read."""

import json
from typing import Any

from django.contrib import admin
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from clinic.accounts.admin_base import ListManners, ReadOnly
from treatments.models import Questionnaire, RuleSet


class VersionAdmin(ReadOnly, ListManners):
    list_display = ["version", "status", "published_at", "signed_by", "signed_at"]
    list_filter = ["status"]
    fields = ["version", "status", "published_at", "signed_by", "signed_at", "content"]
    readonly_fields = ["content"]
    empty_words = _("No version is loaded yet.")

    @admin.display(description=_("content"))
    def content(self, version: Any) -> SafeString:
        return format_html("<pre>{}</pre>", json.dumps(version.data, ensure_ascii=False, indent=2))


@admin.register(Questionnaire)
class QuestionnaireAdmin(VersionAdmin):
    pass


@admin.register(RuleSet)
class RuleSetAdmin(VersionAdmin):
    pass
