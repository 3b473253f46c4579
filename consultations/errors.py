"""The few ways a booking is refused; each carries the sentence the patient reads."""

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from consultations.availability import Slot


class BookingError(Exception):
    sentence: str | Promise = _("That did not work. Nothing was changed.")
    # The free times nearest to one that is gone, where whoever refuses it has just read them.
    others: Sequence[Slot] = ()

    def __str__(self) -> str:
        return str(self.sentence)


class SlotTaken(BookingError):
    sentence = _("This time has just been taken. Everything you entered is still here; please choose another time.")

    def __init__(self, others: Sequence[Slot] = ()) -> None:
        super().__init__()
        self.others = others


class NotOffered(BookingError):
    sentence = _("This time is not offered. Please choose one of the times shown.")


class NotTakenOver(BookingError):
    sentence = _("This practitioner is not free at that time any more. Nothing was changed.")


class NotForYou(BookingError):
    sentence = _("This kind of visit cannot be booked online. Please call the clinic.")


class NotForNewPatients(BookingError):
    sentence = _(
        "This kind of visit is for people who have been here before. Please book a first visit instead, or call the "
        "clinic if you have been here under another name."
    )


class NotBeforeFirstVisit(BookingError):
    sentence = _("This kind of visit follows a first visit. Please book a first visit instead, or call the clinic.")


class TooEarly(BookingError):
    sentence = _("This visit has not begun yet.")


class StillInGrace(BookingError):
    sentence = _("The patient may still come: it is too soon to say that they did not.")


class NoReason(BookingError):
    sentence = _("Say why in a few words, ten letters at least. No word about anybody’s health belongs there.")


class InThePast(BookingError):
    sentence = _("This time is over. Choose one that is still to come.")


class NotWorkingThere(BookingError):
    sentence = _("This practitioner does not work at a location of the clinic, so no place can be given to the visit.")


class NotYet(BookingError):
    sentence = _(
        "The patient still has time to decide about this treatment. Say why it did not wait, and confirm that fresh "
        "consent was taken."
    )


class NotYetUnderAge(BookingError):
    sentence = _("The patient is under 18, and no reason shortens the time that the rules of the place give them.")


class TooLate(BookingError):
    sentence = _("It is too late to change this consultation here. Please call the clinic.")


class MovedOn(BookingError):
    sentence = _("This consultation has changed in the meantime. Please look at it again.")


class TooManyOpen(BookingError):
    sentence = _(
        "You have as many visits to come as one can book here at once. Cancel one that you do not need, or call the "
        "clinic to book another."
    )


class TooManyToday(BookingError):
    sentence = _("You have booked several times today. Please call the clinic, or try again tomorrow.")


class Incomplete(BookingError):
    sentence = _("A few answers are still missing before the consultation can be confirmed.")


class ConsentMissing(BookingError):
    sentence = _("Please read and agree to how we keep your answers before you give any.")


class StillOpen(BookingError):
    sentence = _("The patient has not answered the last one yet. Withdraw it before you send another.")


class AlreadyProposed(BookingError):
    sentence = _("You have proposed other times already. The clinic will write to you.")


class TooSoon(BookingError):
    sentence = _("This time is earlier than your practitioner suggests. Please choose a later one.")


class NotForMinors(BookingError):
    sentence = _("This clinic books no visits for people under 18. A family doctor can help with skin at any age.")


class NoNumber(BookingError):
    sentence = _("A visit by phone needs the number on which the patient is called. Enter it first.")


class AlreadyThere(BookingError):
    sentence = _("You already have a consultation at this time. Please choose another time.")


class OfferOver(BookingError):
    sentence = _("This offer is over. You are still on the waiting list, unless you have left it.")


class AlreadyWaiting(BookingError):
    sentence = _("You are on the waiting list for this kind of visit already.")


class WaitingTooOften(BookingError):
    sentence = _("You are on several waiting lists already. Leave one of them, or call the clinic.")


class NoTimeToAsk(BookingError):
    sentence = _("This time is too near: whoever is asked would have no time to answer. Please call them instead.")


class NotWaiting(BookingError):
    sentence = _("This person waits no longer, or is being asked about another time.")
