"""The patient's side: the practitioner's questions on one page, a suggestion to accept or decline, a later time."""

import re
from datetime import timedelta

import pytest

from clinic.audit.models import Action, AuditEntry
from consultations import enquiries, intake, suggestions, visits
from consultations.models import ConsentText, Enquiry, IntakeRevision, Relation, Suggestion
from tests import factories
from tests.cast import TUESDAY, signed_in
from tests.consultations.bookings import cancel, fresh
from tests.factories import NOW, at
from treatments.models import Treatment

EARRINGS, SINCE = "canary: which earrings made your ears itch?", "Since when?"
WORDS = "canary: a light peel would be kinder to your skin."
NEXT_WEEK = TUESDAY + timedelta(days=7)
REPLIES = {"written_0": "Cheap ones.", "written_1": "Since school."}


@pytest.fixture
def by(alices_visit, dr_imani):
    return {
        "actor": dr_imani,
        "practitioner": alices_visit.practitioner,
        "consultation": alices_visit,
        "now": NOW,
    }


@pytest.fixture
def asked(by, alices_visit):
    """Dr Imani would like to know about allergies and tablets, and asks two questions of her own."""
    enquiries.ask(
        **by,
        items=["isotretinoin_status", "metal_allergy"],
        written=[EARRINGS, SINCE],
        language="en",
        due_at=NOW + timedelta(hours=5),
    )
    return f"/my/{alices_visit.reference}/questions-for-you/"


@pytest.fixture
def suggested(by, alices_visit):
    factories.treatment("peel_superficial", "peels", name="Glycolic peel")

    def suggested(treatments=(), not_before=None):
        chosen = [Treatment.objects.get(slug=slug) for slug in treatments]
        suggestions.make(**by, treatments=chosen, not_before=not_before, words=WORDS)
        return f"/my/{alices_visit.reference}/suggestion/"

    return suggested


def revisions(visit):
    return IntakeRevision.objects.filter(intake__consultation=visit).count()


# --- questions -------------------------------------------------------------------------------------------------------


def test_the_page_asks_the_chosen_questions_with_why_and_those_that_they_open_and_the_written_ones(as_alice, asked):
    page = as_alice.get(asked).text
    for words in (EARRINGS, SINCE, "nickel", 'name="isotretinoin_last_dose"', "Why we ask", "Monday 3 May, 14:00"):
        assert words in page
    assert 'name="melasma"' not in page
    assert AuditEntry.objects.filter(action=Action.INTAKE_READ).count() == 1


def test_the_page_speaks_chinese(as_alice, asked):
    page = as_alice.get(f"/zh-hant{asked}").text
    assert "異維A酸" in page
    assert EARRINGS in page


def test_a_written_question_says_in_which_language_it_is(as_alice, as_dr_imani, alices_visit):
    told = {"written": "耳環是何時購買的？", "due_at": "2027-05-03T18:00"}
    as_dr_imani.post(f"/zh-hant/desk/{alices_visit.reference}/ask/", told)
    page = as_alice.get(f"/my/{alices_visit.reference}/questions-for-you/").text
    assert '<span lang="zh-hant">耳環是何時購買的？</span>' in page


def test_replies_to_questions_that_were_replaced_are_kept_for_nobody(as_alice, asked, by, alices_visit):
    (about,) = re.findall(r'name="about" value="([^"]+)"', as_alice.get(asked).text)
    enquiries.withdraw(actor=by["actor"], consultation=alices_visit, now=NOW)
    others = ["Do you faint?", "Do you bleed easily?"]
    enquiries.ask(**by, items=[], written=others, language="en", due_at=NOW + timedelta(hours=5))
    answer = as_alice.post(asked, {"about": about, **REPLIES}, follow=True)
    assert "The questions have changed in the meantime." in answer.text
    assert others[0] in answer.text
    assert Enquiry.objects.get(withdrawn_at=None).answered_at is None
    (about,) = re.findall(r'name="about" value="([^"]+)"', answer.text)
    as_alice.post(asked, {"about": about, **REPLIES})
    assert Enquiry.objects.get(withdrawn_at=None).replies == ["Cheap ones.", "Since school."]


def test_answers_and_replies_come_back_into_the_brief(as_alice, asked, alices_visit, as_dr_imani):
    given = {"isotretinoin_status": "past", "isotretinoin_last_dose": "2027-04-01", "metal_allergy": "yes"}
    after = as_alice.post(asked, {**given, **REPLIES}, follow=True).text
    assert "Thank you. Your practitioner reads your answers before the visit." in after
    newest = intake.newest(alices_visit).revision.answers
    assert {key: newest[key] for key in given} == given
    assert "written_0" not in newest
    brief = as_dr_imani.get(f"/desk/{alices_visit.reference}/").text
    for words in ("Answered on Monday 3 May, 09:00", EARRINGS, "Cheap ones.", "Since school.", "In the past"):
        assert words in brief


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"metal_allergy": ""}, "Choose an answer. If you do not know, “Not sure” is one."),
        ({"metal_allergy": "perhaps"}, "Choose one of the answers shown."),
        ({"isotretinoin_status": "past", "isotretinoin_last_dose": "31 February"}, "Enter a date as year, month, day"),
        ({"isotretinoin_status": "past"}, "Choose an answer. If you do not know"),
        ({"written_1": "  "}, "Write a few words. If you do not know, say so."),
        ({"written_0": "x" * 1001}, "This is longer than we can keep."),
        ({"written_0": "Turned \u202e round"}, "Please remove the invisible characters from this text."),
    ],
)
def test_what_cannot_be_kept_is_said_at_its_field_and_nothing_typed_is_lost(
    as_alice, asked, alices_visit, changed, sentence
):
    answer = as_alice.post(asked, {"isotretinoin_status": "never", "metal_allergy": "no", **REPLIES, **changed})
    assert answer.status_code == 422
    assert answer.text.count(sentence) == 2
    typed = {**REPLIES, **changed}
    assert typed["written_0"] in answer.text
    assert (revisions(alices_visit), Enquiry.objects.get().answered_at) == (1, None)


def test_a_question_that_was_not_asked_is_not_answered_by_the_way(as_alice, asked, alices_visit):
    as_alice.post(asked, {"isotretinoin_status": "never", "metal_allergy": "no", "melasma": "yes", **REPLIES})
    assert intake.newest(alices_visit).answers["melasma"] == "no"


def test_who_agreed_to_older_words_agrees_to_the_newest_first_and_comes_back(as_alice, asked, alices_visit):
    ConsentText.objects.create(kind="data", version=2, language="en", text="We also keep your replies.")
    words = as_alice.get(asked, follow=True)
    assert "We also keep your replies." in words.text
    back = as_alice.post(words.redirect_chain[-1][0], {"data": "on"}, follow=True)
    assert back.redirect_chain[-1][0] == asked
    assert EARRINGS in back.text


def test_it_can_be_answered_after_the_deadline_until_the_arrival(alice, asked, alices_visit, monday, dr_imani):
    monday.move_to(NOW + timedelta(hours=20))
    as_alice = signed_in(alice)
    assert "You can still answer until you arrive." in as_alice.get(asked).text
    visits.arrive(actor=dr_imani, consultation=alices_visit, now=alices_visit.starts)
    late = as_alice.post(asked, {"isotretinoin_status": "never", "metal_allergy": "no", **REPLIES}, follow=True)
    assert "There is nothing to answer any more." in late.text
    assert revisions(alices_visit) == 1


def test_what_waits_is_said_on_the_visit_and_on_the_answers_and_not_what(as_alice, asked, alices_visit):
    for path in ("", "answers/"):
        page = as_alice.get(f"/my/{alices_visit.reference}/{path}").text
        assert "Your practitioner has questions for you." in page
        assert asked in page
        assert "canary: which" not in page


@pytest.mark.parametrize("path", ["questions-for-you/", "suggestion/", "suggestion/time/"])
def test_for_everybody_else_there_is_nothing_there(
    path, asked, suggested, alices_visit, as_bob, as_dr_imani, as_sam, as_owner
):
    suggested(not_before=NEXT_WEEK)
    address = f"/my/{alices_visit.reference}/{path}"
    for browser in (as_bob, as_dr_imani, as_sam, as_owner):
        assert browser.get(address).status_code == 404
        assert browser.post(address, {"answer": "accept"}).status_code == 404


def test_a_partner_learns_of_nothing_and_a_guardian_answers(cast, bob, asked, alices_visit):
    assert alices_visit.patient is not None
    factories.access_to(alices_visit.patient, bob)
    browser = signed_in(bob)
    assert browser.get(asked).status_code == 404
    assert "questions for you" not in browser.get(f"/my/{alices_visit.reference}/").text
    alices_visit.patient.access.filter(user=bob).update(relation=Relation.GUARDIAN, may_read_health=True)
    alices_visit.patient.date_of_birth = TUESDAY - timedelta(days=365 * 12)
    alices_visit.patient.save()
    assert browser.get(asked).status_code == 200


def test_a_visitor_with_the_mailed_link_is_asked_to_sign_in_first(visitor, asked):
    assert visitor.get(asked).headers["Location"] == f"/account/login/?next={asked}"


# --- a suggestion ----------------------------------------------------------------------------------------------------


def test_accepting_a_treatment_is_one_press(as_alice, suggested, alices_visit):
    address = suggested(["peel-superficial"])
    page = as_alice.get(address).text
    assert WORDS in page
    assert "Glycolic peel" in page
    after = as_alice.post(address, {"answer": "accept"}, follow=True).text
    assert "Your practitioner sees your answer." in after
    assert "You accepted on Monday 3 May" in after
    assert list(alices_visit.treatments.values_list("slug", flat=True)) == ["peel-superficial"]


def test_declining_is_one_press_and_the_brief_says_so(as_alice, suggested, alices_visit, as_dr_imani):
    after = as_alice.post(suggested(["peel-superficial"]), {"answer": "decline"}, follow=True).text
    assert "You declined on Monday 3 May" in after
    assert "Suggestion declined on Monday 3 May" in as_dr_imani.get(f"/desk/{alices_visit.reference}/").text


def test_a_look_changes_nothing_and_another_word_is_no_answer(as_alice, suggested):
    address = suggested(["peel-superficial"])
    assert as_alice.get(f"{address}?answer=accept").status_code == 200
    assert as_alice.post(address, {"answer": "perhaps"}).status_code == 404
    assert Suggestion.objects.get().answered_at is None


def test_accepting_a_date_leads_to_the_times_from_that_day_on_free_of_charge(alice, suggested, alices_visit, monday):
    address = suggested(not_before=NEXT_WEEK)
    monday.move_to(at("08:00", TUESDAY))  # a move by the patient's own wish would cost something
    as_alice = signed_in(alice)
    times = as_alice.post(address, {"answer": "accept"}, follow=True)
    assert times.redirect_chain[-1][0] == f"{address}time/?day={NEXT_WEEK}"
    assert "From 11 May 2027 on this move costs nothing." in times.text

    early = as_alice.post(f"{address}time/", {"starts": "2027-05-05T06:00Z"})
    assert early.status_code == 409
    assert "earlier than your practitioner suggests" in early.text
    chosen = {"starts": "2027-05-11T06:00Z"}
    assert "has a new time" in as_alice.post(f"{address}time/", chosen, follow=True).text
    moved = fresh(alices_visit)
    assert (moved.starts, moved.owed_minor) == (at("14:00", NEXT_WEEK), 0)
    assert as_alice.get(f"{address}time/").status_code == 302


def test_another_suggestion_than_the_one_shown_is_not_accepted(as_alice, suggested, by, alices_visit):
    address = suggested(["peel-superficial"])
    (about,) = re.findall(r'name="about" value="([^"]+)"', as_alice.get(address).text)
    suggestions.withdraw(actor=by["actor"], consultation=alices_visit, now=NOW)
    suggested(not_before=NEXT_WEEK)
    answer = as_alice.post(address, {"about": about, "answer": "accept"}, follow=True)
    assert "changed in the meantime" in answer.text
    assert Suggestion.objects.get(withdrawn_at=None).answered_at is None


def test_what_is_answered_or_off_cannot_be_answered(as_alice, suggested, alices_visit):
    address = suggested(["peel-superficial"])
    cancel(alices_visit)
    assert 'value="accept"' not in as_alice.get(address).text
    assert "changed in the meantime" in as_alice.post(address, {"answer": "accept"}, follow=True).text


def test_without_a_suggestion_the_page_leads_back_to_the_visit(as_alice, alices_visit):
    for path in ("suggestion/", "suggestion/time/", "questions-for-you/"):
        answer = as_alice.get(f"/my/{alices_visit.reference}/{path}")
        assert answer.headers["Location"] == f"/my/{alices_visit.reference}/"
