"""What patients do: hold, book, move, cancel, think again, propose other times, come or not; and the desk for them."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from consultations import booking, coming, proposing, quoting, reserving, visits
from consultations.models import Cancelled, Consultation, Patient, Source, Status
from consultations.reserving import Told
from consultations.scheduling.suiting import DayPart
from tests import factories
from tests.consultations.bookings import person_of
from tests.consultations.stories.telling import HOUR, MINUTE, Telling, ahead, numbers, pick, rarely, walls
from tests.factories import clean_answers
from treatments.models import Concern

ON_THE_DAY = (
    visits.arrive,
    visits.start,
    visits.complete,
    visits.no_show,
    visits.no_show,
    visits.came,
    visits.not_here,
)
browsers = st.integers(1, 4)
sides = st.sampled_from(Cancelled)
parts = st.sampled_from(DayPart)
bookings = st.tuples(walls, ahead, numbers, numbers, numbers)


class Patients(Telling):
    """Four browsers, three patients, and the desk."""

    @initialize(booked=st.lists(bookings, min_size=3, max_size=5))
    def open(self, booked: list[tuple[str, int, int, int, int]]) -> None:
        """No story begins in an empty house."""
        for each in booked:
            self.book(*each)

    # --- held and booked ---

    @rule(browser=browsers, wall=walls, days=ahead, kind=numbers, first=numbers)
    def hold(self, browser: int, wall: str, days: int, kind: int, first: int) -> None:
        self.held(browser, self.when(wall, days), kind, first)

    def held(self, browser: int, starts: datetime, kind: int, first: int) -> Consultation | None:
        found: Consultation | None = self.attempt(
            booking.hold,
            actor=None,
            kind=pick(self.kinds, kind),
            practitioners=self.people[first % 3 :],
            starts=starts,
            draft=factories.browser(f"browser {browser}", self.now),
        )
        return found

    @rule(wall=walls, days=ahead, kind=numbers, first=numbers, patient=numbers)
    def book(self, wall: str, days: int, kind: int, first: int, patient: int) -> None:
        """Hold and confirm in one go, so that stories come further than holds."""
        self.confirm(self.held(5, self.when(wall, days), kind, first), pick(self.patients, patient))

    @rule(one=numbers, patient=numbers, does=st.sampled_from(["confirm", "confirm", "renew", "release"]))
    def go_on(self, one: int, patient: int, does: str) -> None:
        """With what a browser holds, or has held."""
        held = self.some(Consultation.objects.filter(draft__isnull=False).order_by("held_since", "pk"), one)
        if does == "confirm":
            self.confirm(held, pick(self.patients, patient))
        if does == "renew":
            self.attempt(booking.renew, consultation=held)
        if does == "release":
            self.attempt(booking.release, actor=None, consultation=held)

    def confirm(self, held: Consultation | None, whose: Patient) -> None:
        self.attempt(
            booking.confirm,
            actor=person_of(whose),
            consultation=held,
            patient=whose,
            wish=quoting.Wish(Concern.objects.first(), (), "en"),
            answers=clean_answers(),
        )

    # --- changed ---

    @rule(one=numbers, wall=walls, days=ahead, who=numbers, by=sides)
    def move(self, one: int, wall: str, days: int, who: int, by: Cancelled) -> None:
        to = {"practitioner": pick(self.people, who), "starts": self.when(wall, days)}
        self.attempt(booking.move, actor=None, consultation=self.visit(one), by=by, **to)

    @rule(one=numbers, by=sides, minutes=st.sampled_from([0, 1, 14, 16]), again=st.booleans())
    def cancel(self, one: int, by: Cancelled, minutes: int, again: bool) -> None:
        """And perhaps think again."""
        visit = self.visit(one)
        self.attempt(booking.cancel, actor=None, consultation=visit, by=by)
        self.now += minutes * MINUTE
        if again:
            self.attempt(booking.undo_cancel, actor=None, consultation=visit)

    @rule(one=numbers, says=st.sampled_from(["accepted", "accepted", "declined", "again"]))
    def say(self, one: int, says: str) -> None:
        """What is said of a request by the clinic, or of a visit by its patient."""
        if says == "accepted":
            self.attempt(booking.accept, actor=self.sam, consultation=self.visit(one, kind__mode="request"))
        if says == "declined":
            request = self.visit(one, status=Status.REQUESTED)
            self.attempt(booking.cancel, actor=self.sam, consultation=request, by=Cancelled.BY_CLINIC)
        if says == "again":
            self.attempt(booking.undo_cancel, actor=None, consultation=self.visit(one, status=Status.CANCELLED))

    @rule(one=numbers, hours=st.sampled_from([1, 3, 6]), comes=st.booleans())
    def be_reminded(self, one: int, hours: int, comes: bool) -> None:
        """Some hours before a visit, and perhaps say that one comes."""
        visit = self.visit(one, status=Status.CONFIRMED)
        if visit is not None:
            self.now = max(self.now, visit.starts - hours * HOUR)
        self.work()
        if comes:
            self.attempt(coming.say, actor=None, consultation=visit)

    @rule(
        one=numbers, wall=walls, days=ahead, who=numbers, part=parts, then=st.sampled_from(["wait", "refuse", "meet"])
    )
    def propose(self, one: int, wall: str, days: int, who: int, part: DayPart, then: str) -> None:
        """Be moved by the clinic, and say which other times would suit."""
        visit = self.visit(one, moved_by_clinic_at__isnull=False) or self.visit(one)
        to = {"practitioner": pick(self.people, who), "starts": self.when(wall, days), "by": Cancelled.BY_CLINIC}
        self.attempt(booking.move, actor=self.sam, consultation=visit, **to)
        self.attempt(proposing.propose, actor=None, consultation=visit, times=[(self.day(days), part)])
        self.send(refused=False)
        if then == "refuse":
            self.attempt(proposing.refuse, actor=self.sam, consultation=self.visit(one, proposals__isnull=False))
            self.send(refused=False)
        if then == "meet":
            to |= {"starts": self.when("16:00", 2)}
            self.attempt(booking.move, actor=self.sam, consultation=self.visit(one, proposals__isnull=False), **to)

    @rule(one=numbers, verb=st.sampled_from(ON_THE_DAY), too_early=rarely)
    def spend_the_day(self, one: int, verb: Callable[..., Any], too_early: bool) -> None:
        """Wait until a visit begins, or is over, and see the patient, or not."""
        noted = {visits.came: Status.NO_SHOW, visits.not_here: Status.ARRIVED}
        which = {"status": noted[verb]} if verb in noted else {}
        visit = self.visit(one, **which)
        if visit is not None and not too_early:
            self.now = max(self.now, visit.ends if verb is visits.no_show else visit.starts)
        self.attempt(verb, actor=self.sam, consultation=visit)

    # --- by phone, and at the desk ---

    @rule(how=st.sampled_from(["call", "call", "walk in", "finish"]), booking=bookings)
    def come_to_the_desk(self, how: str, booking: tuple[str, int, int, int, int]) -> None:
        wall, days, kind, first, patient = booking
        wanted = {"kind": pick(self.kinds, kind), "practitioners": self.people[first % 3 :]}
        if how == "call":
            held = self.attempt(reserving.hold, actor=self.sam, starts=self.when(wall, days), **wanted)
            self.booked_by_the_desk(held, patient)
        if how == "walk in":
            held = self.attempt(reserving.hold_now, actor=self.sam, **wanted)
            self.booked_by_the_desk(held, patient, Source.WALK_IN, Told.IN_PERSON)
        if how == "finish":  # what the desk has held, a while ago perhaps
            left = reserving.held_by_the_desk().order_by("held_since", "pk")
            self.booked_by_the_desk(self.some(left, first), patient)

    def booked_by_the_desk(
        self, held: Consultation | None, patient: int, source: Source = Source.PHONE, told: Told = Told.BY_MAIL
    ) -> None:
        whose = pick(self.patients, patient)
        self.attempt(reserving.book, actor=self.sam, consultation=held, patient=whose, source=source, told=told)
