"""A patient answers while their practitioner reads, asks, grades, overrides and stamps, all at once."""

import pytest

from clinic.audit.models import Action, AuditEntry
from consultations import intake, overrides, visits
from consultations.models import AnsweredQuestion, Enquiry, Grading, Intake, IntakeRevision, Override, Suggestion
from tests.cast import Cast, enter, signed_in
from tests.factories import NOW
from tests.races.conftest import presses
from tests.races.crowd import race, session_of, tally

pytestmark = pytest.mark.usefixtures("calm")

ASK = {"items": "metal_allergy", "written": "Which earrings?", "due_at": "2027-05-03T18:00"}


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return enter()


def test_the_same_question_pressed_eight_times_is_asked_once(live_server, cast: Cast) -> None:
    imani = session_of(signed_in(cast.dr_imani))
    asks = presses(f"/desk/{cast.alices_visit.reference}/ask/", **ASK)
    assert tally(race(live_server.url, [(imani, asks)] * 8)) == {302: 8}, "the brief says what became of it"
    assert Enquiry.objects.count() == 1


def test_a_suggestion_made_pressed_and_answered_many_times_is_made_and_answered_once(live_server, cast: Cast) -> None:
    one = cast.alices_visit
    alice, imani = session_of(signed_in(cast.alice)), session_of(signed_in(cast.dr_imani))
    makes = presses(f"/desk/{one.reference}/suggest/", not_before="2027-05-12", words="Let us wait a week.")
    assert tally(race(live_server.url, [(imani, makes)] * 6)) == {302: 6}, "the brief says what became of it"
    made = Suggestion.objects.get()
    answers = [presses(f"/my/{one.reference}/suggestion/", answer=say) for say in ("accept", "decline")]
    takes_back = presses(f"/desk/{one.reference}/suggest/withdraw/")
    errands = [(alice, answer) for answer in answers * 3] + [(imani, takes_back)] * 2
    assert set(tally(race(live_server.url, errands))) <= {302, 404}
    made.refresh_from_db()
    assert (made.answered_at is None) is (made.withdrawn_at is not None), "answered or taken back, never both"
    wrote = AuditEntry.objects.filter(action__startswith="suggestion_").values_list("action", flat=True)
    assert len(wrote) == 2
    assert set(wrote) < {Action.SUGGESTION_MADE, Action.SUGGESTION_ANSWERED, Action.SUGGESTION_WITHDRAWN}


def test_replies_pressed_at_once_are_kept_once_each_and_the_last_counts(live_server, cast: Cast) -> None:
    one = cast.alices_visit
    visits.arrive(actor=cast.sam, consultation=one, now=one.starts)
    imani = session_of(signed_in(cast.dr_imani))
    says = [
        presses(f"/desk/{one.reference}/reply/", done_0="on", reply_0=words) for words in ("Rarely.", "Seldom.", "")
    ]
    assert tally(race(live_server.url, [(imani, errand) for errand in says * 3])) == {302: 9}
    kept = AnsweredQuestion.objects.get()
    assert kept.answer in {"Rarely.", "Seldom.", ""}
    assert AuditEntry.objects.filter(action=Action.QUESTION_ANSWERED).count() == 9


def test_answers_judgements_and_stamps_at_once_leave_every_promise_kept(live_server, cast: Cast) -> None:
    one = cast.alices_visit
    intake.save(actor=cast.alice, consultation=one, answers={"keloid_history": "keloid"}, now=NOW)
    seen = intake.newest(one)
    rule = overrides.fired(seen)[0]
    alice, imani = session_of(signed_in(cast.alice)), session_of(signed_in(cast.dr_imani))
    shown = str(seen.screening.pk)
    judges = {"screening": shown, "rule": rule.id, "level": "info", "reason": "Seen under the lamp: no keloid."}
    errands = [
        (alice, presses(f"/my/{one.reference}/answers/skin-sun/", **{f"fitz_q{n}": "2" for n in range(5, 9)})),
        (imani, presses(f"/desk/{one.reference}/reviewed/", screening=shown)),
        (imani, presses(f"/desk/{one.reference}/grade/", phototype="IV", pores="2")),
        (imani, presses(f"/desk/{one.reference}/override/", **judges)),
    ]
    answers = race(live_server.url, errands * 3)
    assert set(tally(answers)) <= {302, 409, 422}
    numbers = list(IntakeRevision.objects.filter(intake__consultation=one).values_list("number", flat=True))
    assert sorted(numbers) == list(range(1, len(numbers) + 1))
    after = Intake.objects.select_related("screening").get(consultation=one)
    assert after.screening is not None
    assert after.screening.revision == after.revisions.order_by("-number")[0]
    if after.reviewed_at is not None:
        assert after.reviewed_revision == after.screening.revision
    assert Grading.objects.count() == 3
    assert len({made.rule_id for made in Override.objects.filter(withdrawn_at=None)}) <= 1
    assert Override.objects.filter(withdrawn_at=None).count() <= 1
