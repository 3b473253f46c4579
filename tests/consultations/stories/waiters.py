"""What those who wait do, and what is done about them: join, be asked, answer, ignore, leave, be picked."""

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from consultations import offering, waitlist
from consultations.models import OfferState, Status, WaitlistEntry, WaitlistOffer
from tests.consultations.bookings import person_of
from tests.consultations.stories.patients import Patients
from tests.consultations.stories.telling import ANY, HOUR, ahead, numbers, pick, walls
from tests.consultations.waiting import wishes
from treatments.models import Concern

ALONG = ("entry__instead_of", "entry__patient", "entry__user", "entry__kind", "consultation", "practitioner")
parts = st.sampled_from([(), (), ("afternoon",), ("morning", "evening")])
answers = st.sampled_from(["wait", "accept", "book", "decline", "ignore", "ignore", "leave", "remove"])


class Waiters(Patients):
    """The same patients, for any kind of visit."""

    @initialize(patient=numbers, kind=numbers, sooner=st.booleans(), then=answers)
    def somebody_waits(self, patient: int, kind: int, sooner: bool, then: str) -> None:
        """No story begins with an empty list, and most with an offer that comes to something."""
        self.join(patient, kind, 2, (), 0, sooner, then)

    @rule(
        patient=numbers, kind=numbers, days=ahead, part=parts, notice=st.integers(0, 4), sooner=st.booleans(),
        then=answers,
    )  # fmt: skip
    def join(
        self, patient: int, kind: int, days: int, part: tuple[str, ...], notice: int, sooner: bool, then: str
    ) -> None:
        """Wait for a visit, or for a sooner time of one that is booked; and do something about what is offered."""
        whose, wanted = pick(self.patients, patient), pick(self.kinds, kind)
        booked = whose.consultations.filter(status=Status.CONFIRMED, starts__gt=self.now)
        instead = booked.order_by("starts", "pk").last() if sooner else None
        first, last = self.day(0), self.day(days)
        entry = self.attempt(
            waitlist.join,
            actor=person_of(whose),
            user=person_of(whose),
            patient=whose,
            kind=instead.kind if instead else wanted,
            wishes=wishes(first_day=first, last_day=last, waits_until=last, parts=part, notice_hours=notice),
            instead_of=instead,
            language="en",
        )
        if entry is not None and then != "wait":
            self.hear(entry, then)

    def hear(self, entry: WaitlistEntry, then: str) -> None:
        """Be asked, and answer in one go, or go, or answer to nothing for half a day."""
        self.work()
        if then == "ignore":
            for _ in range(4):
                self.now += 3 * HOUR
                self.sweep()
        elif then in {"leave", "remove"}:
            self.go(entry, then)
        else:
            self.answered(self.offers().filter(entry=entry).first(), then)

    @rule(offer=numbers, then=st.sampled_from(["accept", "book", "book", "begin", "decline"]))
    def answer(self, offer: int, then: str) -> None:
        """One that stands open or was accepted, or with a higher number any there ever was."""
        standing = [OfferState.OPEN] if then in {"accept", "decline"} else [OfferState.ACCEPTED]
        which = {"state__in": standing} if offer < ANY else {}
        self.answered(self.some(self.offers().filter(**which), offer), then)

    def answered(self, offer: WaitlistOffer | None, then: str) -> None:
        """Accept or decline; or go on to the steps of the booking, or through all of them."""
        actor = offer.entry.user if offer else None
        if then == "decline":
            self.attempt(offering.decline, actor=actor, offer=offer)
            return
        if offer is None or offer.state != OfferState.ACCEPTED:
            self.attempt(offering.accept, actor=actor, offer=offer)
        if then != "accept" and offer is not None:
            wanted = {"concern": Concern.objects.get(), "treatments": []}
            begun = self.attempt(offering.begin, actor=actor, offer=offer, **wanted)
            if begun and then == "book":
                offer.consultation.refresh_from_db()
                self.confirm(offer.consultation, offer.entry.patient)

    @rule(
        number=numbers, wall=walls, days=ahead, who=numbers,
        does=st.sampled_from(["resume", "change", "pick", "leave", "remove"]),
    )  # fmt: skip
    def wait_on(self, number: int, wall: str, days: int, who: int, does: str) -> None:
        """Want offers again, or something else; be picked by hand; leave, or be taken off."""
        entry, last = self.entry(number), self.day(days)
        if does == "resume":
            self.attempt(waitlist.resume, actor=None, entry=entry)
        if does == "change":
            wanted = wishes(first_day=last, last_day=last, waits_until=last + timedelta(days=1))
            self.attempt(waitlist.change, actor=None, entry=entry, wishes=wanted)
        if does == "pick":
            to = {"practitioner": pick(self.people, who), "starts": self.when(wall, days)}
            self.attempt(offering.make, actor=self.sam, entry=entry, **to)
        if does in {"leave", "remove"}:
            self.go(entry, does)

    def go(self, entry: WaitlistEntry | None, how: str) -> None:
        if how == "leave":
            self.attempt(waitlist.leave, actor=None, entry=entry)
        else:
            self.attempt(waitlist.remove, actor=self.sam, entry=entry, reason="They have moved away.")

    def entry(self, number: int) -> WaitlistEntry | None:
        entries = WaitlistEntry.objects.select_related("patient", "user", "kind", "instead_of").order_by("joined_at")
        found: WaitlistEntry | None = self.some(entries.open() if number < ANY else entries, number)
        return found

    @staticmethod
    def offers() -> Any:
        return WaitlistOffer.objects.select_related(*ALONG).order_by("made_at", "pk")
