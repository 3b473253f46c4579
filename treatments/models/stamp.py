"""Who has last read a text with a colleague's eyes, and when somebody should again."""

from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

USUAL_INTERVAL = timedelta(days=365)


class ReviewStamp(models.Model):
    reviewed_on = models.DateField(_("last reviewed"), null=True, blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("reviewed by"),
    )
    next_review_on = models.DateField(
        _("next review on"), null=True, blank=True, help_text=_("Empty: a year after the last review.")
    )

    class Meta:
        abstract = True

    @property
    def review_due_on(self) -> date | None:
        """When somebody should read it again; None where nobody has and no day is planned."""
        return self.next_review_on or (self.reviewed_on and self.reviewed_on + USUAL_INTERVAL)


def due(today: date) -> Q:
    """Texts whose review was planned for today or before, or never planned and a year old, or never made."""
    unplanned = Q(reviewed_on=None) | Q(reviewed_on__lte=today - USUAL_INTERVAL)
    return Q(next_review_on__lte=today) | Q(unplanned, next_review_on=None)
