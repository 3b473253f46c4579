"""Who does it: profiles, offerings, hours, reviews. Nothing here points at a patient or a consultation."""

from practitioners.models.figures import Figures
from practitioners.models.hours import Absence, ExtraHours, Roster, TimeOff, WorkingHours
from practitioners.models.ledger import Act, LedgerAct, LedgerHead
from practitioners.models.portrait import Portrait, PortraitSize
from practitioners.models.profile import Gender, KindCode, Language, Offering, Practitioner, PractitionerKind
from practitioners.models.proposal import ProposalState, ProposedWords
from practitioners.models.review import (
    Invitation,
    InvitationLink,
    Reply,
    ReplyState,
    Review,
    ReviewReport,
    ReviewVersion,
)
from practitioners.models.story import Angle, Story, StoryPair
from practitioners.models.weighing import (
    ABOUT_THE_PRACTITIONER,
    ABOUT_THE_TREATMENT,
    Moment,
    ReviewState,
    SkinBand,
    WithheldFor,
)

__all__ = [
    "ABOUT_THE_PRACTITIONER",
    "ABOUT_THE_TREATMENT",
    "Absence",
    "Act",
    "Angle",
    "ExtraHours",
    "Figures",
    "Gender",
    "Invitation",
    "InvitationLink",
    "KindCode",
    "Language",
    "LedgerAct",
    "LedgerHead",
    "Moment",
    "Offering",
    "Portrait",
    "PortraitSize",
    "Practitioner",
    "PractitionerKind",
    "ProposalState",
    "ProposedWords",
    "Reply",
    "ReplyState",
    "Review",
    "ReviewReport",
    "ReviewState",
    "ReviewVersion",
    "Roster",
    "SkinBand",
    "Story",
    "StoryPair",
    "TimeOff",
    "WithheldFor",
    "WorkingHours",
]
