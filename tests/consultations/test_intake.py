"""Answers: consented to before the first, added and never written over, screened for the day of the visit."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from clinic.accounts.models import User
from clinic.audit.models import Action, AuditEntry
from clinic.premises.models import Clinic
from consultations import drafts, intake, visits
from consultations.errors import ConsentMissing, Incomplete, MovedOn
from consultations.models import Consent, ConsentText, Consultation, Draft, Intake, IntakeRevision, Patient, Screening
from consultations.views.steps import SECRET
from practitioners.models import Practitioner
from tests import factories
from tests.cast import TUESDAY, Cast
from tests.consultations.bookings import confirm, hold, move
from tests.factories import LONG_AGO, NOW, clean_answers, complete_answers
from treatments.models import RuleSet, Treatment, VersionStatus
from treatments.screening import Verdict

LATER = NOW + timedelta(minutes=5)
INHERITED = {f"fitz_q{n}": "1" for n in range(1, 5)}  # all that its page asks


@pytest.fixture
def carol(cast: Cast) -> Patient:
    """Somebody who has proved their address and agreed to nothing yet."""
    return factories.patient("Carol Ng", factories.user("carol@patients.test", name="Carol Ng"), consents=False)


def imani():
    return Practitioner.objects.get(slug="dr-imani")


def consent(patient: Patient, *kinds: str) -> list[Consent]:
    texts = [ConsentText.newest("en")[kind] for kind in kinds or ("data",)]
    return intake.consent(actor=patient.access.get().user, patient=patient, texts=texts, now=NOW)


def revisions(visit: Consultation) -> list[IntakeRevision]:
    return list(IntakeRevision.objects.filter(intake__consultation=visit).order_by("number"))


def save(visit: Consultation, by: User, **answers: Any) -> IntakeRevision:
    return intake.save(actor=by, consultation=visit, answers=answers, now=LATER)


def stamped(visit: Consultation) -> Intake:
    """The visit's intake after its practitioner has reviewed it."""
    person = visit.practitioner.user
    assert person is not None
    return intake.stamp(
        actor=person,
        practitioner=visit.practitioner,
        consultation=visit,
        screening=intake.newest(visit).screening.pk,
        now=NOW,
    )


# --- consent ---------------------------------------------------------------------------------------------------------


def test_consent_is_kept_with_its_words_version_language_moment_and_giver(carol: Patient) -> None:
    ConsentText.objects.create(kind="data", version=2, language="zh-hant", text="我們保存你的答案。")
    words = ConsentText.newest("zh-hant")["data"]
    [given] = intake.consent(actor=carol.access.get().user, patient=carol, texts=[words], now=NOW)
    assert (given.text.version, given.text.language, given.given_at) == (2, "zh-hant", NOW)
    assert given.given_by.email == "carol@patients.test"
    assert AuditEntry.objects.get(action=Action.CONSENT_GIVEN, patient_id=carol.pk).actor == given.given_by


def test_without_consent_no_booking_stores_an_answer(carol: Patient) -> None:
    held = hold("14:00", imani())
    with pytest.raises(ConsentMissing):
        confirm(held, carol)
    assert not Intake.objects.filter(consultation=held).exists()
    assert Consultation.objects.get(pk=held.pk).status == "held"


def test_consent_to_photographs_alone_is_no_consent_to_answers(carol: Patient) -> None:
    consent(carol, "photo")
    assert not intake.has_consented(carol)


def test_consent_that_was_withdrawn_counts_no_more(carol: Patient) -> None:
    consent(carol)
    Consent.objects.filter(patient=carol).update(withdrawn_at=LATER)
    assert not intake.has_consented(carol)


def test_no_page_takes_an_answer_into_the_draft_before_consent(carol: Patient, visitor: Client) -> None:
    draft = _at_the_questions(visitor, carol)
    refused = visitor.post("/book/intake/skin-inherited/", INHERITED)
    assert refused.headers["Location"] == visitor.get("/book/intake/").headers["Location"] == "/book/consent/"
    assert Draft.objects.get(pk=draft.pk).answers == {}

    visitor.post("/book/consent/", {"data": "on"})
    visitor.post("/book/intake/skin-inherited/", INHERITED)
    assert Draft.objects.get(pk=draft.pk).answers["fitz_q1"] == "1"


def test_consent_by_one_patient_of_a_family_is_none_by_another(carol: Patient, visitor: Client) -> None:
    consent(carol)
    draft = _at_the_questions(visitor, carol)
    visitor.post("/book/intake/skin-inherited/", INHERITED)
    child = factories.patient("Chris Ng", carol.access.get().user, consents=False, relation="guardian")
    drafts.choose(draft=draft, user=carol.access.get().user, patient=child, now=NOW)
    assert visitor.get("/book/intake/").headers["Location"] == "/book/consent/"


def _at_the_questions(browser: Client, patient: Patient) -> Draft:
    """A browser whose owner has chosen, held a time and proved their address."""
    draft, secret = drafts.begin(now=NOW)
    person = patient.access.get().user
    drafts.keep(draft=draft, now=NOW, **factories.chosen(wants=Treatment.objects.filter(slug="microneedling")))
    drafts.keep(draft=draft, now=NOW, details=factories.details(patient.full_name, person.email))
    draft = drafts.choose(draft=draft, user=person, patient=patient, now=NOW)
    hold("14:00", imani(), holder=secret)
    session = browser.session
    session[SECRET] = secret
    session.save()
    return draft


# --- the first revision ----------------------------------------------------------------------------------------------


def test_a_booking_stores_its_answers_as_the_first_revision_of_the_questions_in_force(
    alices_visit: Consultation,
) -> None:
    [first] = revisions(alices_visit)
    assert (first.number, first.questionnaire.version, first.saved_at) == (1, 1, NOW)
    assert first.answers["melasma"] == "no"
    assert "dob" not in first.answers, "what another step asked is kept once, with the patient"


def test_a_core_question_left_blank_keeps_a_booking_from_being_confirmed(carol: Patient) -> None:
    consent(carol)
    held = hold("14:00", imani())
    with pytest.raises(Incomplete):
        confirm(held, carol, answers=clean_answers(melasma=None))
    assert confirm(held, carol, answers=clean_answers(melasma="unsure")).status == "confirmed"


def test_answers_to_questions_that_do_not_show_are_not_kept(carol: Patient) -> None:
    consent(carol)
    hidden = clean_answers(isotretinoin_status="never", isotretinoin_last_dose="2027-01", unheard_of="x")
    [first] = revisions(confirm(hold("14:00", imani()), carol, answers=hidden))
    assert "isotretinoin_last_dose" not in first.answers
    assert "unheard_of" not in first.answers


def test_an_intake_is_complete_once_nothing_but_the_optional_is_blank(alices_visit: Consultation, alice: User) -> None:
    save(alices_visit, alice, **complete_answers())
    assert Intake.objects.get(consultation=alices_visit).is_complete
    save(alices_visit, alice, goal_expectation="")
    assert not Intake.objects.get(consultation=alices_visit).is_complete


# --- later revisions -------------------------------------------------------------------------------------------------


def test_saving_adds_a_revision_and_leaves_the_first_as_it_was(alices_visit: Consultation, alice: User) -> None:
    save(alices_visit, alice, melasma="yes")
    first, second = revisions(alices_visit)
    assert (first.answers["melasma"], second.answers["melasma"]) == ("no", "yes")
    assert (second.number, second.saved_by, second.saved_at) == (2, alice, LATER)
    assert intake.newest(alices_visit).revision == second


def test_two_pages_saved_from_two_windows_both_count(alices_visit: Consultation, alice: User) -> None:
    save(alices_visit, alice, melasma="yes")
    save(alices_visit, alice, pih_tendency="yes")
    newest = intake.newest(alices_visit)
    assert (newest.answers["melasma"], newest.answers["pih_tendency"]) == ("yes", "yes")


def test_an_answer_whose_question_no_longer_shows_falls_out_of_the_next_revision(
    alices_visit: Consultation, alice: User
) -> None:
    save(alices_visit, alice, isotretinoin_status="past", isotretinoin_last_dose="2027-03")
    save(alices_visit, alice, isotretinoin_status="never")
    assert ["isotretinoin_last_dose" in each.answers for each in revisions(alices_visit)] == [False, True, False]


def test_a_save_takes_the_stamp_off_since_it_was_put_on_other_answers(alices_visit: Consultation, alice: User) -> None:
    assert stamped(alices_visit).reviewed_by == alices_visit.practitioner
    save(alices_visit, alice, melasma="yes")
    again = Intake.objects.get(consultation=alices_visit)
    assert (again.reviewed_at, again.reviewed_by) == (None, None)


def test_once_the_patient_has_arrived_the_answers_stay_as_they_are(
    alices_visit: Consultation, alice: User, dr_imani: User
) -> None:
    visits.arrive(actor=dr_imani, consultation=alices_visit, now=alices_visit.starts)
    with pytest.raises(MovedOn):
        save(alices_visit, alice, melasma="yes")
    assert len(revisions(alices_visit)) == 1


def test_nothing_is_stored_under_the_name_of_a_hold(cast: Cast) -> None:
    with pytest.raises(ValueError, match="no patient"), transaction.atomic():
        intake.begin(
            actor=cast.alice,
            consultation=hold("14:00", imani()),
            codes=[],
            answers={},
            gradings=[],
            clinic=_clinic(),
            now=NOW,
        )


# --- screening -------------------------------------------------------------------------------------------------------


def test_answers_are_screened_for_the_day_of_the_visit_in_the_clinics_zone(alices_visit: Consultation) -> None:
    found = intake.newest(alices_visit).screening
    assert (found.as_of, found.rule_set.version, found.made_at) == (TUESDAY, 1, NOW)
    assert len(found.findings) == 11


def test_a_wait_that_ends_before_the_visit_is_no_finding_and_one_that_ends_after_is(
    alices_visit: Consultation, alice: User
) -> None:
    save(alices_visit, alice, last_peel_depth="deep", last_peel_date="2027-04-28")
    waits = _verdict(alices_visit)
    assert (waits.level, waits.earliest_date is not None) == ("defer", True)
    assert waits.earliest_date is not None
    save(alices_visit, alice, last_peel_date="2020-04-28")
    assert _verdict(alices_visit).level != "defer"


def test_a_move_screens_again_for_the_new_day_and_takes_the_stamp_off(alices_visit: Consultation) -> None:
    stamped(alices_visit)
    moved = move(alices_visit, "10:00", TUESDAY + timedelta(days=21), now=LATER)
    assert intake.newest(moved).screening.as_of == TUESDAY + timedelta(days=21)
    assert [each.as_of for each in Screening.objects.order_by("as_of").filter(revision=revisions(moved)[0])] == [
        TUESDAY,
        TUESDAY + timedelta(days=21),
    ]
    assert Intake.objects.get(consultation=moved).reviewed_at is None


def test_a_stamp_put_on_what_was_shown_before_a_move_is_refused(alices_visit: Consultation) -> None:
    shown = intake.newest(alices_visit).screening.pk
    moved = move(alices_visit, "10:00", TUESDAY + timedelta(days=21), now=LATER)
    with pytest.raises(MovedOn):
        intake.stamp(
            actor=_person(moved), practitioner=moved.practitioner, consultation=moved, screening=shown, now=LATER
        )
    assert Intake.objects.get(consultation=moved).reviewed_at is None


def test_a_screening_keeps_the_rules_it_was_made_with(alices_visit: Consultation, alice: User) -> None:
    rules = {**factories.shipped("rules_v1.json"), "version": 2}
    RuleSet.objects.create(version=2, data=rules, status=VersionStatus.PUBLISHED, published_at=LONG_AGO)
    assert intake.newest(alices_visit).screening.rule_set.version == 1
    save(alices_visit, alice, melasma="no")
    assert [each.screenings.get().rule_set.version for each in revisions(alices_visit)] == [1, 2]


def test_what_the_rules_found_is_sealed_even_its_worst_level(alices_visit: Consultation) -> None:
    stored: Any = Screening.objects.values("worst", "findings").get(revision__intake__consultation=alices_visit)
    assert b"clear" not in bytes(stored["worst"])
    assert b"microneedling" not in bytes(stored["findings"])


# --- reading ---------------------------------------------------------------------------------------------------------


def test_a_reading_is_written_down_whoever_reads(alices_visit: Consultation, dr_imani: User) -> None:
    intake.read(actor=dr_imani, consultation=alices_visit, action=Action.BRIEF_READ, now=NOW)
    entry = AuditEntry.objects.get(action=Action.BRIEF_READ)
    assert (entry.actor, entry.object_id, entry.patient_id) == (
        dr_imani,
        str(alices_visit.pk),
        alices_visit.patient_id,
    )


def _verdict(visit: Consultation) -> Verdict:
    return Verdict.from_json(intake.newest(visit).screening.findings["microneedling"])


def _clinic() -> Clinic:
    return Clinic.objects.the()


def _person(visit: Consultation) -> User:
    assert visit.practitioner.user is not None
    return visit.practitioner.user
