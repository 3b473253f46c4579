"""A consultation from the hold to the completed visit, and the rules the database keeps about it."""

import secrets
import uuid
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clinic.constraints import AppendOnly, NoOverlap
from clinic.premises.models import Device, Location, Room
from consultations.models.kind import Kind
from consultations.models.patient import Patient
from practitioners.models import Practitioner
from treatments.models import Concern, Treatment


class Status(models.TextChoices):
    HELD = "held", _("Held")
    REQUESTED = "requested", _("Requested")
    CONFIRMED = "confirmed", _("Confirmed")
    ARRIVED = "arrived", _("Arrived")
    IN_CONSULTATION = "in_consultation", _("In consultation")
    COMPLETED = "completed", _("Completed")
    CANCELLED = "cancelled", _("Cancelled")
    NO_SHOW = "no_show", _("No-show")
    EXPIRED = "expired", _("Expired")
    ENTERED_IN_ERROR = "entered_in_error", _("Entered in error")


BLOCKING = (Status.HELD, Status.REQUESTED, Status.CONFIRMED, Status.ARRIVED, Status.IN_CONSULTATION)
# Confirmed, and still to come or going on.
STANDS = (Status.CONFIRMED, Status.ARRIVED, Status.IN_CONSULTATION)
# Booked or asked for, and still to come or going on.
LIVE = (Status.REQUESTED, *STANDS)
_BLOCKS = Q(status__in=[status.value for status in BLOCKING])

# Where a consultation may go from each status. Anything else is refused.
LEGAL_MOVES: dict[Status, frozenset[Status]] = {
    Status.HELD: frozenset({Status.CONFIRMED, Status.REQUESTED, Status.EXPIRED}),
    Status.REQUESTED: frozenset({Status.CONFIRMED, Status.CANCELLED, Status.EXPIRED}),
    Status.CONFIRMED: frozenset(
        {
            Status.ARRIVED,
            Status.IN_CONSULTATION,
            Status.COMPLETED,
            Status.CANCELLED,
            Status.NO_SHOW,
            Status.ENTERED_IN_ERROR,
        }
    ),
    Status.ARRIVED: frozenset(
        {
            Status.CONFIRMED,
            Status.IN_CONSULTATION,
            Status.COMPLETED,
            Status.CANCELLED,
            Status.ENTERED_IN_ERROR,
        }
    ),
    Status.IN_CONSULTATION: frozenset({Status.COMPLETED, Status.ENTERED_IN_ERROR}),
    Status.COMPLETED: frozenset({Status.ENTERED_IN_ERROR}),
    # Undo within fifteen minutes, if the time is still free.
    Status.CANCELLED: frozenset({Status.CONFIRMED, Status.REQUESTED}),
    Status.NO_SHOW: frozenset({Status.CONFIRMED}),
    Status.EXPIRED: frozenset({Status.HELD, Status.CONFIRMED, Status.REQUESTED}),  # if the time is still free
    Status.ENTERED_IN_ERROR: frozenset(),
}


class Cancelled(models.TextChoices):
    BY_PATIENT = "patient", _("By the patient")
    BY_CLINIC = "clinic", _("By the clinic")


class Source(models.TextChoices):
    """How a booking came about."""

    ONLINE = "online", _("Online")
    PHONE = "phone", _("By phone")
    WALK_IN = "walk_in", _("Walk-in")
    WAITLIST = "waitlist", _("Waitlist")


def lapsed(now: datetime) -> Q:
    """Holds and requests whose time to be confirmed has run out."""
    return Q(status__in=[Status.HELD, Status.REQUESTED], held_until__lte=now)


LOOKED_BACK = timedelta(days=90)


class ConsultationQuerySet(models.QuerySet["Consultation"]):
    def blocking(self, now: datetime) -> Self:
        """Those that keep others from their time; a lapsed hold or request no longer does."""
        return self.filter(status__in=BLOCKING).exclude(lapsed(now))

    def lapsed(self, now: datetime) -> Self:
        """Holds and requests whose time to confirm has run out."""
        return self.filter(lapsed(now))

    def booked(self) -> Self:
        """Those that were confirmed at some time: all but holds, requests and what came of them."""
        return self.exclude(status__in=[Status.HELD, Status.REQUESTED, Status.EXPIRED, Status.ENTERED_IN_ERROR])

    def between(self, starts: datetime, ends: datetime) -> Self:
        """Those that begin in [starts, ends)."""
        return self.filter(starts__gte=starts, starts__lt=ends)

    def left_open(self, before: datetime) -> Self:
        """Those over before this moment, in the last three months, of which nobody has said what became of them."""
        recent = self.filter(starts__gte=before - LOOKED_BACK, ends__lte=before)
        return recent.filter(status__in=[Status.CONFIRMED, Status.ARRIVED, Status.IN_CONSULTATION]).order_by("starts")

    def awaiting_review(self) -> Self:
        """Confirmed ones whose intake nobody has stamped as reviewed since it last changed."""
        return self.filter(status__in=[Status.CONFIRMED, Status.ARRIVED], intake__reviewed_at=None)


# Letters and digits that nobody mixes up when reading them out on the phone; without a vowel they never spell ACNE.
REFERENCE_LETTERS = "23456789BCDFGHJKLMNPQRSTVWXZ"


def new_reference() -> str:
    """A random name for a consultation that says nothing about it: BZ4V-LNGS."""
    letters = "".join(secrets.choice(REFERENCE_LETTERS) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"


def reference_in(typed: str) -> str:
    """The reference that somebody may have typed: read aloud, the dash is lost."""
    letters = typed.upper().replace("-", "").replace(" ", "")
    return f"{letters[:4]}-{letters[4:]}"


class Consultation(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(_("reference"), max_length=12, unique=True, default=new_reference, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, null=True, blank=True, related_name="consultations")
    booked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="booked"
    )
    kind = models.ForeignKey(
        Kind, on_delete=models.PROTECT, related_name="consultations", verbose_name=_("kind of visit")
    )
    practitioner = models.ForeignKey(
        Practitioner, on_delete=models.PROTECT, related_name="consultations", verbose_name=_("practitioner")
    )
    location = models.ForeignKey(
        Location, on_delete=models.PROTECT, related_name="consultations", verbose_name=_("location")
    )
    room = models.ForeignKey(
        Room, on_delete=models.PROTECT, null=True, blank=True, related_name="consultations", verbose_name=_("room")
    )
    device = models.ForeignKey(
        Device, on_delete=models.PROTECT, null=True, blank=True, related_name="consultations", verbose_name=_("device")
    )
    starts = models.DateTimeField(_("starts"))
    ends = models.DateTimeField(_("ends"))
    blocked_from = models.DateTimeField(_("blocked from"))
    blocked_until = models.DateTimeField(_("blocked until"))
    held_until = models.DateTimeField(_("held until"), null=True, blank=True)
    held_since = models.DateTimeField(null=True, blank=True)
    status = models.CharField(_("status"), max_length=16, choices=Status.choices)
    status_at = models.DateTimeField(_("status since"))
    booked_at = models.DateTimeField(_("booked"), null=True, blank=True)
    source = models.CharField(_("booked how"), max_length=8, choices=Source.choices, default=Source.ONLINE)
    # By how many minutes the patient has said that they will be late.
    late_minutes = models.PositiveSmallIntegerField(_("minutes late"), default=0)
    # When the patient said that they are coming, at the time that the visit now has.
    coming_at = models.DateTimeField(_("confirmed by the patient"), null=True, blank=True)
    cancelled_by = models.CharField(_("cancelled"), max_length=8, choices=Cancelled.choices, blank=True)
    cancelled_late = models.BooleanField(_("cancelled late"), default=False)
    owed_minor = models.PositiveIntegerField(_("late fee owed"), default=0)
    # What was owed before it was cancelled, which is owed again when that is undone.
    owed_before_minor = models.PositiveIntegerField(default=0, editable=False)
    moved_by_clinic_at = models.DateTimeField(
        _("moved by the clinic"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("The patient did not choose this time, so they change it free of charge."),
    )
    concern = models.ForeignKey(Concern, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    treatments: "models.ManyToManyField[Treatment, Any]" = models.ManyToManyField(
        Treatment, blank=True, related_name="+"
    )
    language = models.CharField(_("language"), max_length=10, default="en")
    quote = models.JSONField(
        _("quote"), default=dict, encoder=DjangoJSONEncoder, help_text=_("The fee as it was shown when booking.")
    )
    # A visit that is completed has invited its patient to review: the row it points at is the proof.
    invitation = models.OneToOneField(
        "VisitInvitation", on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    ics_sequence = models.PositiveIntegerField(default=0)
    # Whose browser holds or has booked the time, as long as there is the draft.
    draft = models.OneToOneField(
        "consultations.Draft", on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="hold"
    )

    objects: ClassVar[Any] = ConsultationQuerySet.as_manager()

    class Meta:
        verbose_name = _("consultation")
        verbose_name_plural = _("consultations")
        ordering = ["starts"]
        indexes = [
            # The overlap rules look for neighbours that end after a moment; availability and the day lists by start.
            models.Index(fields=["practitioner", "blocked_until"], name="practitioner_blocked_until"),
            models.Index(fields=["practitioner", "ends"], name="practitioner_ends"),
            models.Index(fields=["practitioner", "starts"], name="practitioner_starts"),
            models.Index(fields=["room", "blocked_until"], name="room_blocked_until"),
            models.Index(fields=["room", "ends"], name="room_ends"),
            models.Index(fields=["device", "blocked_until"], name="device_blocked_until"),
            models.Index(fields=["device", "ends"], name="device_ends"),
            models.Index(fields=["patient", "ends"], name="patient_ends"),
            models.Index(fields=["starts"], name="consultation_starts"),
            models.Index(
                fields=["held_until"], condition=Q(status__in=["held", "requested"]), name="consultation_lapses"
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="a_visit_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(blocked_from__lte=F("starts"), blocked_until__gte=F("ends")),
                name="buffers_lie_around_the_visit",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["held", "requested"]) | Q(held_until__isnull=False), name="a_hold_has_an_end"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["held", "expired"]) | Q(patient__isnull=False), name="a_booking_has_a_patient"
            ),
            models.CheckConstraint(
                condition=~Q(status="cancelled") | ~Q(cancelled_by=""), name="a_cancellation_says_by_whom"
            ),
            models.CheckConstraint(
                condition=~Q(status="completed") | Q(invitation__isnull=False),
                name="a_completed_visit_invites_a_review",
            ),
            models.CheckConstraint(
                condition=Q(status__in=[status.value for status in Status]), name="a_consultation_has_a_known_status"
            ),
            models.CheckConstraint(condition=Q(source__in=Source.values), name="a_booking_has_a_known_source"),
            # Two rules for each resource: together they keep a gap of at least max(clean-up, preparation).
            *(
                NoOverlap(
                    name=f"{key}_in_one_place_{side}",
                    key=key,
                    start=start,
                    end=end,
                    condition=_BLOCKS,
                    violation_error_message=_("This time has just been taken."),
                )
                for key in ("practitioner", "room", "device")
                for side, start, end in (("after", "starts", "blocked_until"), ("before", "blocked_from", "ends"))
            ),
            NoOverlap(
                name="patient_in_one_place",
                key="patient",
                start="starts",
                end="ends",
                condition=_BLOCKS,
                violation_error_message=_("You already have a consultation at this time."),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_live(self) -> bool:
        return self.status in LIVE

    @property
    def is_for_another(self) -> bool:
        """Whether whoever booked it is a parent, a partner or somebody else, and not the patient."""
        return self.patient is not None and self.patient.is_another_than(self.booked_by)

    @property
    def is_joined(self) -> bool:
        """Whether it stands and is held by video, so that whoever takes part needs a link."""
        return self.kind.is_by_video and self.status in STANDS

    @property
    def joining_url(self) -> str:
        """The link as it is now; empty for what needs none, and while the practitioner has no address."""
        return self.practitioner.video_url if self.is_joined else ""

    @property
    def is_called(self) -> bool:
        """Whether the practitioner calls the patient, or will once it is booked."""
        return self.kind.is_by_phone and self.status in {Status.HELD, *LIVE}

    @property
    def is_equipped(self) -> bool:
        """Whether its device serves as all that the visit needs."""
        needed = self.own_kind.device_kinds
        serves = self.device.kinds.values_list("pk", flat=True) if needed and self.device else ()
        return needed <= frozenset(serves)

    @property
    def own_kind(self) -> Kind:
        """Its kind, with what its treatments need where they are carried out in it."""
        return self.kind.carrying_out(self.treatments.all())


class EventKind(models.TextChoices):
    HELD = "held", _("Held")
    REQUESTED = "requested", _("Requested")
    CONFIRMED = "confirmed", _("Booked")
    COMING = "coming", _("Confirmed by the patient")
    MOVED = "moved", _("Moved")
    REASSIGNED = "reassigned", _("Given to another practitioner")
    CANCELLED = "cancelled", _("Cancelled")
    RESTORED = "restored", _("Cancellation undone")
    ARRIVED = "arrived", _("Arrived")
    STARTED = "started", _("Visit started")
    COMPLETED = "completed", _("Completed")
    NO_SHOW = "no_show", _("Marked as no-show")
    CAME_AFTER_ALL = "came", _("No-show taken back")
    NOT_HERE = "not_here", _("Arrival taken back")
    FEE_WAIVED = "fee_waived", _("Late fee waived")
    RUNNING_LATE = "late", _("Patient is running late")
    EXPIRED = "expired", _("Hold ended")
    PROPOSED = "proposed", _("Other times proposed")
    READDRESSED = "readdressed", _("Another address")
    NOT_MET = "not_met", _("Proposed times not possible")


class Reason(models.TextChoices):
    """Why a time was changed. Illness is none of them: a patient's health stands nowhere but among the answers."""

    TIME = "time", _("The time does not suit any more")
    OTHER_PLACE = "other_place", _("Found another time or place")
    CHANGED_MIND = "changed_mind", _("Changed my mind")
    COST = "cost", _("Because of the cost")
    MISTAKE = "mistake", _("Booked by mistake")
    SOMETHING_ELSE = "something_else", _("Something else has come up")
    PRACTITIONER_AWAY = "practitioner_away", _("The practitioner is away")
    NO_ROOM = "no_room", _("The room or device is not available")
    CLOSED = "closed", _("The clinic is closed")
    ASKED = "asked", _("The patient asked for it")


BY_PATIENTS = (
    Reason.TIME,
    Reason.OTHER_PLACE,
    Reason.CHANGED_MIND,
    Reason.COST,
    Reason.MISTAKE,
    Reason.SOMETHING_ELSE,
)
BY_STAFF = (Reason.PRACTITIONER_AWAY, Reason.NO_ROOM, Reason.CLOSED, Reason.ASKED, Reason.MISTAKE)


class ConsultationEvent(models.Model):
    """One line of a consultation's history; never changed, never removed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(_("what"), max_length=12, choices=EventKind.choices)
    at = models.DateTimeField(_("when"))
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    starts_before = models.DateTimeField(_("time before"), null=True)
    starts_after = models.DateTimeField(_("time after"), null=True)
    by = models.CharField(_("by whom"), max_length=8, choices=Cancelled.choices, blank=True)
    reason = models.CharField(_("reason"), max_length=20, choices=Reason.choices, blank=True)
    # Why staff departed from a rule, in their words; what anybody has told of their health does not belong here.
    words = models.CharField(_("reason in words"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("history")
        ordering = ["at"]
        constraints = [AppendOnly(name="history_is_append_only")]

    def __str__(self) -> str:
        return self.get_kind_display()


class ManageLink(models.Model):
    """A mailed link to see, move or cancel one consultation; only its hash is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="links")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("mailed link")
        verbose_name_plural = _("mailed links")

    def __str__(self) -> str:
        return str(self.consultation_id)
