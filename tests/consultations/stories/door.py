"""The way out of the house: every mail is held against what it speaks of, as that stands at this moment."""

from collections import Counter
from email.message import EmailMessage

from clinic.outbox.models import OutboundMessage
from clinic.outbox.transport import Refused
from clinic.premises.templatetags.clinic import when
from consultations.models import Consultation, OfferState, Status, WaitlistEntry, WaitlistOffer, What
from tests.factories import HONG_KONG, NOW

STANDS = {Status.CONFIRMED, Status.ARRIVED, Status.IN_CONSULTATION, Status.COMPLETED, Status.NO_SHOW}
# What a mail says of a visit holds only while the visit is so.
SAYS = {
    **dict.fromkeys(("booked", "moved", "readdressed", "times_not_possible"), STANDS),
    **{occasion: {Status.CONFIRMED} for occasion in What.values},
    "reassigned": {*STANDS, Status.REQUESTED},
    "requested": {Status.REQUESTED},
    "cancelled": {Status.CANCELLED},
    "declined": {Status.CANCELLED},
    "request_lapsed": {Status.EXPIRED},
}
NAMES_THE_TIME = {"booked", "moved", "readdressed", "cancelled", *What.values}


class Door:
    """A transport that keeps nothing: it looks, and counts what has been reminded of."""

    def __init__(self) -> None:
        self.now = NOW
        self.refuses = False
        self.reminded: Counter[str] = Counter()

    def ready(self) -> None:
        """Somebody is always there."""

    def hand_over(self, message: OutboundMessage, mail: EmailMessage) -> None:
        if self.refuses:
            raise Refused("busy")
        if message.occasion in SAYS:
            self._about_a_visit(message)
        if message.occasion == "waitlist_offer":
            offer = WaitlistOffer.objects.get(pk=message.key.partition(":")[2])
            assert offer.state == OfferState.OPEN, offer.state
            assert offer.answer_by > self.now, "nobody could answer it any more"
            assert when(offer.starts, HONG_KONG) in str(message.text)
        if message.occasion in {"waitlist_joined", "waitlist_paused"}:
            assert WaitlistEntry.objects.get(pk=message.key.split(":")[1]).is_open

    def _about_a_visit(self, message: OutboundMessage) -> None:
        visit = Consultation.objects.get(reference=message.reference)
        assert visit.status in SAYS[message.occasion], (message.occasion, visit.status)
        if message.occasion in NAMES_THE_TIME:
            assert when(visit.starts, HONG_KONG) in str(message.text), f"{message.occasion} names another time"
            assert visit.practitioner.name in str(message.text), f"{message.occasion} names somebody else"
        if message.occasion in What.values:
            assert visit.starts > self.now, "of the past"
            self.reminded[message.key] += 1
            assert self.reminded[message.key] == 1, "twice"
            assert not (message.occasion == What.COMING and visit.coming_at), "they have said so"

    def close(self) -> None:
        """Nothing to hang up."""
