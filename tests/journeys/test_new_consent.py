"""New words of consent are agreed to once more before the next answer, and nothing that was typed is lost."""

from typing import Any

import pytest

from consultations import intake
from consultations.models import Consent, ConsentText, Consultation, Patient, Status
from tests.cast import Cast, signed_in
from tests.factories import NOW
from tests.journeys.visitor import Visitor, sentences

NEW = "We keep your answers for ten years."
SUN = {f"fitz_q{n}": "3" for n in range(5, 9)}


def new_words(language: str = "en", version: int = 2) -> ConsentText:
    return ConsentText.objects.create(kind="data", version=version, language=language, text=NEW)


@pytest.fixture
def alices(alices_visit: Consultation) -> Patient:
    assert alices_visit.patient is not None
    return alices_visit.patient


def revision(visit: Consultation) -> Any:
    return intake.newest(visit).revision


# --- what counts -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "zh-hant"])
def test_consent_counts_in_the_newest_words_whatever_their_language(alice, alices, language) -> None:
    words = new_words(language)
    assert not intake.has_consented(alices)
    assert intake.has_ever_consented(alices)
    intake.consent(actor=alice, patient=alices, texts=[words], now=NOW)
    assert intake.has_consented(alices)


def test_whoever_agrees_agrees_to_the_newest_version_in_a_language_they_read_if_there_is_one(cast) -> None:
    new_words("zh-hant")
    assert ConsentText.newest("en")["data"].version == 2, "an older version in English would never do"
    new_words("en")
    assert [ConsentText.newest(language)["data"].language for language in ("en", "zh-hant")] == ["en", "zh-hant"]
    new_words("en", version=3)
    assert ConsentText.newest("zh-hant")["data"].version == 3


def test_new_words_about_photographs_ask_nobody_again(alices) -> None:
    ConsentText.objects.create(kind="photo", version=2, language="en", text="We take more photographs.")
    assert intake.has_consented(alices)


# --- while booking ---------------------------------------------------------------------------------------------------


def test_a_returning_patient_agrees_once_more_at_the_step_for_it(cast: Cast, alices) -> None:
    new_words()
    back = Visitor(signed_in(cast.alice), name="Alice Wong", email=cast.alice.email)
    back.come_to("details")
    back.post("details/", patient=str(alices.pk))
    assert back.get("intake/")["Location"] == "/book/consent/"
    assert NEW in sentences(back.get("consent/"))
    back.consent()
    back.get("intake/still-true/")
    assert back.get("consent/").status_code == 200
    assert "/book/consent/" not in back.get("intake/")["Location"]
    assert Consent.objects.filter(patient=alices, text__version=2).count() == 1


def test_a_page_typed_under_the_old_words_is_kept_before_the_new_ones_are_shown(cast: Cast) -> None:
    carol = Visitor()
    carol.come_to("intake")
    page = carol.get("intake/")["Location"]
    fields = list(carol.client.get(page).context["form"].fields)
    words = {key: carol.answers[key] for key in fields if key in carol.answers}
    new_words()
    carol.client.post(page, words)
    assert {key: carol.draft.answers.get(key) for key in words} == words
    assert carol.get("intake/")["Location"] == "/book/consent/"
    assert carol.get("check/")["Location"] == "/book/consent/"
    assert carol.check()["Location"] == "/book/consent/"
    carol.consent()
    carol.intake()
    assert carol.check()["Location"] == "/book/booked/"


# --- afterwards ------------------------------------------------------------------------------------------------------


def test_to_change_an_answer_is_to_agree_to_the_new_words_first(as_alice, alices, alices_visit) -> None:
    mine = f"/my/{alices_visit.reference}/"
    new_words()
    assert as_alice.get(f"{mine}answers/").status_code == 200, "to read them asks for nothing"
    asks = as_alice.get(f"{mine}answers/skin-sun/")["Location"]
    assert asks == f"{mine}consent/skin-sun/"
    assert NEW in as_alice.get(asks).content.decode()
    assert as_alice.post(asks, {"go": "1"}).status_code == 422
    assert not intake.has_consented(alices)
    assert as_alice.post(asks, {"data": "on"})["Location"] == f"{mine}answers/skin-sun/"
    assert as_alice.get(f"{mine}answers/skin-sun/").status_code == 200


def test_what_was_typed_before_the_new_words_came_is_saved_and_then_asked_about(as_alice, alices_visit) -> None:
    page = f"/my/{alices_visit.reference}/answers/skin-sun/"
    new_words()
    assert as_alice.post(page, SUN).status_code == 302
    assert revision(alices_visit).answers["fitz_q5"] == "3"
    assert "/consent/" in as_alice.get(page)["Location"]


def test_whoever_took_consent_back_is_asked_and_nothing_is_kept(as_alice, alices, alices_visit) -> None:
    Consent.objects.filter(patient=alices).update(withdrawn_at=NOW)
    page = f"/my/{alices_visit.reference}/answers/skin-sun/"
    assert "/consent/" in as_alice.post(page, SUN)["Location"]
    assert revision(alices_visit).number == 1


def test_once_arrived_nobody_is_asked_to_agree_any_more(as_alice, alices_visit) -> None:
    Consultation.objects.filter(pk=alices_visit.pk).update(status=Status.ARRIVED)
    new_words()
    asks = f"/my/{alices_visit.reference}/consent/skin-sun/"
    assert as_alice.get(asks)["Location"] == f"/my/{alices_visit.reference}/answers/"
