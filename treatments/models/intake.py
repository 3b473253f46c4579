"""The versions of the questionnaire and of the rules that read its answers. They hold questions, never answers."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class VersionStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")


class VersionQuerySet(models.QuerySet[Any]):
    def current(self) -> Any:
        """The newest published version; None before the first."""
        return self.filter(status=VersionStatus.PUBLISHED).order_by("-version").first()


class Version(models.Model):
    version = models.PositiveIntegerField(_("version"), unique=True)
    status = models.CharField(_("status"), max_length=10, choices=VersionStatus.choices, default=VersionStatus.DRAFT)
    data = models.JSONField(_("content"))
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    # A version may be in use before a clinical lead has put a name to it; until then every brief says so.
    signed_by = models.CharField(_("signed by"), max_length=120, blank=True)
    signed_at = models.DateTimeField(_("signed"), null=True, blank=True)

    objects: ClassVar[Any] = VersionQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering: ClassVar[list[str]] = ["-version"]

    def __str__(self) -> str:
        return str(self.version)

    @property
    def is_signed(self) -> bool:
        return self.signed_at is not None


class Questionnaire(Version):
    class Meta(Version.Meta):
        abstract = False
        verbose_name = _("questionnaire")
        verbose_name_plural = _("questionnaires")
        constraints = [
            models.CheckConstraint(
                condition=Q(status="draft") | Q(published_at__isnull=False), name="a_published_questionnaire_has_a_date"
            )
        ]


class RuleSet(Version):
    class Meta(Version.Meta):
        abstract = False
        verbose_name = _("rule set")
        verbose_name_plural = _("rule sets")
        constraints = [
            models.CheckConstraint(
                condition=Q(status="draft") | Q(published_at__isnull=False), name="a_published_rule_set_has_a_date"
            )
        ]
