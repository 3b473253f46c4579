"""New questions come into force: who answers from then on reads the new words, and given answers keep their version."""

from datetime import datetime, timedelta

import pytest

from clinic.accounts.models import User
from consultations import intake
from consultations.models import Consultation
from tests.factories import NOW
from tests.journeys.visitor import Visitor
from tests.treatments.question_scene import raw
from tests.treatments.rule_scene import the_lead
from treatments import questionnaire as questions
from treatments import versions
from treatments.models import Questionnaire

pytestmark = pytest.mark.django_db
# A moment of its own: a published version is parsed once a process, under its number and moment.
MOMENT = NOW + timedelta(seconds=17)


def reword(entry: str, english: str, moment: datetime = MOMENT) -> Questionnaire:
    """Put other words of one question into force."""
    lead = the_lead()
    draft = versions.draft(actor=lead, model=Questionnaire, now=moment)
    words = {text.place: text.words for text in questions.texts(raw(draft, entry))}
    words["label"] = {**words["label"], "en": english}
    versions.change(actor=lead, version=draft, entry=entry, edit=words, reason="Plainer.", now=moment)
    versions.try_out(actor=lead, version=draft, now=moment)
    return versions.publish(actor=lead, version=draft, now=moment)


def test_answers_keep_the_version_they_were_given_to(alice: User, alices_visit: Consultation) -> None:
    reworded = reword("skincare", "What do you put on?")
    assert intake.newest(alices_visit).revision.questionnaire.version == 1
    intake.save(actor=alice, consultation=alices_visit, answers={"skincare": "Soap"}, now=MOMENT)
    found = [each.questionnaire for each in alices_visit.intake.revisions.order_by("number")]
    assert found[-1] == reworded
    assert {each.version for each in found[:-1]} == {1}


@pytest.mark.usefixtures("cast")
def test_a_new_booking_asks_in_the_new_words() -> None:
    visitor = Visitor().come_to("intake")
    page = "intake/skin-inherited/"
    assert "canary: how blue" not in visitor.get(page).content.decode()
    reword("fitz_q1", "canary: how blue are your eyes?", MOMENT + timedelta(seconds=1))
    assert "canary: how blue are your eyes?" in visitor.get(page).content.decode()
