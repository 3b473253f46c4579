"""What the clinic does to its own hours, and to the visits that lose theirs."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from clinic.premises.models import Closure, Device, Location, Room
from consultations import booking, departures, outside, reassigning
from consultations.models import Cancelled, Status
from practitioners import absences
from practitioners.models import Absence, Practitioner, TimeOff, WorkingHours
from tests.consultations.stories.telling import HOUR, MINUTE, ahead, counts, numbers, pick, rarely, walls
from tests.consultations.stories.waiters import Waiters

WHY = "There is no other way."
odd_walls = st.sampled_from(["08:00", "13:05", "13:20", "13:40", "14:00", "14:30", "14:50", "15:20", "19:30"])

losses = st.sampled_from(["hours", "day", "practitioner", "house", "room", "laser"])
arranging = st.sampled_from(["hand on", "hand on", "cancel", "move", "be back"])


class House(Waiters):
    """Time off, closed days, rooms out of use; visits handed on, moved and cancelled; times that are not offered."""

    # --- taken away ---

    @rule(what=losses, one=numbers, wall=odd_walls, days=ahead, then=arranging, for_good=rarely)
    def lose(self, what: str, one: int, wall: str, days: int, then: str, for_good: bool) -> None:
        """Something is taken away from whom it may concern; mostly it is back when that is arranged."""
        who, day = pick(self.people, one), self.day(days)
        away = {"actor": self.sam, "practitioner": who, "now": self.now}
        span: dict[str, Any] = {"starts": self.when(wall, days), "ends": self.when(wall, days) + 3 * HOUR}
        acts: dict[str, Callable[[], Any]] = {
            "hours": lambda: absences.block(**away, **span, absence=Absence.OTHER),
            "day": lambda: absences.away(**away, first_day=day, last_day=day, absence=Absence.OTHER),
            "practitioner": lambda: absences.leave(**away, last_day=day),
            "house": lambda: Closure.objects.create(first_day=day, last_day=day, reason="Typhoon"),
            "room": lambda: Room.objects.filter(name=f"Room {one % 2 + 1}").update(active=False),
            "laser": lambda: Device.objects.update(active=False),
        }
        self.taken_away(acts[what])
        self.arrange(one, "16:00", 1, one, then)
        if not for_good:
            self.be_back()

    def taken_away(self, act: Callable[[], Any]) -> None:
        """Nothing is taken away before somebody has read from whom."""
        before = counts()
        try:
            outside.knowingly(act=act, seen="", now=self.now)
        except outside.TakesAway as taken:
            assert counts() == before
            self.reached["taken from visits"] += 1
            outside.knowingly(act=act, seen=taken.fingerprint, now=self.now)

    def be_back(self) -> None:
        """Everything is as it was, but for what has passed."""
        for time_off in TimeOff.objects.filter(ends__gt=self.now):
            absences.back(actor=self.sam, time_off=time_off, now=self.now)
        Closure.objects.filter(last_day__gte=self.day(0)).delete()
        WorkingHours.objects.update(valid_until=None)
        Room.objects.update(active=True)
        Device.objects.update(active=True)

    @rule(by_link=st.booleans())
    def be_elsewhere(self, by_link: bool) -> None:
        """The clinic is at another address, or visits by video are joined by another link."""
        if by_link:
            link = f"https://meet.example/{self.now.timestamp():.0f}"
            Practitioner.objects.update(video_url=link, video_url_at=self.now)
        else:
            Location.objects.update(address_at=self.now)

    # --- arranged ---

    @rule(one=numbers, wall=walls, days=ahead, who=numbers, does=arranging)
    def arrange(self, one: int, wall: str, days: int, who: int, does: str) -> None:
        """Hand on, cancel or move what has lost its hours; or all is back."""
        lost = [each.visit for each in outside.found(now=self.now)]
        if does == "hand on":
            left = reassigning.reassign_all(actor=self.sam, visits=lost, now=self.now)
            assert {each.visit.pk for each in outside.found(now=self.now)} <= {visit.pk for visit in left}
        if does == "cancel":
            assert reassigning.cancel_all(actor=self.sam, visits=lost, reason=WHY, now=self.now) == []
            assert outside.found(now=self.now) == []
        if does == "move":
            to = {"practitioner": pick(self.people, who), "starts": self.when(wall, days), "by": Cancelled.BY_CLINIC}
            self.attempt(booking.move, actor=self.sam, consultation=self.some(lost, one), **to)
        if does == "be back":
            self.be_back()

    @rule(one=numbers, who=numbers)
    def hand_on(self, one: int, who: int) -> None:
        self.attempt(
            reassigning.reassign,
            actor=self.sam,
            consultation=self.visit(one, status__in=[Status.REQUESTED, Status.CONFIRMED]),
            practitioner=pick(self.people, who),
        )

    # --- departed from ---

    @rule(one=numbers, wall=odd_walls, days=ahead, who=numbers)
    def depart(self, one: int, wall: str, days: int, who: int) -> None:
        to = {"practitioner": pick(self.people, who), "starts": self.when(wall, days)}
        self.attempt(departures.move, actor=self.sam, consultation=self.visit(one), reason=WHY, **to)

    @rule(one=numbers, minutes=st.sampled_from([0, 0, 10, 30]), kind=numbers, patient=numbers, books=st.booleans())
    def squeeze_in(self, one: int, minutes: int, kind: int, patient: int, books: bool) -> None:
        """A time right after a visit, or a little later, so that one of both has no clean-up."""
        beside = self.visit(one, status=Status.CONFIRMED)
        if beside is not None:
            to = {"practitioner": beside.practitioner, "starts": beside.ends + minutes * MINUTE}
            wanted = {"kind": pick(self.kinds, kind), "reason": WHY, **to}
            held = self.attempt(departures.hold, actor=self.sam, **wanted)
            if books:
                self.booked_by_the_desk(held, patient)
