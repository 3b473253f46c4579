"""The patient's own questions: ticked or answered from the arrival on, and read by the patient at once."""

from datetime import timedelta

import pytest

from clinic.audit.models import Action, AuditEntry
from consultations import intake, notes, replies, visits
from consultations.errors import MovedOn
from consultations.models import AnsweredQuestion
from tests.cast import signed_in
from tests.consultations.bookings import stored
from tests.factories import NOW

TWO = "Does it hurt?\n\n  Will it show?  \nDoes it hurt?"
SAID = "canary: a little, for a minute."
DAY = timedelta(days=1)


@pytest.fixture
def visit(alices_visit, alice):
    intake.save(actor=alice, consultation=alices_visit, answers={"questions": TWO}, now=NOW)
    return alices_visit


@pytest.fixture
def arrived(visit, dr_imani, monday):
    monday.move_to(visit.starts)
    visits.arrive(actor=dr_imani, consultation=visit, now=visit.starts)
    return visit


def reply(visit, person, now=None, **said):
    words = {"hurt": "Does it hurt?", "show": "Will it show?"}
    replies.reply(
        actor=person,
        practitioner=visit.practitioner,
        consultation=visit,
        replies={words[key]: text for key, text in said.items()},
        now=now or visit.starts,
    )


def asked(visit, language="en"):
    reading = intake.newest(visit)
    return replies.asked(reading.questionnaire, reading.answers, visit, language)


def test_each_line_is_a_question_once(visit):
    assert [each.question for each in asked(visit)] == ["Does it hurt?", "Will it show?"]


def test_a_picked_question_is_kept_as_it_was_asked_and_read_in_the_readers_language(visit, alice):
    picked = {"questions_picked": ["cause"], "questions": "Why?"}
    intake.save(actor=alice, consultation=visit, answers=picked, now=NOW + timedelta(minutes=1))
    found = [(each.question, each.words) for each in asked(visit, "zh-hant")]
    assert found == [
        ("What is causing my pores, and would creams do?", "我的毛孔粗大由甚麼引起？用藥膏或護膚品足夠嗎？"),
        ("Why?", "Why?"),
    ]


def test_a_reply_is_kept_under_seal_and_written_down(arrived, dr_imani):
    reply(arrived, dr_imani, hurt=SAID, show="")
    kept = stored(AnsweredQuestion, "question", "answer")
    assert not [word for word in (b"canary", b"hurt") if word in kept]
    assert [(each.reply.answer, each.reply.answered_by.name) for each in asked(arrived)] == [
        (SAID, "Dr Imani"),
        ("", "Dr Imani"),
    ]
    assert AuditEntry.objects.filter(action=Action.QUESTION_ANSWERED).count() == 1


def test_a_tick_is_taken_back_and_words_are_put_right(arrived, dr_imani):
    reply(arrived, dr_imani, hurt=SAID, show="")
    reply(arrived, dr_imani, hurt="Hardly.", show=None)
    assert [each.reply.answer if each.reply else None for each in asked(arrived)] == ["Hardly.", None]


def test_nothing_is_replied_before_the_arrival(visit, dr_imani):
    with pytest.raises(MovedOn):
        reply(visit, dr_imani, hurt=SAID)
    assert not AnsweredQuestion.objects.exists()


def test_until_a_day_after_the_note_is_signed(arrived, dr_imani):
    notes.sign(
        actor=dr_imani, author=arrived.practitioner, consultation=arrived, body="Seen.", now=arrived.starts + DAY
    )
    visits.complete(actor=dr_imani, consultation=arrived, now=arrived.starts + DAY)
    reply(arrived, dr_imani, now=arrived.starts + 2 * DAY - timedelta(seconds=1), hurt=SAID)
    with pytest.raises(MovedOn):
        reply(arrived, dr_imani, now=arrived.starts + 2 * DAY, hurt="Too late")
    assert asked(arrived)[0].reply.answer == SAID


# --- pages -----------------------------------------------------------------------------------------------------------


def test_the_practitioner_ticks_and_answers_on_the_brief_and_the_patient_reads_it_at_once(arrived, alice, dr_imani):
    as_dr_imani = signed_in(dr_imani)
    brief = f"/desk/{arrived.reference}/"
    page = as_dr_imani.get(brief).text
    assert 'name="done_0"' in page
    after = as_dr_imani.post(f"{brief}reply/", {"reply_0": SAID, "done_1": "on"}, follow=True)
    assert "Saved. The patient reads it on their page." in after.text
    answers = signed_in(alice).get(f"/my/{arrived.reference}/answers/").text
    assert SAID in answers
    assert "Talked about in the visit." in answers


def test_a_reply_that_cannot_be_kept_answers_422_with_what_was_typed(arrived, dr_imani):
    answer = signed_in(dr_imani).post(f"/desk/{arrived.reference}/reply/", {"reply_0": "x" * 501, "reply_1": "Kept"})
    assert answer.status_code == 422
    assert 'value="Kept"' in answer.text
    assert not AnsweredQuestion.objects.exists()


def test_there_is_no_line_to_fill_before_the_arrival(as_dr_imani, visit):
    page = as_dr_imani.get(f"/desk/{visit.reference}/").text
    assert "Will it show?" in page
    assert 'name="done_0"' not in page
