"""What holds between two treatments: how long the second waits, and whether they share a day."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from treatments.models.choices import GRADE_CHOICES


class SameDay(models.TextChoices):
    SILENT = "", _("Says nothing of it")
    NEVER = "never", _("Never on one day")
    PROTOCOL = "protocol", _("Only as a practitioner’s own protocol")


class CombinationManager(models.Manager["Combination"]):
    def about(self, code: str) -> list["Combination"]:
        """The rows that speak of a code, in their order; SQLite cannot look into a JSON list, and there are few."""
        return [row for row in self.all() if code in row.first or code in row.then]


class Combination(models.Model):
    """After any of the first codes, any of the second waits.

    Where several rows speak of a pair the longest wait holds; one of which no row speaks is not planned: unknown
    means ask.
    """

    first = models.JSONField(_("first"), help_text=_("Treatment codes that come first."))
    then = models.JSONField(_("then"), help_text=_("Treatment codes that wait."))
    wait_days = models.PositiveSmallIntegerField(_("days to wait"), null=True, blank=True)
    wait_months = models.PositiveSmallIntegerField(_("months to wait"), null=True, blank=True)
    same_day = models.CharField(_("on the same day"), max_length=10, choices=SameDay.choices, blank=True)
    comes_first = models.BooleanField(_("planned in this order"), default=False)
    is_refused = models.BooleanField(_("not planned together"), default=False)
    reason = models.TextField(_("reason"))
    evidence_grade = models.CharField(_("strength of evidence"), max_length=1, choices=GRADE_CHOICES, blank=True)
    refs = models.JSONField(_("sources"), default=list, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), unique=True)

    history: ClassVar[Any]  # in both languages; translation.py begins it
    objects: ClassVar[CombinationManager] = CombinationManager()

    class Meta:
        verbose_name = _("combination")
        verbose_name_plural = _("combinations")
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(
                condition=Q(wait_days=None) | Q(wait_months=None),
                name="a_wait_is_in_days_or_in_months",
                violation_error_message=_("Enter the wait in days or in months, not in both."),
            )
        ]

    def __str__(self) -> str:
        return f"{', '.join(self.first)} → {', '.join(self.then)}"

    def others(self, code: str) -> set[str]:
        """The codes that it sets against this one."""
        return {*(self.then if code in self.first else ()), *(self.first if code in self.then else ())}
