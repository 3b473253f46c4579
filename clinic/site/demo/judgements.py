"""What practitioners of the demo say: a grading, an override, a question, a suggestion; and what they are sent."""

from datetime import datetime, timedelta

from clinic.site.demo.drawn import Patch
from consultations import enquiries, gradings, intake, overrides, sending, suggestions
from consultations.models import ConsentKind, ConsentText, Consultation, Shows, Status
from consultations.photographs import Shot
from practitioners import proposals
from practitioners.models import Angle, Practitioner
from treatments.codes import Level
from treatments.models import Treatment
from treatments.screening import RuleKind

QUESTION = "Which cream is it that you use in the evening? The name on the tube is enough."

OWN_WORDS = {
    "approach_en": "I would rather use a lower setting and one more visit than chase a result in one go. "
    "With a test area first, treatment is painless.",
    "approach_zh_hant": "我寧願用較低設定、多來一次，也不會急於一次見效。治療前我會先做測試位，並說明需時多久。",
}


def judge(consultation: Consultation, at: datetime) -> None:
    """Grade the skin, judge one finding otherwise, and ask the patient for what is missing."""
    practitioner = consultation.practitioner
    actor = practitioner.user
    assert actor is not None
    gradings.grade(actor=actor, practitioner=practitioner, consultation=consultation, phototype="V", pores="2", now=at)
    read = intake.newest(consultation)
    milder = next(rule for rule in overrides.fired(read) if rule.kind is RuleKind.RULE and rule.level is Level.CAUTION)
    overrides.make(
        actor=actor,
        practitioner=practitioner,
        consultation=consultation,
        screening=read.screening.pk,
        rule_id=milder.id,
        level=Level.INFO,
        reason="Two test areas last winter healed without a mark.",
        now=at + timedelta(minutes=5),
    )
    enquiries.ask(
        actor=actor,
        practitioner=practitioner,
        consultation=consultation,
        items=["metal_allergy"],
        written=[QUESTION],
        language="en",
        due_at=consultation.starts - timedelta(hours=2),
        now=at + timedelta(minutes=10),
    )


def send(shown: Consultation, at: datetime) -> None:
    """Drawings of the patient's skin, sent before the visit as photographs would be."""
    assert shown.booked_by is not None
    for angle, pores in ((Angle.FRONT, 1.0), (Angle.CLOSE, 1.2)):
        shot = Shot(Patch(5, 40).drawn(pores), Shows.SENT, angle)
        words = ConsentText.newest_of(ConsentKind.PHOTO, "en")
        sending.send(actor=shown.booked_by, consultation=shown, shot=shot, agreed_to=words, now=at)


def suggest(shown: Consultation, at: datetime) -> None:
    """Suggest something gentler for another visit of the same patient, if there is one."""
    other = (
        Consultation.objects.filter(patient=shown.patient, status=Status.CONFIRMED, starts__gt=shown.starts)
        .select_related("practitioner__user", "patient", "kind", "location", "booked_by")
        .order_by("starts")
        .first()
    )
    if other is None or other.practitioner.user is None:
        return
    suggestions.make(
        actor=other.practitioner.user,
        practitioner=other.practitioner,
        consultation=other,
        treatments=list(Treatment.objects.filter(slug="glycolic-acid-peel")),
        not_before=None,
        words="A light peel first would tell us how your skin answers, before anything deeper.",
        now=at,
    )


def propose(at: datetime) -> None:
    """One practitioner would like other words on their profile, one of them barred; nobody has decided yet."""
    practitioner = Practitioner.objects.get(slug="amir-shah")
    assert practitioner.user is not None
    words, seen = proposals.public_words(practitioner) | OWN_WORDS, proposals.fingerprint(practitioner)
    proposals.propose(actor=practitioner.user, practitioner=practitioner, words=words, seen=seen, now=at)
