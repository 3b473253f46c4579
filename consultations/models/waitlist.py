"""Who waits for a time, what they were offered and what they answered. Nothing in it is about health."""

import uuid
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from clinic.constraints import AppendOnly
from clinic.premises.models import Location
from consultations.models.consultation import Consultation, Status
from consultations.models.kind import Kind
from consultations.models.patient import Patient
from consultations.scheduling.waiting import Sought
from practitioners.models import Practitioner


class WaitingState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    PAUSED = "paused", _("Paused")
    SERVED = "served", _("Has a time")
    LEFT = "left", _("Left the list")
    REMOVED = "removed", _("Taken off by the clinic")
    OVER = "over", _("Waited until the day they named")


LOOK_EVERY = timedelta(minutes=1)
WAITS = (WaitingState.WAITING, WaitingState.PAUSED)
_ENDS = frozenset({WaitingState.SERVED, WaitingState.LEFT, WaitingState.REMOVED, WaitingState.OVER})
# Where an entry may go from each state. Anything else is refused.
LEGAL_WAITING: dict[WaitingState, frozenset[WaitingState]] = {
    WaitingState.WAITING: _ENDS | {WaitingState.PAUSED},
    WaitingState.PAUSED: _ENDS | {WaitingState.WAITING},
    **dict.fromkeys(_ENDS, frozenset()),
}


class OfferState(models.TextChoices):
    OPEN = "open", _("Waits for an answer")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    LAPSED = "lapsed", _("Not answered in time")
    WITHDRAWN = "withdrawn", _("Withdrawn")


# An accepted time may still be lost while its booking is not finished.
STANDING = (OfferState.OPEN, OfferState.ACCEPTED)
LEGAL_ANSWERS: dict[OfferState, frozenset[OfferState]] = {
    OfferState.OPEN: frozenset({OfferState.ACCEPTED, OfferState.DECLINED, OfferState.LAPSED, OfferState.WITHDRAWN}),
    OfferState.ACCEPTED: frozenset({OfferState.LAPSED, OfferState.WITHDRAWN}),
    OfferState.DECLINED: frozenset(),
    OfferState.LAPSED: frozenset(),
    OfferState.WITHDRAWN: frozenset(),
}


class WaitlistEntryQuerySet(models.QuerySet["WaitlistEntry"]):
    def open(self) -> Self:
        """Those that are still on the list, paused or not."""
        return self.filter(state__in=WAITS)

    def due(self, now: datetime) -> Self:
        """Those whose kind of visit wants a look: a time went back to the line, or the last look is a while ago."""
        return self.filter(Q(looked_at=None) | Q(state=WaitingState.WAITING, looked_at__lte=now - LOOK_EVERY))

    def to_be_asked(self) -> Self:
        """Those who wait, are not being asked, and have booked no such visit since; first who joined first."""
        standing = WaitlistOffer.objects.filter(entry=OuterRef("pk"), state__in=STANDING)
        return self.filter(~Exists(standing), ~Exists(booked_since()), state=WaitingState.WAITING).order_by(
            "joined_at", "pk"
        )


def booked_since() -> Any:
    """The visits of the same kind that a waiting patient has booked after they joined, whichever way."""
    return Consultation.objects.filter(
        patient=OuterRef("patient"),
        kind=OuterRef("kind"),
        booked_at__gt=OuterRef("joined_at"),
        status__in=[Status.REQUESTED, Status.CONFIRMED],
    )


class WaitlistEntry(models.Model):
    """Somebody who waits for a kind of visit, and when it would suit them; an empty list means that any will do."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="waiting", verbose_name=_("patient"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="waiting")
    kind = models.ForeignKey(Kind, on_delete=models.PROTECT, related_name="+", verbose_name=_("kind of visit"))
    practitioners: "models.ManyToManyField[Practitioner, Any]" = models.ManyToManyField(
        Practitioner, blank=True, related_name="+", verbose_name=_("practitioners")
    )
    locations: "models.ManyToManyField[Location, Any]" = models.ManyToManyField(
        Location, blank=True, related_name="+", verbose_name=_("locations")
    )
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    weekdays = models.JSONField(_("weekdays"), default=list, blank=True)
    parts = models.JSONField(_("parts of the day"), default=list, blank=True)
    notice_hours = models.PositiveSmallIntegerField(_("notice needed in hours"), default=24)
    waits_until = models.DateField(_("waits until"))
    # A visit that is booked and would rather be earlier: what is accepted moves it.
    instead_of = models.ForeignKey(
        Consultation, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("instead of")
    )
    language = models.CharField(_("language"), max_length=10, default="en")
    state = models.CharField(_("state"), max_length=8, choices=WaitingState.choices, default=WaitingState.WAITING)
    state_at = models.DateTimeField(_("state since"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    joined_at = models.DateTimeField(_("waiting since"))
    ignored = models.PositiveSmallIntegerField(_("offers not answered in a row"), default=0)
    looked_at = models.DateTimeField(null=True, editable=False)

    objects: ClassVar[Any] = WaitlistEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry of the waiting list")
        verbose_name_plural = _("waiting list")
        ordering = ["joined_at", "pk"]
        indexes = [models.Index(fields=["kind", "joined_at"], condition=Q(state="waiting"), name="waiting_in_line")]
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "kind"],
                condition=Q(state__in=[state.value for state in WAITS]),
                name="a_patient_waits_once_for_a_kind",
                violation_error_message=_("You are on the waiting list for this kind of visit already."),
            ),
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="a_wait_ends_after_it_begins",
                violation_error_message=_("The last day comes before the first."),
            ),
            models.CheckConstraint(
                condition=~Q(state="removed") | ~Q(reason=""), name="who_is_taken_off_the_list_is_told_why"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in WaitingState]), name="a_wait_has_a_known_state"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def is_open(self) -> bool:
        return self.state in WAITS

    @property
    def is_for_another(self) -> bool:
        """Whether whoever is written to is a parent, a partner or somebody else, and not the patient."""
        return self.patient.is_another_than(self.user)

    def replaces(self, now: datetime) -> Consultation | None:
        """The booking that an accepted offer moves, as long as it stands and lies ahead."""
        booked = self.instead_of
        return booked if booked and booked.status == Status.CONFIRMED and booked.starts > now else None

    @property
    def sought(self) -> Sought:
        """What they wait for, as the pure functions want it."""
        booked, needed = self.instead_of, max(self.notice_hours, self.kind.notice_hours)
        return Sought(
            practitioners=frozenset(each.pk for each in self.practitioners.all()),
            locations=frozenset(each.pk for each in self.locations.all()),
            first_day=self.first_day,
            last_day=self.last_day,
            weekdays=frozenset(self.weekdays),
            parts=frozenset(self.parts),
            notice=timedelta(hours=needed),
            before=booked.starts if booked and booked.status != Status.CANCELLED else None,
        )


class WaitlistOfferQuerySet(models.QuerySet["WaitlistOffer"]):
    def standing(self) -> Self:
        """Those that wait for an answer, or for their booking to be finished."""
        return self.filter(state__in=STANDING)


class WaitlistOffer(models.Model):
    """A time that was held for one who waits: which, until when, and what became of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    entry = models.ForeignKey(WaitlistEntry, on_delete=models.PROTECT, related_name="offers")
    consultation = models.OneToOneField(Consultation, on_delete=models.PROTECT, related_name="waitlist_offer")
    # As they were offered: the row above may move.
    practitioner = models.ForeignKey(
        Practitioner, on_delete=models.PROTECT, related_name="+", verbose_name=_("practitioner")
    )
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+", verbose_name=_("location"))
    starts = models.DateTimeField(_("starts"))
    ends = models.DateTimeField(_("ends"))
    made_at = models.DateTimeField(_("offered"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("offered by")
    )
    answer_by = models.DateTimeField(_("answer by"))
    state = models.CharField(_("answer"), max_length=10, choices=OfferState.choices, default=OfferState.OPEN)
    state_at = models.DateTimeField(_("answered"))

    objects: ClassVar[Any] = WaitlistOfferQuerySet.as_manager()

    class Meta:
        verbose_name = _("offer of the waiting list")
        verbose_name_plural = _("offers of the waiting list")
        ordering = ["-made_at"]
        indexes = [
            models.Index(fields=["answer_by"], condition=Q(state__in=["open", "accepted"]), name="offer_standing")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["entry"],
                condition=Q(state__in=[state.value for state in STANDING]),
                name="who_waits_is_asked_about_one_time",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in OfferState]), name="an_offer_has_a_known_state"
            ),
            models.CheckConstraint(condition=Q(answer_by__lte=F("starts")), name="an_offer_ends_before_its_visit"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class WaitlistAct(models.TextChoices):
    JOINED = "joined", _("Joined the list")
    CHANGED = "changed", _("Changed what they wait for")
    OFFERED = "offered", _("Was offered a time")
    ACCEPTED = "accepted", _("Accepted the time")
    DECLINED = "declined", _("Declined the time")
    LAPSED = "lapsed", _("Did not answer in time")
    WITHDRAWN = "withdrawn", _("The offer was withdrawn")
    PAUSED = "paused", _("Paused after three unanswered offers")
    RESUMED = "resumed", _("Wants offers again")
    SERVED = "served", _("Has a time")
    LEFT = "left", _("Left the list")
    REMOVED = "removed", _("Taken off by the clinic")
    OVER = "over", _("Waited until the day they named")


class WaitlistEvent(models.Model):
    """One line of what happened to somebody who waits; never changed, never removed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    entry = models.ForeignKey(WaitlistEntry, on_delete=models.PROTECT, related_name="events")
    offer = models.ForeignKey(WaitlistOffer, on_delete=models.PROTECT, null=True, related_name="events")
    act = models.CharField(_("what"), max_length=10, choices=WaitlistAct.choices)
    at = models.DateTimeField(_("when"))
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("event of the waiting list")
        verbose_name_plural = _("history of the waiting list")
        ordering = ["at"]
        constraints = [AppendOnly(name="the_waiting_list_remembers")]

    def __str__(self) -> str:
        return self.get_act_display()


class WaitlistLink(models.Model):
    """A mailed link to one entry: to answer an offer, change what is waited for, or leave; only its hash is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    entry = models.ForeignKey(WaitlistEntry, on_delete=models.CASCADE, related_name="links")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("mailed link of the waiting list")
        verbose_name_plural = _("mailed links of the waiting list")

    def __str__(self) -> str:
        return str(self.entry_id)
