"""Coming back: the next week, with answers from before; or the same evening, on another device."""

from datetime import timedelta

import pytest

from clinic.accounts.models import User
from clinic.audit.models import Action, AuditEntry
from clinic.outbox.models import OutboundMessage
from consultations import drafts, intake
from consultations.models import Consultation, Draft, Patient, Relation, Status
from tests import factories
from tests.cast import BORN, Cast, signed_in, told
from tests.factories import NOW
from tests.journeys.visitor import Visitor, sentences

MONTH = timedelta(days=30)


@pytest.fixture
def again(cast: Cast) -> Visitor:
    """Alice books another time, not signed in, from a browser that has not been here."""
    return Visitor(name="Alice Wong", email=cast.alice.email)


def at_questions(visitor: Visitor) -> Visitor:
    for step in ("what", "who", "when"):
        visitor.take(step)
    visitor.details(date_of_birth=BORN[0])
    visitor.code()
    visitor.consent()
    return visitor


# --- with answers from before ----------------------------------------------------------------------------------------


def test_a_returning_patient_confirms_in_one_press_and_answers_only_what_can_have_changed(again) -> None:
    told(MONTH)
    at_questions(again)
    assert again.get("intake/")["Location"] == "/book/intake/still-true/"
    page = sentences(again.get("intake/still-true/"))
    assert "told that you have melasma" in page
    assert "pregnant" not in page, "what changes quickly is asked anew"
    first = again.post("intake/still-true/", all="1")
    assert first["Location"] == "/book/intake/"
    asked = again.get("intake/")["Location"]
    assert asked == "/book/intake/health-medicine-and-scars/"
    form = again.client.get(asked).context["form"]
    assert form.fields["pregnant"].initial is None
    assert form.fields["keloid_history"].initial == "none"
    assert "Last time, " in form.fields["pregnant"].help_text
    again.intake()
    assert "Last time, " not in again.client.get(asked).context["form"].fields["pregnant"].help_text
    assert again.check()["Location"] == "/book/booked/"
    newest = intake.newest(Consultation.objects.filter(patient__full_name="Alice Wong").latest("booked_at"))
    assert newest.intake.is_complete is False, "what changes quickly and can wait was left for later"
    assert newest.revision.answers["melasma"] == "no"


def test_going_through_it_fills_in_what_was_told_and_asks_for_each_page(again) -> None:
    told(MONTH)
    at_questions(again)
    again.post("intake/still-true/", some="1")
    asked = again.get("intake/")["Location"]
    assert asked == "/book/intake/skin-inherited/"
    assert again.client.get(asked).context["form"].fields["fitz_q1"].initial == "1"
    assert again.draft.answers == {}, "nothing counts before they say so"


def test_after_ninety_days_everything_is_asked_anew(again) -> None:
    told(3 * MONTH)
    at_questions(again)
    assert again.get("intake/")["Location"] == "/book/intake/skin-inherited/"
    assert again.get("intake/still-true/").status_code == 302


def test_a_partner_who_books_is_shown_no_answer_of_the_patient(cast, bob) -> None:
    alice = Patient.objects.get(full_name="Alice Wong")
    factories.access_to(alice, bob, Relation.PARTNER)
    visitor = Visitor(signed_in(bob))
    for step in ("what", "who", "when"):
        visitor.take(step)
    visitor.post("details/", patient=str(alice.pk))
    assert visitor.draft.patient == alice
    assert visitor.draft.earlier is None
    assert visitor.get("intake/")["Location"] == "/book/intake/skin-inherited/"
    assert not AuditEntry.objects.filter(action=Action.INTAKE_READ).exists()


# --- on another device -----------------------------------------------------------------------------------------------


def put_aside(visitor: Visitor) -> Visitor:
    visitor.come_to("intake")
    page = visitor.get("intake/")["Location"]
    answer = visitor.client.post(page, {"fitz_q1": "2", "later": "later"})
    assert answer["Location"] == "/book/intake/later/"
    return visitor


def person_of(visitor: Visitor) -> User:
    assert visitor.draft.patient is not None
    return visitor.draft.patient.access.get().user


def test_what_was_answered_so_far_is_kept_and_the_way_back_is_mailed(cast) -> None:
    carol = put_aside(Visitor())
    assert {key: told for key, told in carol.draft.answers.items() if told} == {"fitz_q1": "2"}
    page = sentences(carol.get("intake/later/"))
    assert "What you entered is kept until Monday 3 May" in page
    mail = OutboundMessage.objects.get(key__startswith="resume:")
    assert (mail.to, "/my/" in (mail.text or "")) == (carol.email, True)
    assert str(carol.draft.pk) not in (mail.text or "")


def test_the_booking_goes_on_in_another_browser_with_its_time_and_its_answers(cast) -> None:
    carol = put_aside(Visitor())
    person = person_of(carol)
    other = Visitor(signed_in(person))
    page = other.client.get("/my/").content.decode()
    assert "A booking you have not finished" in page
    assert other.client.get(f"/my/resume/{carol.draft.pk}/").status_code == 405
    went_on = other.client.post(f"/my/resume/{carol.draft.pk}/")
    assert went_on["Location"] == "/book/intake/"
    other.intake()
    assert other.check()["Location"] == "/book/booked/"
    (booked,) = carol.consultations()
    assert booked.status == Status.CONFIRMED
    assert AuditEntry.objects.get(action=Action.DRAFT_RESUMED).actor == person
    left_behind = carol.client.get("/book/check/", follow=True).content.decode()
    assert "it goes on in another browser" in left_behind
    assert "A booking you have not finished" not in other.client.get("/my/").content.decode()


def test_nobody_else_is_offered_an_unfinished_booking(cast, bob, as_bob) -> None:
    carol = put_aside(Visitor())
    assert carol.draft.patient is not None
    factories.access_to(carol.draft.patient, bob, Relation.PARTNER)
    assert "A booking you have not finished" not in as_bob.get("/my/").content.decode()
    assert as_bob.post(f"/my/resume/{carol.draft.pk}/").status_code == 404


def test_after_two_hours_there_is_nothing_to_go_on_with(cast, monday) -> None:
    carol = put_aside(Visitor())
    person = person_of(carol)
    monday.shift(timedelta(hours=2))
    assert drafts.unfinished(user=person, now=NOW + timedelta(hours=2)) == []
    assert Draft.objects.count() == 1


# --- before the visit ------------------------------------------------------------------------------------------------


def test_before_the_visit_old_answers_are_confirmed_in_one_press(cast, alices_visit, as_alice) -> None:
    told(MONTH)
    address = f"/my/{alices_visit.reference}/answers/"
    assert "Is everything still as you told us?" in as_alice.get(address).content.decode()
    page = sentences(as_alice.get(f"{address}still-true/"))
    assert "pregnant" in page
    assert "melasma" not in page
    after = as_alice.post(f"{address}still-true/", follow=True).content.decode()
    assert "Your answers are saved." in after
    assert "Is everything still as you told us?" not in after
    assert as_alice.get(f"{address}still-true/")["Location"] == address
