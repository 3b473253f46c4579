"""Everything that touches a patient. Health data lives here and nowhere else."""

from consultations.models.consultation import (
    BLOCKING,
    LEGAL_MOVES,
    LIVE,
    Cancelled,
    Consultation,
    ConsultationEvent,
    ConsultationQuerySet,
    EventKind,
    ManageLink,
    Status,
    lapsed,
)
from consultations.models.intake import Consent, ConsentKind, ConsentText, Draft, Intake, IntakeRevision, Screening
from consultations.models.judgement import AnsweredQuestion, Enquiry, Grading, Override, Suggestion
from consultations.models.kind import Audience, BookingMode, Kind
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
from consultations.models.visited import Feedback, Performed, VisitInvitation

__all__ = [
    "BLOCKING",
    "LEGAL_MOVES",
    "LIVE",
    "AnsweredQuestion",
    "Audience",
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
    "Relation",
    "Scope",
    "Screening",
    "SexAtBirth",
    "Shows",
    "Status",
    "Suggestion",
    "ToldStory",
    "VisitInvitation",
    "lapsed",
]
