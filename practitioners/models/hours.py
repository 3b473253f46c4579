"""The roster: weekly hours in wall time, two rows a day make a break; extra hours of one day; time off in instants."""

from datetime import date, datetime
from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clinic.premises.models import Location
from practitioners.models.profile import Practitioner

WEEKDAYS = [
    (0, _("Monday")),
    (1, _("Tuesday")),
    (2, _("Wednesday")),
    (3, _("Thursday")),
    (4, _("Friday")),
    (5, _("Saturday")),
    (6, _("Sunday")),
]


class WorkingHours(models.Model):
    practitioner = models.ForeignKey(Practitioner, on_delete=models.CASCADE, related_name="hours")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="hours", verbose_name=_("location"))
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=WEEKDAYS)
    opens = models.TimeField(_("from"))
    closes = models.TimeField(_("until"), help_text=_("A break is the gap between two rows of the same day."))
    valid_from = models.DateField(_("first valid on"), null=True, blank=True)
    valid_until = models.DateField(_("last valid on"), null=True, blank=True)

    class Meta:
        verbose_name = _("working hours")
        verbose_name_plural = _("working hours")
        ordering = ["weekday", "opens"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes__gt=F("opens")),
                name="hours_end_after_they_begin",
                violation_error_message=_("The end comes before the beginning."),
            ),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="a_week_has_seven_days"),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H:%M}–{self.closes:%H:%M}"

    def counts_on(self, day: date) -> bool:
        """Whether this line is part of the roster of the day."""
        is_valid = (self.valid_from or date.min) <= day <= (self.valid_until or date.max)
        return is_valid and self.weekday == day.weekday()

    def meets(self, other: "WorkingHours") -> bool:
        """Whether both claim a moment of the same weekday, on some date for which both are valid."""
        return (
            self.weekday == other.weekday
            and self.opens < other.closes
            and other.opens < self.closes
            and (self.valid_from or date.min) <= (other.valid_until or date.max)
            and (other.valid_from or date.min) <= (self.valid_until or date.max)
        )


class ExtraHoursQuerySet(models.QuerySet["ExtraHours"]):
    def coming(self, day: date) -> Self:
        """Those that are not over on this day, with their location."""
        return self.filter(day__gte=day).select_related("location")


class ExtraHours(models.Model):
    """Hours on one day beside the weekly ones, in wall time like them."""

    practitioner = models.ForeignKey(Practitioner, on_delete=models.CASCADE, related_name="extra_hours")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+", verbose_name=_("location"))
    day = models.DateField(_("day"))
    opens = models.TimeField(_("from"))
    closes = models.TimeField(_("until"))

    objects: ClassVar[Any] = ExtraHoursQuerySet.as_manager()

    class Meta:
        verbose_name = _("extra hours")
        verbose_name_plural = _("extra hours")
        ordering = ["day", "opens"]
        indexes = [models.Index(fields=["practitioner", "day"], name="extra_hours_by_day")]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes__gt=F("opens")),
                name="extra_hours_end_after_they_begin",
                violation_error_message=_("The end comes before the beginning."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.opens:%H:%M}–{self.closes:%H:%M}"

    def clean(self) -> None:
        """Nobody works twice at the same time; the weekly hours are those that are saved."""
        if not all(vars(self)[name] for name in ("day", "opens", "closes")):
            return  # what a form could not read
        others = ExtraHours.objects.filter(practitioner=self.practitioner_id, day=self.day).exclude(pk=self.pk)
        theirs = [
            *WorkingHours.objects.filter(practitioner=self.practitioner_id),
            *(each.as_weekly for each in others),
        ]
        if any(line.meets(self.as_weekly) for line in theirs):
            raise ValidationError({"opens": _("These hours overlap other hours on the same day.")})

    @property
    def as_weekly(self) -> WorkingHours:
        """The line of a week that counts on this one day."""
        return WorkingHours(
            practitioner_id=self.practitioner_id,
            location_id=self.location_id,
            weekday=self.day.weekday(),
            opens=self.opens,
            closes=self.closes,
            valid_from=self.day,
            valid_until=self.day,
        )


class Absence(models.TextChoices):
    LEAVE = "leave", _("Leave")
    TRAINING = "training", _("Training")
    OTHER = "other", _("Other")


class TimeOffQuerySet(models.QuerySet["TimeOff"]):
    def meeting(self, starts: datetime, ends: datetime) -> Self:
        """Those that meet [starts, ends)."""
        return self.filter(starts__lt=ends, ends__gt=starts)


class TimeOff(models.Model):
    practitioner = models.ForeignKey(Practitioner, on_delete=models.CASCADE, related_name="time_off")
    starts = models.DateTimeField(_("from"))
    ends = models.DateTimeField(_("until"))
    absence = models.CharField(_("kind"), max_length=10, choices=Absence.choices, default=Absence.LEAVE)

    objects: ClassVar[Any] = TimeOffQuerySet.as_manager()

    class Meta:
        verbose_name = _("time off")
        verbose_name_plural = _("time off")
        ordering = ["starts"]
        indexes = [models.Index(fields=["practitioner", "ends"], name="time_off_by_end")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__gt=F("starts")),
                name="time_off_ends_after_it_begins",
                violation_error_message=_("The end comes before the beginning."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.practitioner}: {self.get_absence_display()}"

    def meets(self, starts: datetime, ends: datetime) -> bool:
        """Whether it meets [starts, ends), as the queryset says of many."""
        return self.starts < ends and starts < self.ends


class Roster(Practitioner):
    """A practitioner, looked at for their hours."""

    class Meta:
        proxy = True
        verbose_name = _("roster")
        verbose_name_plural = _("rosters")
        ordering = ["position", "pk"]
