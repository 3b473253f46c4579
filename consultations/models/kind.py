"""The kinds of visit: how long each takes, how far ahead it is offered, and whether it is booked at once."""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from practitioners.models import KindCode


class BookingMode(models.TextChoices):
    INSTANT = "instant", _("Booked at once")
    REQUEST = "request", _("On request, confirmed by staff")
    STAFF_ONLY = "staff_only", _("Booked by staff only")


class KindQuerySet(models.QuerySet["Kind"]):
    def for_patients(self) -> Self:
        """Those a patient may choose by themselves."""
        return self.filter(is_active=True).exclude(mode=BookingMode.STAFF_ONLY)


class Kind(models.Model):
    code = models.CharField(_("kind of visit"), max_length=20, choices=KindCode.choices, unique=True)
    name = models.CharField(_("name"), max_length=80)
    description = models.CharField(_("description"), max_length=240, blank=True)
    minutes = models.PositiveSmallIntegerField(_("length in minutes"))
    minutes_before = models.PositiveSmallIntegerField(_("preparation in minutes"), default=0)
    minutes_after = models.PositiveSmallIntegerField(
        _("clean-up in minutes"),
        default=0,
        help_text=_("Neighbouring visits share the larger of clean-up and preparation."),
    )
    step_minutes = models.PositiveSmallIntegerField(_("offered every (minutes)"), default=20)
    notice_hours = models.PositiveSmallIntegerField(_("minimum notice in hours"), default=2)
    horizon_days = models.PositiveSmallIntegerField(_("bookable ahead in days"), default=60)
    mode = models.CharField(
        _("how it is booked"), max_length=12, choices=BookingMode.choices, default=BookingMode.INSTANT
    )
    needs_room = models.BooleanField(_("needs a room"), default=True)
    is_active = models.BooleanField(_("offered"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects: ClassVar[Any] = KindQuerySet.as_manager()

    class Meta:
        verbose_name = _("kind of visit")
        verbose_name_plural = _("kinds of visit")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(minutes__gte=5), name="a_visit_takes_five_minutes_at_least"),
            models.CheckConstraint(condition=Q(step_minutes__gte=5), name="times_are_five_minutes_apart_at_least"),
            # Availability looks for neighbours within a day, so no visit with its buffers may be longer than that.
            models.CheckConstraint(
                condition=Q(minutes__lte=720, minutes_before__lte=240, minutes_after__lte=240),
                name="a_visit_fits_into_a_day",
                violation_error_message=_("A visit takes twelve hours at most, its buffers four hours each."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_for_patients(self) -> bool:
        """Whether a patient may choose it by themselves, as `for_patients` says of many."""
        return self.is_active and self.mode != BookingMode.STAFF_ONLY
