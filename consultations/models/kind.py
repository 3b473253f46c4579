"""The kinds of visit: how long each takes, how far ahead it is offered, and whether it is booked at once."""

from collections.abc import Iterable
from copy import copy
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clinic.premises.models import DeviceKind, RoomKind
from practitioners.models import KindCode
from treatments.models import Treatment


class BookingMode(models.TextChoices):
    INSTANT = "instant", _("Booked at once")
    REQUEST = "request", _("On request, confirmed by staff")
    STAFF_ONLY = "staff_only", _("Booked by staff only")


class Audience(models.TextChoices):
    ANYONE = "anyone", _("Anyone")
    KNOWN = "known", _("People who have been here before")
    AFTER_FIRST = "after_first", _("After a first visit")
    CALLERS = "callers", _("Shown, and booked by calling the clinic")


class KindQuerySet(models.QuerySet["Kind"]):
    def for_patients(self) -> Self:
        """Those a patient may choose by themselves."""
        return self.shown().exclude(audience=Audience.CALLERS)

    def shown(self) -> Self:
        """Those a patient is told of."""
        return self.filter(is_active=True).exclude(mode=BookingMode.STAFF_ONLY)


class Kind(models.Model):
    code = models.CharField(_("kind of visit"), max_length=20, choices=KindCode.choices, unique=True)
    name = models.CharField(_("name"), max_length=80)
    description = models.CharField(_("description"), max_length=240, blank=True)
    minutes = models.PositiveSmallIntegerField(
        _("length in minutes"),
        help_text=_("What the patient is told, without preparation and clean-up. Visits already booked keep theirs."),
    )
    minutes_before = models.PositiveSmallIntegerField(
        _("preparation in minutes"),
        default=0,
        help_text=_("Practitioner, room and device are kept free for so long before the visit."),
    )
    minutes_after = models.PositiveSmallIntegerField(
        _("clean-up in minutes"),
        default=0,
        help_text=_("Neighbouring visits share the larger of clean-up and preparation."),
    )
    overrun_minutes = models.PositiveSmallIntegerField(
        _("clean-up may run past closing by (minutes)"),
        default=0,
        help_text=_(
            "The visit itself always ends within the hours; so much of its clean-up may lie after them, or in a break."
        ),
    )
    step_minutes = models.PositiveSmallIntegerField(
        _("offered every (minutes)"),
        default=20,
        help_text=_("Times are counted from the beginning of the hours: 20 offers 9:00, 9:20, 9:40."),
    )
    notice_hours = models.PositiveSmallIntegerField(
        _("minimum notice in hours"),
        default=2,
        help_text=_("Nearer times are not offered to patients."),
    )
    horizon_days = models.PositiveSmallIntegerField(
        _("bookable ahead in days"), default=60, help_text=_("Days after today; 0 offers today only.")
    )
    mode = models.CharField(
        _("how it is booked"),
        max_length=12,
        choices=BookingMode.choices,
        default=BookingMode.INSTANT,
        help_text=_(
            "A request keeps its time until staff confirm or decline it, for two days at most. What staff only book "
            "is not shown to patients."
        ),
    )
    audience = models.CharField(
        _("who may book it"),
        max_length=12,
        choices=Audience.choices,
        default=Audience.ANYONE,
        help_text=_(
            "Who may not is told why, and what to do instead. Staff may book it for anybody. “Been here before” means "
            "any completed visit; “after a first visit” means a completed first visit."
        ),
    )
    room_kind = models.ForeignKey(
        RoomKind,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("needs a room that serves as"),
        help_text=_("Empty for a visit without a room, such as video or phone."),
    )
    device_kind = models.ForeignKey(
        DeviceKind,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("needs a device that serves as"),
        help_text=_("A treatment visit needs as well what its treatments need."),
    )
    free_move_hours = models.PositiveSmallIntegerField(
        _("moving is free until"),
        null=True,
        blank=True,
        help_text=_("Hours before a visit of this kind, if fewer than the clinic's own; empty for those."),
    )
    free_cancel_hours = models.PositiveSmallIntegerField(
        _("cancelling is free until"),
        null=True,
        blank=True,
        help_text=_("Hours before a visit of this kind, if fewer than the clinic's own; empty for those."),
    )
    is_active = models.BooleanField(_("offered"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    # What the treatments of one visit need besides.
    for_treatments: frozenset[int] = frozenset()

    objects: ClassVar[Any] = KindQuerySet.as_manager()

    class Meta:
        verbose_name = _("kind of visit")
        verbose_name_plural = _("kinds of visit")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(minutes__gte=5), name="a_visit_takes_five_minutes_at_least"),
            models.CheckConstraint(condition=Q(step_minutes__gte=5), name="times_are_five_minutes_apart_at_least"),
            models.CheckConstraint(
                condition=Q(overrun_minutes__lte=F("minutes_after")),
                name="only_clean_up_runs_past_closing",
                violation_error_message=_("No more than the clean-up can run past closing."),
            ),
            models.CheckConstraint(
                condition=Q(audience__in=Audience.values), name="a_kind_of_visit_is_for_a_known_audience"
            ),
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
        return self.is_active and not self.is_booked_by_staff

    @property
    def is_booked_by_staff(self) -> bool:
        """Whether nobody but staff books it, shown to patients or not."""
        return self.mode == BookingMode.STAFF_ONLY or self.audience == Audience.CALLERS

    @property
    def admits(self) -> str:
        """Who may book it by themselves, and what others do instead; nothing where anyone may."""
        if self.audience == Audience.KNOWN:
            return gettext("Only for people who have been here before; if you are new, book a first visit.")
        if self.audience == Audience.AFTER_FIRST:
            return gettext("Only after a first visit; if you have had none here, book that first.")
        return ""

    @property
    def is_by_video(self) -> bool:
        return self.code == KindCode.VIDEO

    @property
    def is_by_phone(self) -> bool:
        """Whether the practitioner calls the patient, and so needs their number."""
        return self.code == KindCode.PHONE

    @property
    def is_treatment(self) -> bool:
        """Whether treatments are carried out in it, and not only talked about."""
        return self.code == KindCode.TREATMENT_VISIT

    @property
    def device_kinds(self) -> frozenset[int]:
        """The kinds as all of which the device of a visit has to serve."""
        own = frozenset() if self.device_kind_id is None else frozenset({self.device_kind_id})
        return own | self.for_treatments

    def carrying_out(self, treatments: Iterable[Treatment]) -> "Kind":
        """The kind as a visit with these treatments has it: what they need counts where they are carried out."""
        if not self.is_treatment:
            return self
        visit = copy(self)
        needed = {each.device_kind_id for each in treatments}
        visit.for_treatments = frozenset(kind for kind in needed if kind is not None)
        return visit
