"""What a patient answered: consented to, saved in revisions, screened by the rules, read, and stamped as reviewed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import OuterRef, QuerySet, Subquery

from clinic import outbox
from clinic.accounts.models import User
from clinic.audit.models import Action
from clinic.localtime import local
from clinic.premises.models import Clinic
from consultations import mail, picture_consents, published, signing, standing, transitions
from consultations.errors import Incomplete, MovedOn
from consultations.models import (
    Consent,
    ConsentKind,
    ConsentText,
    Consultation,
    Grading,
    Intake,
    IntakeRevision,
    Override,
    Patient,
    Screening,
    Status,
    What,
)
from consultations.published import InForce
from consultations.questioning import concerns_of
from practitioners.models import Practitioner
from treatments import questionnaire as questions
from treatments import screening
from treatments.codes import Level, TreatmentCode
from treatments.models import RuleSet

# The patient edits until they have arrived.
EDITABLE = {Status.REQUESTED, Status.CONFIRMED}


@dataclass(frozen=True, slots=True)
class Reading:
    """An intake as somebody may read it: the revision, its questions and the screening for the visit's date."""

    intake: Intake
    revision: IntakeRevision
    questionnaire: questions.Questionnaire
    answers: Mapping[str, Any]
    screening: Screening

    def stale(self, on: date, zone: ZoneInfo) -> tuple[questions.Item, ...]:
        """The questions whose answers are too old to be relied on, on that day."""
        return questions.stale(self.questionnaire, self.answers, days_of(self.revision, zone), on)


def consent(*, actor: User, patient: Patient, texts: list[ConsentText], now: datetime) -> list[Consent]:
    """Record what the patient agreed to: which words, in which version and language, and when."""
    with transaction.atomic():
        given = [Consent.objects.create(patient=patient, text=text, given_at=now, given_by=actor) for text in texts]
        for text in texts:
            picture_consents.keep(actor=actor, patient=patient, text=text, now=now)
        transitions.record_about(Action.CONSENT_GIVEN, "patient", patient.pk, patient.pk, actor, now)
    return given


def has_consented(patient: Patient) -> bool:
    """Whether the patient agrees, as of now, to their answers being kept and read, in the newest words there are."""
    return consents_to_newest(patient).exists()


def has_ever_consented(patient: Patient) -> bool:
    """Whether a consent of theirs stands, if only to older words: what they are typing under it is still kept."""
    return _consents(patient).exists()


def consents_to_newest(patient: Patient | OuterRef) -> QuerySet[Consent]:
    """The consents that stand to the newest words; of one patient, or of a row's in a larger question."""
    newest = ConsentText.objects.filter(kind=ConsentKind.DATA).order_by("-version").values("version")[:1]
    return _consents(patient).filter(text__version__gte=Subquery(newest))


def _consents(patient: Patient | OuterRef) -> QuerySet[Consent]:
    return Consent.objects.filter(patient=patient, text__kind=ConsentKind.DATA, withdrawn_at=None)


def begin(
    *,
    actor: User,
    consultation: Consultation,
    codes: list[str],
    answers: Mapping[str, Any],
    gradings: Iterable[Grading],
    in_force: InForce,
    now: datetime,
) -> Intake:
    """Store the first revision of a booking's answers; called inside the transaction that admits and confirms it."""
    _inside_a_transaction()
    asked = published.questions_of(in_force.questionnaire)
    whole = with_what_is_known(consultation, answers, codes, gradings)
    if questions.missing(asked, whole):
        raise Incomplete
    return _open(actor, consultation, codes, answers, whole, in_force, now)


def postpone(*, consultation: Consultation, gradings: Iterable[Grading], in_force: InForce, now: datetime) -> Intake:
    """Open the intake of a booking that the desk has made: nothing is answered, and the patient is asked later."""
    _inside_a_transaction()
    codes = wanted_codes(consultation)
    whole = with_what_is_known(consultation, {}, codes, gradings)
    return _open(None, consultation, codes, {}, whole, in_force, now)


def _open(
    actor: User | None,
    consultation: Consultation,
    codes: list[str],
    answers: Mapping[str, Any],
    whole: Mapping[str, Any],
    in_force: InForce,
    now: datetime,
) -> Intake:
    """The intake with its first revision, screened."""
    asked, clinic = published.questions_of(in_force.questionnaire), in_force.clinic
    found = uuid4()
    intake = Intake.objects.create(
        consultation=consultation, is_complete=not questions.incomplete(asked, whole), screening_id=found
    )
    kept = _kept(asked, whole, answers)
    revision = signing.add(
        IntakeRevision(
            intake=intake,
            number=1,
            questionnaire=in_force.questionnaire,
            answers=kept,
            answered_on=dict.fromkeys(kept, clinic.today(now).isoformat()),
            saved_at=now,
            saved_by=actor,
        )
    )
    judged = _judge(consultation, asked, questions.visible(asked, whole), codes, clinic, in_force.rule_set)
    _keep(found, revision, judged, {}, codes, now)
    return intake


def save(*, actor: User, consultation: Consultation, answers: Mapping[str, Any], now: datetime) -> IntakeRevision:
    """Add a revision: the newest answers with these in their place; the stamp falls if it was put on others."""
    with transaction.atomic():
        row = Consultation.objects.select_for_update(no_key=True).filter(pk=consultation.pk, status__in=EDITABLE)
        if row.first() is None:
            raise MovedOn
        revision = _add_revision(Intake.objects.get(consultation=consultation), consultation, answers, actor, now)
        transitions.record(Action.INTAKE_SAVED, consultation, actor, now)
        if Intake.objects.filter(consultation=consultation, is_complete=True).exists():
            outbox.withdraw(about=mail.about(consultation), occasions=[What.ANSWERS], now=now)
    return revision


def read(*, actor: User, consultation: Consultation, action: Action, now: datetime) -> Reading:
    """Open the newest answers to somebody who may read them, after writing down that they did."""
    with transaction.atomic():
        transitions.record(action, consultation, actor, now)
    return newest(consultation)


def newest(consultation: Consultation) -> Reading:
    """The newest revision with its screening, without an audit row: for verbs and for the patient's own pages."""
    intake = (
        Intake.objects.select_related("screening__revision__questionnaire", "screening__rule_set", "reviewed_by")
        .defer("screening__revision__questionnaire__data", "screening__rule_set__data")
        .get(consultation=consultation)
    )
    if intake.screening is None:
        raise Screening.DoesNotExist
    revision = intake.screening.revision
    asked = published.questions_of(revision.questionnaire)
    whole = with_what_is_known(consultation, revision.answers)
    return Reading(intake, revision, asked, questions.visible(asked, whole), intake.screening)


def stamp(
    *, actor: User, practitioner: Practitioner, consultation: Consultation, screening: UUID, now: datetime
) -> Intake:
    """Mark the answers as reviewed, provided that the practitioner saw the newest ones, screened for this date."""
    with transaction.atomic():
        intake = Intake.objects.select_for_update(no_key=True).get(consultation=consultation)
        read = newest(consultation)
        if read.screening.pk != screening:
            raise MovedOn
        Intake.objects.filter(pk=intake.pk).update(
            reviewed_at=now, reviewed_by=practitioner, reviewed_revision=read.revision
        )
        transitions.record(Action.REVIEWED_STAMP, consultation, actor, now)
    intake.refresh_from_db()
    return intake


def after_move(consultation: Consultation, *, clinic: Clinic, now: datetime) -> None:
    """Screen again for the new date, and drop the stamp: it belongs to another date or another practitioner."""
    if screen_again(consultation, clinic=clinic, now=now) is not None:
        unstamp(consultation)


def screen_again(consultation: Consultation, *, clinic: Clinic, now: datetime) -> Screening | None:
    """Screen the newest answers once more: the date, what is to be discussed or what is known has changed."""
    _inside_a_transaction()
    revision = IntakeRevision.objects.filter(intake__consultation=consultation).order_by("-number").first()
    return None if revision is None else screen(revision, consultation, clinic=clinic, now=now)


def unstamp(consultation: Consultation) -> None:
    """Let the stamp fall; what was read when it was put on stays known."""
    _inside_a_transaction()
    Intake.objects.filter(consultation=consultation).update(reviewed_at=None, reviewed_by=None)


def days_of(revision: IntakeRevision, zone: ZoneInfo) -> dict[str, date]:
    """The day on which each answer of a revision was given or last said to be still true."""
    if revision.answered_on is None:
        return dict.fromkeys(revision.answers, local(revision.saved_at, zone).date())
    return {key: date.fromisoformat(day) for key, day in revision.answered_on.items()}


def screen(revision: IntakeRevision, consultation: Consultation, *, clinic: Clinic, now: datetime) -> Screening:
    """Run the rules in force over a revision for the date of the visit, and keep what they found under seal.

    The findings stay as the rules said them; the worst level follows the overrides that stand.
    """
    codes, asked = wanted_codes(consultation), published.questions_of(revision.questionnaire)
    whole = with_what_is_known(consultation, revision.answers, codes)
    judged = _judge(consultation, asked, whole, codes, clinic, published.rule_set())
    rules = published.rules_of(judged.rule_set)
    levels = overridden(consultation, revision, rules, judged.verdicts, judged.as_of).levels
    found = _keep(uuid4(), revision, judged, levels, codes, now)
    Intake.objects.filter(pk=revision.intake_id).update(screening=found)
    return found


@dataclass(frozen=True, slots=True)
class _Judged:
    rule_set: RuleSet
    as_of: date
    verdicts: Mapping[TreatmentCode, screening.Verdict]


def _judge(
    consultation: Consultation,
    asked: questions.Questionnaire,
    whole: Mapping[str, Any],
    codes: list[str],
    clinic: Clinic,
    version: RuleSet,
) -> _Judged:
    as_of = local(consultation.starts, clinic.zone).date()
    rules, policy = published.rules_of(version), {"iso_policy": clinic.iso_policy}
    known = screening.facts(asked, whole, as_of=as_of)
    # Those of interest are asked about together, since some rules look at combinations; the others one by one.
    verdicts = screening.evaluate_all(rules, known, codes, as_of, policy)
    return _Judged(version, as_of, verdicts)


def _keep(
    pk: UUID, revision: IntakeRevision, judged: _Judged, levels: Mapping[str, Level], codes: list[str], now: datetime
) -> Screening:
    heard = screening.overridden(judged.verdicts, levels)
    return Screening.objects.create(
        pk=pk,
        revision=revision,
        rule_set=judged.rule_set,
        as_of=judged.as_of,
        findings={code: verdict.as_json() for code, verdict in judged.verdicts.items()},
        worst=str(screening.worst(heard[TreatmentCode(code)].level for code in codes or heard)),
        made_at=now,
    )


def overridden(
    consultation: Consultation,
    revision: IntakeRevision,
    rules: screening.RuleSet,
    verdicts: Mapping[TreatmentCode, screening.Verdict],
    as_of: date,
) -> standing.Overridden:
    """The practitioner's overrides of this consultation, held against the facts of this revision."""
    made = list(
        Override.objects.made()
        .filter(consultation=consultation)
        .select_related("made_by", "revision__questionnaire")
        .defer("revision__questionnaire__data")
    )
    if not made:
        return standing.Overridden()
    graded = list(Grading.objects.filter(patient=consultation.patient_id))
    base = with_what_is_known(consultation, {}, gradings=graded)

    def facts(read: IntakeRevision, until: datetime | None = None) -> standing.Facts:
        whole = {**read.answers, **base, **Grading.known(graded, until)}
        return screening.facts(published.questions_of(read.questionnaire), whole, as_of=as_of)

    return standing.sort_out(made, rules, verdicts, facts(revision), lambda one: facts(one.revision, one.made_at))


def with_what_is_known(
    consultation: Consultation,
    answers: Mapping[str, Any],
    codes: list[str] | None = None,
    gradings: Iterable[Grading] | None = None,
) -> dict[str, Any]:
    """The answers together with what other steps and practitioners have told, and nobody is asked twice."""
    patient = _patient(consultation)
    born: date = patient.date_of_birth
    return {
        **answers,
        **Grading.known(Grading.objects.filter(patient=patient) if gradings is None else gradings),
        "dob": born.isoformat(),
        "sex_at_birth": patient.sex_at_birth,
        "concerns": concerns_of(consultation.concern.slug if consultation.concern else ""),
        "treatments_interest": wanted_codes(consultation) if codes is None else codes,
    }


def wanted_codes(consultation: Consultation) -> list[str]:
    """The codes of the treatments the patient would like to discuss."""
    return sorted(set(consultation.treatments.values_list("facts_id", flat=True)))


def _add_revision(
    intake: Intake, consultation: Consultation, answers: Mapping[str, Any], actor: User | None, now: datetime
) -> IntakeRevision:
    version = published.questionnaire()
    asked = published.questions_of(version)
    before, clinic = intake.revisions.order_by("-number")[0], Clinic.objects.the()
    days = days_of(before, clinic.zone) | dict.fromkeys(answers, clinic.today(now))
    answers = {**before.answers, **answers}
    whole = with_what_is_known(consultation, answers)
    kept = _kept(asked, whole, answers)
    revision = signing.add(
        IntakeRevision(
            intake=intake,
            number=before.number + 1,
            questionnaire=version,
            answers=kept,
            answered_on={key: days[key].isoformat() for key in kept},
            saved_at=now,
            saved_by=actor,
        )
    )
    screen(revision, consultation, clinic=clinic, now=now)
    fallen: dict[str, Any] = {"reviewed_at": None, "reviewed_by": None} if kept != before.answers else {}
    complete = not questions.incomplete(asked, whole)
    Intake.objects.filter(pk=intake.pk).update(is_complete=complete, **fallen)
    return revision


def _kept(
    asked: questions.Questionnaire, whole: Mapping[str, Any], answers: Mapping[str, Any]
) -> dict[str, questions.Answer]:
    """The given answers to questions that show; those of hidden ones are dropped."""
    return {key: value for key, value in questions.visible(asked, whole).items() if key in answers}


def _patient(consultation: Consultation) -> Patient:
    if consultation.patient is None:
        raise ValueError("a hold has no patient yet, and so no answers")
    return consultation.patient


def _inside_a_transaction() -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("this belongs inside the transaction of a verb")
