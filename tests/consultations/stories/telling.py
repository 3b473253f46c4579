"""How a story is told: a clinic that is there, a clock, verbs that are attempted, and a worker that looks in."""

from collections import Counter
from collections.abc import Callable, Iterable
from copy import copy
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from django.db import transaction
from django.db.models import Model
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from clinic.accounts.models import User
from clinic.audit.models import AuditEntry
from clinic.outbox import delivery
from clinic.outbox.models import OutboundMessage
from clinic.premises.models import Closure, Device, Room
from consultations import booking, departures, offering, readdressing, reminding, visits
from consultations.errors import BookingError
from consultations.models import (
    LIVE,
    Consultation,
    ConsultationEvent,
    Kind,
    Patient,
    ProposedTime,
    Status,
    TimeProposal,
    WaitlistEntry,
    WaitlistEvent,
    WaitlistOffer,
)
from practitioners.models import Practitioner, TimeOff
from tests.consultations.stories import promises
from tests.consultations.stories.door import Door
from tests.factories import HONG_KONG, NOW, at

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
# From here on a number picks any visit, and then a row as it was read before, not as it is: somebody was too slow.
ANY, STALE = 14, 21

walls = st.sampled_from(["13:00", "13:10", "13:30", "14:00", "14:20", "15:00"])
ahead = st.sampled_from([0, 1, 1, 2])
numbers = st.integers(0, 30)
rarely = st.integers(0, 3).map(lambda drawn: drawn == 3)


class Telling(RuleBasedStateMachine):
    """What every story needs. What comes of all stories together is counted in `reached`."""

    reached: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.story = transaction.atomic()
        self.story.__enter__()
        self.now, self.door, self.is_fine = NOW, Door(), True
        self.read: dict[Any, Model] = {}
        self.kinds = list(Kind.objects.all())
        self.people = list(Practitioner.objects.all())
        self.patients = list(Patient.objects.order_by("full_name"))
        self.sam = User.objects.get(email="sam@clinic.test")

    def teardown(self) -> None:
        """However a story ends, a week later nothing of it is left open."""
        try:
            if self.is_fine:
                self.see_whoever_is_left()
                self.now += timedelta(days=7)
                self.work()
                promises.everything_has_ended(self.now)
                self.reached.update(came_of_it())
        finally:
            transaction.set_rollback(True)
            self.story.__exit__(None, None, None)

    def see_whoever_is_left(self) -> None:
        """Every other one of them comes."""
        left = Consultation.objects.filter(status=Status.CONFIRMED).order_by("starts", "practitioner")
        for number, visit in enumerate(left):
            self.now = max(self.now, visit.ends)
            self.attempt(visits.complete if number % 2 else visits.no_show, actor=self.sam, consultation=visit)

    @invariant()
    def the_promises_are_kept(self) -> None:
        self.is_fine = False  # until they are
        promises.kept(self.now)
        self.is_fine = True

    # --- time passes ---

    @rule(minutes=st.sampled_from([1, 5, 14, 16, 61, 130, 300]), works=st.booleans())
    def wait(self, minutes: int, works: bool) -> None:
        self.now += minutes * MINUTE
        if works:
            self.work()

    @rule(sweeps=st.booleans(), sends=st.sampled_from(["what is due", "nothing", "refused"]))
    def look_in(self, sweeps: bool, sends: str) -> None:
        """A worker that dies before it sends, sends before it looks, or finds a mail server that takes nothing."""
        if sweeps:
            self.sweep()
        if sends != "nothing":
            self.send(refused=sends == "refused")

    def work(self) -> None:
        self.sweep()
        self.send(refused=False)

    def sweep(self) -> None:
        self.is_fine = False
        booking.sweep(now=self.now)
        departures.sweep(now=self.now)
        offering.sweep(now=self.now)
        reminding.remind(now=self.now)
        readdressing.tell(now=self.now)
        promises.kept_by_the_worker(self.now)

    def send(self, *, refused: bool) -> None:
        self.is_fine = False
        self.door.now, self.door.refuses = self.now, refused
        while delivery.deliver_due(transport=self.door, lease=HOUR, clock=lambda: self.door.now, stopped=lambda: False):
            pass

    # --- what the rules share ---

    def some(self, rows: Iterable[Any], number: int) -> Any:
        """One of these rows, or none where there is none; sometimes as it was read a while ago."""
        found = list(rows)
        if not found:
            return None
        one = found[number % len(found)]
        before, self.read[one.pk] = self.read.get(one.pk), copy(one)
        return copy(before) if before is not None and number >= STALE else one

    def visit(self, number: int, **which: Any) -> Consultation | None:
        """A visit that is to come or going on, or with a higher number anything that was ever held."""
        found = Consultation.objects.filter(**which).order_by("held_since", "starts", "practitioner", "status", "pk")
        live = found.filter(status__in=LIVE)
        chosen: Consultation | None = self.some(live if number < ANY and live.exists() else found, number)
        return chosen

    def day(self, days: int) -> date:
        """The clinic's day so far ahead of the story's today."""
        return self.now.astimezone(HONG_KONG).date() + timedelta(days=days)

    def when(self, wall: str, days: int) -> datetime:
        return at(wall, self.day(days))

    def attempt(self, verb: Callable[..., Any], **arguments: Any) -> Any:
        """Do it, if there is anything to do it to; a refusal has changed nothing."""
        if None in (arguments.get(name, self) for name in ("consultation", "entry", "offer")):
            return None
        before = counts()
        try:
            return verb(now=self.now, **arguments)
        except BookingError as error:
            refused = type(error).__name__
        assert counts() == before, f"{verb.__name__} was refused with {refused} and changed something"
        self.reached[f"refused: {refused}"] += 1
        return None


def pick(things: list[Any], number: int) -> Any:
    return things[number % len(things)]


def counts() -> list[Any]:
    """What a refusal must leave alone: the state of every row, and how much has been written about them."""
    rows = [
        Consultation.objects.values_list(
            "pk", "status", "starts", "practitioner", "room", "device", "patient", "draft", "held_until",
            "blocked_from", "blocked_until", "ics_sequence",
        ),
        WaitlistEntry.objects.values_list("pk", "state", "ignored", "looked_at", "first_day", "last_day"),
        WaitlistOffer.objects.values_list("pk", "state", "state_at"),
        TimeProposal.objects.values_list("pk", "state"),
        OutboundMessage.objects.values_list("pk", "state", "due_at"),
        Room.objects.values_list("pk", "active"),
        Device.objects.values_list("pk", "active"),
    ]  # fmt: skip
    written = (ConsultationEvent, AuditEntry, WaitlistEvent, ProposedTime, TimeOff, Closure)
    return [*(list(each.order_by("pk")) for each in rows), *(model.objects.count() for model in written)]


def came_of_it() -> Counter[str]:
    """How often each thing happened in the story that is about to be forgotten."""
    happened: Counter[str] = Counter()
    for name, rows, column in (
        ("visit", ConsultationEvent.objects, "kind"),
        ("waiting", WaitlistEvent.objects, "act"),
        ("audit", AuditEntry.objects, "action"),
        ("proposal", TimeProposal.objects, "state"),
        ("mail", OutboundMessage.objects.filter(state="sent"), "occasion"),
        ("with a device", Consultation.objects.exclude(device=None), "status"),
    ):
        happened.update(f"{name}: {value}" for value in rows.values_list(column, flat=True))
    return happened
