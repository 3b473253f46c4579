"""Everything that touches a patient. Health data lives here and nowhere else."""

from consultations.models.consultation import (
    BLOCKING,
    BY_PATIENTS,
    BY_STAFF,
    LEGAL_MOVES,
    LIVE,
    Cancelled,
    Consultation,
    ConsultationEvent,
    ConsultationQuerySet,
    EventKind,
    ManageLink,
    Reason,
    Source,
    Status,
    lapsed,
)
from consultations.models.intake import Consent, ConsentKind, ConsentText, Draft, Intake, IntakeRevision, Screening
from consultations.models.judgement import AnsweredQuestion, Enquiry, Grading, Override, Suggestion
from consultations.models.kind import BookingMode, Kind
from consultations.models.lateness import RunningLate
from consultations.models.note import Note, NoteAmendment
from consultations.models.patient import Patient, PatientAccess, Relation, SexAtBirth
from consultations.models.photograph import (
    Pair,
    Photograph,
    PhotographQuerySet,
    PictureConsent,
    Scope,
    Shows,
    ToldStory,
)
from consultations.models.proposal import PARTS_OF_THE_DAY, ProposalState, ProposedTime, TimeProposal
from consultations.models.visited import Feedback, Performed, VisitInvitation

__all__ = [
    "BLOCKING",
    "BY_PATIENTS",
    "BY_STAFF",
    "LEGAL_MOVES",
    "LIVE",
    "PARTS_OF_THE_DAY",
    "AnsweredQuestion",
    "BookingMode",
    "Cancelled",
    "Consent",
    "ConsentKind",
    "ConsentText",
    "Consultation",
    "ConsultationEvent",
    "ConsultationQuerySet",
    "Draft",
    "Enquiry",
    "EventKind",
    "Feedback",
    "Grading",
    "Intake",
    "IntakeRevision",
    "Kind",
    "ManageLink",
    "Note",
    "NoteAmendment",
    "Override",
    "Pair",
    "Patient",
    "PatientAccess",
    "Performed",
    "Photograph",
    "PhotographQuerySet",
    "PictureConsent",
    "ProposalState",
    "ProposedTime",
    "Reason",
    "Relation",
    "RunningLate",
    "Scope",
    "Screening",
    "SexAtBirth",
    "Shows",
    "Source",
    "Status",
    "Suggestion",
    "TimeProposal",
    "ToldStory",
    "VisitInvitation",
    "lapsed",
]
