"""Any story of holding, booking, changing and visiting, told by anyone at any time, keeps the same few promises."""

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from clinic.accounts.models import User
from clinic.accounts.roles import Role
from clinic.audit.models import AuditEntry
from clinic.outbox.models import OutboundMessage
from consultations import booking, quoting, visits
from consultations.errors import BookingError
from consultations.models import BookingMode, Cancelled, Consultation, ConsultationEvent, Kind, Patient, Status
from practitioners.models import Practitioner
from tests import factories
from tests.cast import TUESDAY
from tests.examples import examples
from tests.factories import NOW, at, clean_answers
from tests.overlaps import overlapping
from treatments.models import Concern

HOUR = timedelta(hours=1)
ON_THE_DAY = (visits.arrive, visits.start, visits.complete, visits.no_show)
OPEN = {Status.REQUESTED, Status.CONFIRMED}
# What is told by mail; of a hold that ends nobody hears, of a request that lapses its patient does.
TOLD = {"requested", "confirmed", "moved", "cancelled", "restored"}

walls = st.sampled_from(["13:00", "13:10", "13:30", "14:00", "14:20", "15:00"])
days = st.sampled_from([TUESDAY, TUESDAY + timedelta(days=1)])
numbers = st.integers(0, 30)
sides = st.sampled_from(Cancelled)


class Clinic(RuleBasedStateMachine):
    """Three practitioners, two rooms, three kinds of visit, three patients and four browsers, over two days."""

    def __init__(self) -> None:
        super().__init__()
        self.story = transaction.atomic()
        self.story.__enter__()
        self.now = NOW
        self.kinds = list(Kind.objects.all())
        self.people = list(Practitioner.objects.all())
        self.patients = list(Patient.objects.order_by("full_name"))
        self.sam = User.objects.get(email="sam@clinic.test")

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.story.__exit__(None, None, None)

    # --- what people do ---

    @rule(minutes=st.sampled_from([1, 5, 14, 16, 61, 300]), swept=st.booleans())
    def wait(self, minutes: int, swept: bool) -> None:
        self.now += timedelta(minutes=minutes)
        if swept:
            booking.sweep(now=self.now)

    @rule(browser=st.integers(1, 4), wall=walls, day=days, kind=numbers, first=numbers)
    def hold(self, browser: int, wall: str, day: date, kind: int, first: int) -> None:
        self.attempt(
            booking.hold,
            actor=None,
            kind=pick(self.kinds, kind),
            practitioners=self.people[first % 3 :],
            starts=at(wall, day),
            draft=factories.browser(f"browser {browser}"),
        )

    @rule(wall=walls, day=days, kind=numbers, first=numbers, patient=numbers)
    def book(self, wall: str, day: date, kind: int, first: int, patient: int) -> None:
        """Hold and confirm in one go, so that stories come further than holds."""
        self.hold(4, wall, day, kind, first)
        self.confirm(-1, patient)

    @rule(one=numbers, verb=st.sampled_from([booking.renew, booking.release]))
    def keep_or_leave(self, one: int, verb: Callable[..., Any]) -> None:
        more = {"actor": None} if verb is booking.release else {}
        self.attempt(verb, consultation=self.some(one), **more)

    @rule(one=numbers, patient=numbers)
    def confirm(self, one: int, patient: int) -> None:
        whose = pick(self.patients, patient)
        self.attempt(
            booking.confirm,
            actor=whose.people.get(),
            consultation=self.some(one),
            patient=whose,
            wish=quoting.Wish(Concern.objects.first(), (), "en"),
            answers=clean_answers(),
        )

    @rule(one=numbers, wall=walls, day=days, who=numbers, by=sides)
    def move(self, one: int, wall: str, day: date, who: int, by: Cancelled) -> None:
        to = {"practitioner": pick(self.people, who), "starts": at(wall, day)}
        self.attempt(booking.move, actor=None, consultation=self.some(one), by=by, **to)

    @rule(one=numbers, by=sides)
    def cancel(self, one: int, by: Cancelled) -> None:
        self.attempt(booking.cancel, actor=None, consultation=self.some(one), by=by)

    @rule(one=numbers, verb=st.sampled_from([booking.accept, booking.undo_cancel, *ON_THE_DAY]))
    def change(self, one: int, verb: Callable[..., Any]) -> None:
        self.attempt(verb, actor=self.sam, consultation=self.some(one))

    @rule(one=numbers)
    def spend_the_day(self, one: int) -> None:
        """Wait until a visit begins and see the patient."""
        visit = self.some(one)
        if visit is not None:
            self.now = max(self.now, visit.starts)
        self.change(one, visits.complete)

    def some(self, number: int) -> Consultation | None:
        """One of those there are, oldest first, as it was read a moment ago."""
        found = list(Consultation.objects.order_by("held_since", "starts", "pk"))
        return found[number % len(found)] if found else None

    def attempt(self, verb: Callable[..., Any], **arguments: Any) -> None:
        """Do it, if there is anything to do it to; a refusal has changed nothing."""
        if arguments.get("consultation", self) is None:
            return
        before = counts()
        try:
            verb(now=self.now, **arguments)
        except BookingError:
            assert counts() == before

    # --- what always holds ---

    @invariant()
    def the_promises_are_kept(self) -> None:
        assert overlapping() == []
        mails = list(OutboundMessage.objects.exclude(about=""))
        told = Counter(mail.about for mail in mails)
        waiting = Counter(mail.about for mail in mails if mail.state == "pending")
        audited = Counter(AuditEntry.objects.filter(object_type="consultation").values_list("object_id", flat=True))
        everything = Consultation.objects.prefetch_related("events", "invitations").select_related("intake")
        for one in everything:
            holds_are_short(one)
            happened = Counter(event.kind for event in one.events.all())
            about = f"consultation:{one.pk}"
            unanswered = one.status == Status.EXPIRED and one.patient_id is not None
            assert told[about] == sum(happened[kind] for kind in TOLD) + unanswered
            assert waiting[about] <= 1, "only the newest mail is still on its way"
            assert audited[str(one.pk)] == happened.total() - happened["expired"]
            assert one.ics_sequence == happened["moved"] + happened["cancelled"] + happened["restored"]
            assert len(one.invitations.all()) == happened["completed"] == (one.status == Status.COMPLETED)
            assert (one.patient_id is None) == (not hasattr(one, "intake"))
        coming = Counter(one.patient_id for one in everything if one.status in OPEN and one.starts > self.now)
        assert all(count <= 6 for count in coming.values()), "nobody hoards"


def holds_are_short(one: Consultation) -> None:
    """A hold outlives neither an hour nor the beginning of its visit."""
    if one.status == Status.HELD:
        assert one.held_until is not None
        assert one.held_since is not None
        assert one.held_until <= min(one.held_since + HOUR, one.starts)


def counts() -> tuple[Any, ...]:
    """What a refusal must leave alone: every row's state, and how much has been written about them."""
    rows = Consultation.objects.order_by("pk").values_list("pk", "status", "starts", "practitioner", "held_until")
    written = (ConsultationEvent, AuditEntry, OutboundMessage)
    return list(rows), *(model.objects.count() for model in written)


def pick(things: list[Any], number: int) -> Any:
    return things[number % len(things)]


@pytest.mark.django_db
def test_every_story_keeps_the_promises() -> None:
    factories.clinic()
    factories.in_force()
    factories.consent_texts()
    factories.concern()
    central = factories.location()
    for name in ("Room 1", "Room 2"):
        factories.room(central, name)
    kinds = [
        factories.kind("first_visit", step_minutes=10, notice_hours=0, minutes_before=10, minutes_after=20),
        factories.kind("follow_up", minutes=20, step_minutes=10, notice_hours=0, mode=BookingMode.REQUEST),
        factories.kind("video", minutes=50, step_minutes=10, notice_hours=0, room_kind=None),
    ]
    for name in ("Dr Imani", "Dr Reyes", "Dr Osei"):
        factories.hours(factories.practitioner(name, *kinds), central)
    factories.user("sam@clinic.test", Role.STAFF)
    for name in ("Alice", "Bob", "Carol"):
        factories.patient(name, factories.user(f"{name}@patients.test"))
    run_state_machine_as_test(
        Clinic,
        settings=settings(max_examples=examples(15), stateful_step_count=30, suppress_health_check=list(HealthCheck)),
    )
