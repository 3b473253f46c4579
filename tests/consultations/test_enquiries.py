"""Need more: asked, mailed, answered, withdrawn; and who learns what of it."""

from datetime import timedelta

import pytest

from clinic.audit.models import Action, AuditEntry
from clinic.outbox.models import OutboundMessage
from consultations import booking, enquiries, intake, visits
from consultations.errors import MovedOn, StillOpen
from consultations.models import Cancelled, Enquiry, Intake
from tests import factories
from tests.cast import TUESDAY, signed_in
from tests.consultations.bookings import audited, cancel, move, stored
from tests.factories import NOW, at

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
EARRINGS = "canary: which earrings made your ears itch?"
LATER = NOW + MINUTE


@pytest.fixture
def ask(alices_visit, dr_imani):
    def ask(items=("metal_allergy",), written=(EARRINGS,), due_at=NOW + 5 * HOUR, now=NOW):
        return enquiries.ask(
            actor=dr_imani,
            practitioner=alices_visit.practitioner,
            consultation=alices_visit,
            items=items,
            written=written,
            language="en",
            due_at=due_at,
            now=now,
        )

    return ask


def answer(enquiry, person, now=LATER, **answers):
    return enquiries.answer(
        actor=person, enquiry=enquiry, answers=answers or {"metal_allergy": "yes"}, replies=["Cheap ones."], now=now
    )


def mails(state="pending"):
    return list(OutboundMessage.objects.filter(key__startswith="enquiry:", state=state))


def whole(mail):
    return "\n".join(filter(None, (mail.subject, mail.text, mail.html)))


# --- asking ----------------------------------------------------------------------------------------------------------


def test_the_questions_are_kept_under_seal_and_asking_is_written_down(ask, alices_visit):
    enquiry = ask()
    assert Enquiry.objects.get().questions == {"items": ["metal_allergy"], "written": [EARRINGS], "language": "en"}
    assert b"earrings" not in stored(Enquiry, "questions")
    assert Action.ENQUIRY_SENT in audited(alices_visit)
    assert (enquiry.asked_at, enquiry.due_at) == (NOW, NOW + 5 * HOUR)


def test_the_mail_says_that_something_is_asked_and_by_when_and_never_what(ask, alices_visit):
    ask()
    [mail] = mails()
    assert mail.to == "alice@patients.test"
    assert "Your practitioner would like to know a little more before your visit." in whole(mail)
    assert "Monday 3 May, 14:00" in whole(mail)
    assert f"/my/{alices_visit.reference}/questions-for-you/" in whole(mail)
    for secret in ("canary", "metal", "allerg", "earring", "needling", "pore"):
        assert secret not in whole(mail).lower()


def test_the_mail_speaks_the_language_of_the_booking(ask, alices_visit):
    type(alices_visit).objects.update(language="zh-hant")
    alices_visit.refresh_from_db()
    ask()
    [mail] = mails()
    assert mail.language == "zh-hant"
    assert "/zh-hant/my/" in whole(mail)


def test_a_partner_who_booked_is_not_sent_to_a_page_that_is_closed_to_them(ask, alices_visit, bob):
    assert alices_visit.patient is not None
    factories.access_to(alices_visit.patient, bob)
    type(alices_visit).objects.update(booked_by=bob)
    alices_visit.refresh_from_db()
    ask()
    assert [mail.to for mail in mails()] == ["alice@patients.test"]


def test_one_enquiry_at_a_time(ask):
    ask()
    with pytest.raises(StillOpen):
        ask()
    assert Enquiry.objects.count() == len(mails()) == 1


@pytest.mark.parametrize("due_at", [NOW, NOW - HOUR, at("10:01", TUESDAY)])
def test_a_deadline_lies_between_now_and_the_visit(ask, due_at):
    with pytest.raises(MovedOn):
        ask(due_at=due_at)


def test_nobody_is_asked_nothing_nor_after_the_arrival(ask, dr_imani, alices_visit):
    with pytest.raises(MovedOn):
        ask(items=(), written=())
    visits.arrive(actor=dr_imani, consultation=alices_visit, now=alices_visit.starts)
    with pytest.raises(MovedOn):
        ask()
    assert not Enquiry.objects.exists()


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (at("09:00", TUESDAY - timedelta(days=9)), at("09:00", TUESDAY - timedelta(days=7))),
        (at("09:00", TUESDAY - timedelta(days=2)), at("10:00", TUESDAY - timedelta(days=1))),
        (at("12:00", TUESDAY - timedelta(days=1)), at("10:00", TUESDAY)),
    ],
)
def test_the_usual_deadline_is_two_days_or_a_day_before_the_visit_and_never_past_it(alices_visit, now, due):
    assert enquiries.deadline(alices_visit, now) == due


# --- answering -------------------------------------------------------------------------------------------------------


def test_an_answer_becomes_a_revision_the_stamp_falls_and_the_enquiry_closes(ask, alices_visit, alice, dr_imani):
    intake.stamp(
        actor=dr_imani,
        practitioner=alices_visit.practitioner,
        consultation=alices_visit,
        screening=intake.newest(alices_visit).screening.pk,
        now=NOW,
    )
    enquiry = answer(ask(), alice)
    newest = intake.newest(alices_visit).revision
    assert (newest.number, newest.answers["metal_allergy"], newest.saved_by) == (2, "yes", alice)
    assert Intake.objects.get(consultation=alices_visit).reviewed_at is None
    stored = Enquiry.objects.get(pk=enquiry.pk)
    assert (stored.answered_at, stored.answered_by, stored.replies) == (LATER, alice, ["Cheap ones."])
    assert {Action.ENQUIRY_ANSWERED, Action.INTAKE_SAVED} <= set(audited(alices_visit))


def test_an_answer_takes_the_unsent_mail_back(ask, alice):
    answer(ask(), alice)
    assert (mails(), len(mails("withdrawn"))) == ([], 1)


def test_questions_of_the_practitioners_own_alone_let_the_stamp_fall_as_well(ask, alices_visit, alice):
    Intake.objects.update(reviewed_at=NOW, reviewed_by=alices_visit.practitioner)
    enquiry = ask(items=())
    enquiries.answer(actor=alice, enquiry=enquiry, answers={}, replies=["Cheap ones."], now=LATER)
    assert Intake.objects.get(consultation=alices_visit).reviewed_at is None


def test_nothing_is_answered_twice_or_after_it_was_withdrawn(ask, alices_visit, alice, dr_imani):
    enquiry = answer(ask(), alice)
    with pytest.raises(MovedOn):
        answer(enquiry, alice)
    second = ask(now=LATER)
    enquiries.withdraw(actor=dr_imani, consultation=alices_visit, now=LATER)
    with pytest.raises(MovedOn):
        answer(second, alice)
    assert intake.newest(alices_visit).revision.number == 2


def test_after_the_arrival_nothing_is_answered_and_nothing_half_kept(ask, alices_visit, alice, dr_imani):
    enquiry = ask()
    visits.arrive(actor=dr_imani, consultation=alices_visit, now=alices_visit.starts)
    with pytest.raises(MovedOn):
        answer(enquiry, alice)
    assert Enquiry.objects.get().answered_at is None
    assert intake.newest(alices_visit).revision.number == 1


# --- withdrawing, moving, cancelling ---------------------------------------------------------------------------------


def test_withdrawing_takes_the_mail_back_and_says_so_once(ask, alices_visit, dr_imani):
    ask()
    for _ in range(2):
        enquiries.withdraw(actor=dr_imani, consultation=alices_visit, now=LATER)
    assert AuditEntry.objects.filter(action=Action.ENQUIRY_WITHDRAWN).count() == 1
    assert len(mails("withdrawn")) == 1
    assert enquiries.open_of(alices_visit) is None


def test_a_visit_that_is_cancelled_takes_the_mail_back_and_an_undo_leaves_the_question(ask, alices_visit):
    ask()
    cancel(alices_visit, by=Cancelled.BY_PATIENT, now=LATER)
    assert len(mails("withdrawn")) == 1
    assert enquiries.open_of(alices_visit) is None
    booking.undo_cancel(actor=None, consultation=alices_visit, now=LATER + MINUTE)
    assert enquiries.open_of(alices_visit) is not None


def test_a_visit_that_moves_keeps_its_questions(ask, alices_visit):
    ask()
    move(alices_visit, "15:00", now=LATER)
    assert len(mails()) == 1
    assert enquiries.open_of(alices_visit) is not None


# --- lists -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("hours", "words"), [(1, "Waiting for answers"), (6, "Answers overdue")])
def test_the_lists_say_that_an_answer_is_awaited_and_not_to_what(ask, cast, monday, hours, words):
    ask()
    monday.move_to(NOW + hours * HOUR)
    for person, address in (
        (cast.dr_imani, f"/desk/?day={TUESDAY}"),
        (cast.dr_imani, f"/desk/week/?day={TUESDAY}"),
        (cast.sam, f"/reception/?day={TUESDAY}"),
    ):
        page = signed_in(person).get(address).text
        assert words in page
        assert "earrings" not in page


def test_the_lists_say_nothing_once_it_is_answered(ask, alice, as_dr_imani):
    answer(ask(), alice)
    page = as_dr_imani.get(f"/desk/?day={TUESDAY}").text
    assert "Waiting for answers" not in page
    assert "Answers overdue" not in page
