"""A clinic with a crowd on its way through it: who books, moves, cancels and waits, and when they begin."""

from datetime import date, datetime, timedelta
from itertools import product
from typing import Any, TypeVar

from django.db import transaction
from django.utils import timezone

from consultations import drafts, reminding
from practitioners.models import Practitioner
from tests import factories
from tests.factories import HONG_KONG, LONG_AGO, at
from tests.races.conftest import link_to
from tests.races.crowd import session_with
from tests.races.persons import Booker, Changer, Person, Street, Waiter, as_sent
from tests.races.running import House, Post

DAY = timedelta(days=1)
BOOKERS, HOLDERS, MOVERS, CANCELLERS, WAITERS = 12, 4, 5, 6, 5
BUTTONS = ("/book/when/", "/move/", "/wait/code/", "/book/check/")  # in the order in which they go unheard
Kind = TypeVar("Kind", bound=Person)


class Crowd:
    """Everybody, each with a browser; one kind of visit, and three practitioners with a room each."""

    def __init__(self, house: House, post: Post) -> None:
        self.house, self.post, self.street, self.now = house, post, Street(), timezone.now()
        self.today = self.now.astimezone(HONG_KONG).date()
        self.lay()
        times = product(self.near(), self.people)
        self.bookers = [self.comes(Booker, n) for n in range(BOOKERS)]
        self.holders = [self.comes(Booker, 20 + n) for n in range(HOLDERS)]
        self.movers = [self.booked(40 + n, at(f"{10 + n}:00", self.day(4)), self.people[0]) for n in range(MOVERS)]
        self.cancellers = [self.booked(60 + n, *next(times)) for n in range(CANCELLERS)]
        self.waiters = [self.comes(Waiter, 80 + n) for n in range(WAITERS)]
        self.unheard: list[Any] = [self.holders[0], self.movers[0], self.waiters[1], self.bookers[1]]
        for falls, (one, button) in enumerate(zip(self.unheard, BUTTONS, strict=True), 1):
            one.deaf_to, one.hears_after = button, falls
        for one in self.bookers[0::3]:
            one.patient_with = "/book/when/"
        for one in self.bookers[2::3]:
            one.patient_with = "/book/check/"

    def lay(self) -> None:
        factories.clinic()
        factories.in_force()
        factories.consent_texts()
        factories.concern()
        central = factories.location()
        self.kind = factories.kind(minutes_after=10, step_minutes=10)
        reminding.lay_schedule(self.kind, now=LONG_AGO)
        self.people = [factories.practitioner(f"Dr {name}", self.kind) for name in ("Imani", "Reyes", "Osei")]
        for who in self.people:
            factories.room(central, f"Room of {who.name}")
            factories.hours(who, central)

    def day(self, ahead: int) -> date:
        return self.today + ahead * DAY

    def day_for(self, one: Person, ahead: int) -> date:
        """A day on which all are in each other's way; who does not hear an answer has a day alone, and gets a yes."""
        return self.day(9 if one in self.unheard else ahead)

    def near(self) -> list[datetime]:
        """Times of which the worker reminds as soon as it looks."""
        walls = [at(f"{hour}:00", self.day(ahead)) for ahead in (0, 1) for hour in range(10, 18)]
        return [starts for starts in walls if self.now + DAY / 5 < starts < self.now + DAY]

    def comes(self, kind: type[Kind], number: int) -> Kind:
        """Somebody who has said what they come for."""
        with transaction.atomic():
            draft, secret = drafts.begin(now=self.now)
            drafts.keep(draft=draft, now=self.now, **factories.chosen(at_kind=self.kind))
        person = kind(number, self.street, self.post, self.house.url, session_with(draft=secret))
        person.secret = secret
        return person

    def booked(self, number: int, starts: datetime, who: Practitioner) -> Changer:
        """Somebody who booked long before, and has the mailed link."""
        person = Changer(number, self.street, self.post, self.house.url, session_with())
        long_before = self.now - 5 * DAY
        whose = factories.patient(person.name, factories.user(person.email), now=long_before)
        one = factories.consultation(whose, who, starts, at_kind=self.kind, now=long_before)
        person.starts, person.link = as_sent(starts), link_to(one)
        return person

    # --- when each does what, counted in falls of the house ---

    def errands(self) -> list[Any]:
        """What everybody has come for."""
        return [
            *(lambda one=one, n=n: self.book(one, n) for n, one in enumerate(self.bookers)),
            *(lambda one=one: one.holds(self.day_for(one, 5)) for one in self.holders),
            *(lambda one=one: self.move(one) for one in self.movers),
            *(lambda one=one, n=n: self.cancel(one, n) for n, one in enumerate(self.cancellers)),
            *(lambda one=one, n=n: self.wait(one, n) for n, one in enumerate(self.waiters)),
        ]

    def book(self, one: Booker, number: int) -> None:
        one.after(1 if number % 3 == 1 else 0)
        one.books(self.day(5))

    def move(self, one: Changer) -> None:
        one.after(1)
        while self.street.falls < 2:
            one.moves(self.day_for(one, 6))
        one.moves(self.day(8))

    def cancel(self, one: Changer, number: int) -> None:
        one.after(3)
        while self.street.falls < 4:
            one.cancels()
            one.thinks_again()
        one.cancels()
        if number % 2:
            one.thinks_again()

    def wait(self, one: Waiter, number: int) -> None:
        one.after(2 if one in self.unheard else number % 2)  # with one code in the mail, and none that was replaced
        one.joins(self.day(7))
        if number % 2:
            one.leaves()
