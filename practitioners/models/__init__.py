"""Who does it: profiles, offerings, hours, reviews. Nothing here points at a patient or a consultation."""

from practitioners.models.hours import Absence, TimeOff, WorkingHours
from practitioners.models.profile import KindCode, Language, Offering, Practitioner, PractitionerKind
from practitioners.models.review import Invitation, Moment, Review, ReviewState, WithheldFor

__all__ = [
    "Absence",
    "Invitation",
    "KindCode",
    "Language",
    "Moment",
    "Offering",
    "Practitioner",
    "PractitionerKind",
    "Review",
    "ReviewState",
    "TimeOff",
    "WithheldFor",
    "WorkingHours",
]
