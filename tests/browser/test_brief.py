"""The brief in a real browser: one sheet of paper however complicated, and every action without a script."""

import re
from datetime import timedelta

import pytest

from consultations import enquiries, gradings, intake, overrides
from consultations.models import Enquiry, Grading, Override, Suggestion
from tests import factories
from tests.browser.test_desk_journey import DESK, PHONE, signs_in
from tests.factories import NOW
from treatments.codes import Level
from treatments.models import TreatmentFacts

pytestmark = pytest.mark.django_db(transaction=True)

COMPLICATED = {
    "isotretinoin_status": "past", "isotretinoin_last_dose": "2027-03", "pih_tendency": "yes", "cold_sores": "past",
    "keloid_history": "hypertrophic", "anticoagulant": "anticoagulant", "retinoid_topical": "prescription",
    "retinoid_last_use": "current", "active_acne": "mild_inflammatory", "tan_last_exposure": "2027-04-25",
    "rosacea": "controlled", "diabetes": "controlled", "smoker": "yes", "photosensitisers": ["doxycycline"],
    "allergy_local_anaesthetic": "yes", "metal_allergy": "unsure", "poor_healing": "unsure",
    "bdd_preoccupied": "unsure",
    "event_date": "2027-08-14", "downtime_max_days": "3", "budget_band": "8000_to_20000", "sun_after_planned": "yes",
    "since": "Since I was sixteen", "worse_when": "In August, and before every exam I ever sat",
    "questions": "How many sessions before August?\nWill it mark my skin?\nWhat would you not do, and why?",
}  # fmt: skip
WORDS = "Her dermatologist writes that the dose was low and lasted eight weeks."
MINUTE = timedelta(minutes=1)
PAPER = {"width": 733, "height": 1062}  # what the margins of the sheet leave of A4


@pytest.fixture
def complicated(alices_visit, alice, dr_imani, monday):
    """Reviewed once; then much changed, was graded, overridden, asked and answered."""
    by = {"actor": dr_imani, "practitioner": alices_visit.practitioner, "consultation": alices_visit}
    for code, shelf in (("peel_medium", "peels"), ("peel_superficial", "peels"), ("laser_nafl", "lasers")):
        alices_visit.treatments.add(factories.treatment(code, shelf))
    TreatmentFacts.objects.filter(code="laser_nafl").update(name="Non-ablative fractional laser")
    TreatmentFacts.objects.filter(code="peel_superficial").update(name="Superficial chemical peel")
    intake.stamp(**by, screening=intake.newest(alices_visit).screening.pk, now=NOW)
    intake.save(actor=alice, consultation=alices_visit, answers=COMPLICATED, now=NOW + MINUTE)
    gradings.grade(**by, phototype="V", pores="3", now=NOW + 2 * MINUTE)
    newest = intake.newest(alices_visit).screening.pk
    overrides.make(**by, screening=newest, rule_id="ISO-01", level=Level.CAUTION, reason=WORDS, now=NOW + 3 * MINUTE)
    asked = enquiries.ask(
        **by,
        items=["metal_allergy"],
        written=["Which earrings?"],
        language="en",
        due_at=NOW + 9 * MINUTE,
        now=NOW + 4 * MINUTE,
    )
    enquiries.answer(
        actor=alice, enquiry=asked, answers={"metal_allergy": "yes"}, replies=["Cheap ones."], now=NOW + 5 * MINUTE
    )
    monday.move_to(NOW + 6 * MINUTE)
    return f"/desk/{alices_visit.reference}/"


@pytest.mark.parametrize("language", ["", "/zh-hant"])
def test_a_complicated_brief_prints_on_one_sheet_with_all_that_matters(complicated, open_page, language):
    page = open_page(f"{language}/desk/", viewport=DESK)
    signs_in(page, "imani@clinic.test")
    page.goto(language + complicated)
    assert page.locator(".finding").count() > 20
    sheets = re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))
    assert len(sheets) == 1

    page.emulate_media(media="print")
    printed = [".brief__changed .facts", ".finding__source summary", ".verdicts", ".brief__others .verdict"]
    printed += [".brief__missing", ".brief__questions", ".brief__asked"]
    assert [part for part in printed if not page.locator(part).last.is_visible()] == []
    assert page.get_by_text(WORDS).is_visible()
    assert [each for each in page.locator("button, textarea, select").all() if each.is_visible()] == []


def test_on_paper_no_verdict_runs_out_of_its_column(complicated, alices_visit, alice, open_page):
    intake.save(actor=alice, consultation=alices_visit, answers={"active_dermatitis": "yes"}, now=NOW + 6 * MINUTE)
    page = open_page("/desk/", viewport=PAPER)
    signs_in(page, "imani@clinic.test")
    page.goto(complicated)
    assert page.get_by_text("and only once settled").count() > 1
    page.emulate_media(media="print")
    too_wide = """all => all.filter(one => one.offsetWidth > one.parentElement.clientWidth
        || one.scrollWidth > one.clientWidth).map(one => one.innerText)"""
    assert page.locator(".verdict").evaluate_all(too_wide) == []


@pytest.mark.parametrize("size", [PHONE, DESK])
def test_a_brief_with_everything_on_it_is_sound_and_fits(complicated, open_page, axe, size):
    page = open_page("/desk/", viewport=size)
    signs_in(page, "imani@clinic.test")
    for language in ("", "/zh-hant"):
        page.goto(language + complicated)
        page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
        assert page.evaluate("document.documentElement.scrollWidth") == size["width"]
        axe(page)


def test_every_action_works_without_a_script(complicated, open_page):
    page = open_page("/desk/", viewport=DESK, java_script_enabled=False)
    signs_in(page, "imani@clinic.test")
    page.goto(complicated)
    page.get_by_text("Need more: ask the patient").click()
    page.fill("#ask_written", "How long were you outdoors?")
    page.get_by_role("button", name="Send the questions").click()
    assert page.get_by_text("Waiting for answers until").is_visible()

    page.get_by_text("Suggest another treatment or date").click()
    page.fill("#suggest_not_before", "2027-05-20")
    page.fill("#suggest_words", "Let us wait until your tan has gone.")
    page.get_by_role("button", name="Send the suggestion").click()
    assert page.get_by_text("Suggestion waiting for an answer").is_visible()

    page.get_by_text("Grade the skin").click()
    page.select_option("#grading_phototype", "IV")
    page.get_by_role("button", name="Save the grading").click()
    page.get_by_text("Override a finding").click()
    page.select_option("#override_rule", "HSV-02")
    page.select_option("#override_level", "info")
    page.fill("#override_reason", "One attack, ten years ago.")
    page.get_by_role("button", name="Override the finding").click()
    assert page.get_by_text("One attack, ten years ago.").is_visible()
    assert [model.objects.count() for model in (Enquiry, Suggestion, Grading, Override)] == [2, 1, 2, 2]
