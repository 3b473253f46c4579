"""A practitioner who is behind today: said by somebody, over by itself when the day is."""

from datetime import date
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from practitioners.models import Practitioner


class RunningLateQuerySet(models.QuerySet["RunningLate"]):
    def on(self, day: date) -> Self:
        """Those who are behind on this day of the clinic."""
        return self.filter(day=day, minutes__gt=0)


class RunningLate(models.Model):
    """By how many minutes a practitioner is behind on one day; no time of a visit changes."""

    LONGEST = 180

    practitioner = models.ForeignKey(Practitioner, on_delete=models.CASCADE, related_name="late")
    day = models.DateField(_("day"))
    minutes = models.PositiveSmallIntegerField(_("minutes late"))
    said_at = models.DateTimeField(_("said"))
    said_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[Any] = RunningLateQuerySet.as_manager()

    class Meta:
        verbose_name = _("running late")
        verbose_name_plural = _("running late")
        constraints = [
            models.UniqueConstraint(fields=["practitioner", "day"], name="somebody_is_late_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.practitioner_id} {self.day}"
