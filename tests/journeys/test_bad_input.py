"""What no browser of ours would send: answered 422 with a sentence at the field and in the summary, and not written."""

from html import escape

import pytest

from consultations.models import Draft, IntakeRevision
from tests.journeys.visitor import Visitor

SENTENCES = {
    "unknown option": ("melasma", "perhaps", "Choose one of the answers shown."),
    "several for one": ("melasma", ["yes", "no", "<script>"], "Choose one of the answers shown."),
    "control character": ("melasma", "no\x07", "Please remove the invisible characters from this text."),
    "oversize": ("pih_tendency", "x" * 20_000, "This is longer than we can keep."),
}
DATES = {
    "impossible": ("31 February", "Enter a date as year, month, day"),
    "to come": ("2190-01-01", "This date lies in the future."),
    "not a number": ("٢٠٢٦-٠١-٠١", "Enter a date as year, month, day"),
    "reversed": ("2026\u202e-01-01", "Please remove the invisible characters from this text."),
}


@pytest.fixture
def carol(cast) -> Visitor:
    return Visitor().come_to("intake")


def refused(answer, sentence: str, field: str) -> str:
    page: str = answer.content.decode()
    assert answer.status_code == 422
    assert page.count(escape(sentence)) >= 2, "at the field and in the summary"
    assert f'href="#id_{field}' in page, "the summary leads to the field"
    return page


@pytest.mark.parametrize("case", SENTENCES)
def test_an_answer_that_is_none_is_refused_and_nothing_of_its_page_is_written(carol, case) -> None:
    field, sent, sentence = SENTENCES[case]
    page = {"fitz_q9": "1", "fitz_q10": "1", "pih_tendency": "no", "melasma": "no", field: sent}
    answer = carol.client.post("/book/intake/skin-tanning/", page)
    refused(answer, sentence, field)
    assert carol.draft.answers == {}


@pytest.mark.parametrize("case", DATES)
def test_a_date_that_is_none_is_shown_again_as_it_was_typed(carol, case) -> None:
    typed, sentence = DATES[case]
    tan = {"tan_last_exposure": "on_a_date", "tan_last_exposure_date": typed}
    answer = carol.client.post("/book/intake/health-skin-today/", tan)
    page = refused(answer, sentence, "tan_last_exposure_date")
    assert f'value="{typed}"' in page
    assert Draft.objects.get().answers == {}


def test_a_booked_intake_is_not_written_either(as_alice, alices_visit) -> None:
    address = f"/my/{alices_visit.reference}/answers/goals-plans/"
    answer = as_alice.post(address, {"event_date": "soon", "questions": "Does it hurt?\u202e"})
    page = refused(answer, "Please remove the invisible characters from this text.", "questions")
    assert "Does it hurt?" in page
    assert 'value="soon"' in page
    assert IntakeRevision.objects.filter(intake__consultation=alices_visit).count() == 1
