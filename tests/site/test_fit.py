"""The fit as a visitor uses it: some questions, and what every treatment then says."""

from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from clinic.audit.models import AuditEntry
from clinic.crypto import digest
from clinic.premises.models import Clinic
from consultations import drafts, fitting
from consultations.models import Draft
from tests import factories
from tests.factories import NOW
from tests.pages import words
from treatments.models import Treatment
from treatments.screening import Audience
from treatments.templatetags.drawings import BURN_AND_TAN

FIT = reverse("fit")
NOTHING = {
    "fst": "II", "skin_sensitivity": "low", "pregnant": "no", "isotretinoin_status": "never", "keloid_history": "none",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _opened(shelf, monday, db):
    factories.clinic()


def told(client, **answers):
    response = client.post(FIT, answers)
    assert response.status_code == 302, response.context["form"].errors
    return client.get(FIT)


def level(page, slug):
    return next(str(card.level) for card in page.context["cards"] if card.treatment.slug == slug)


def card(page, slug):
    return next(card for card in page.context["cards"] if card.treatment.slug == slug)


def draft_of(client):
    return Draft.objects.get(token_hash=digest(client.session["draft"]))


def test_the_first_page_asks_eight_questions_and_shows_no_verdict(client):
    page = client.get(FIT)
    shown = [name for name in page.context["form"].fields if not name.endswith("last_dose") and "_date_" not in name]
    assert len([name for name in shown if not name.startswith("isotretinoin_last")]) == 8
    assert not page.context["cards"]
    assert "level--" not in page.content.decode()
    assert not Draft.objects.exists()


def test_harmless_answers_find_nothing_and_never_say_safe(client):
    page = told(client, **NOTHING)
    assert level(page, "microneedling-face") == "clear"
    text = words(page).lower()
    assert "nothing found" in text
    assert " safe" not in text


@pytest.mark.parametrize(
    ("answers", "slug", "expected", "rule"),
    [
        ({"keloid_history": "keloid"}, "microneedling-face", "contraindicated", "KEL-01"),
        ({"fst": "VI"}, "ipl-face", "contraindicated", "FST-02"),
        ({"fst": "IV"}, "ipl-face", "caution", "FST-03"),
        ({"pregnant": "yes"}, "glycolic-acid-peel", "caution", "PRG-03"),
        ({"pregnant": "yes"}, "carbon-laser", "defer", "PRG-02"),
        ({"isotretinoin_status": "current"}, "fractional-co2-laser", "defer", "ISO-02"),
        ({"skin_sensitivity": "high"}, "glycolic-acid-peel", "caution", "SEN-01"),
        ({"pregnant": "unsure"}, "microneedling-face", "ask", "ASK-pregnant"),
        ({"keloid_history": ""}, "microneedling-face", "ask", "ASK-keloid"),
        ({"fst": "unsure"}, "microneedling-face", "ask", "ASK-fst"),
    ],
)
def test_an_answer_fires_the_rule_of_the_intake_with_its_source(client, answers, slug, expected, rule):
    page = told(client, **{**NOTHING, **answers})
    assert level(page, slug) == expected
    assert rule in {reason.rule.id for reason in card(page, slug).reasons}
    assert f"({rule}" in words(page)
    assert "as published 1 March 2027, not signed yet" in words(page)


def test_what_has_to_be_asked_first_says_what_it_is(client):
    page = words(told(client, **{**NOTHING, "pregnant": "", "isotretinoin_status": ""}))
    about = {
        rule.heading.in_language("en")
        for rule in client.get(FIT).context["fit"].rules.rules
        if rule.id in {"ASK-pregnant", "ASK-isotretinoin"}
    }
    assert len(about) == 2
    assert all(f"{name}: We need this answer first" in page for name in about)


def test_a_wait_names_its_date(client):
    past = {"isotretinoin_status": "past", "isotretinoin_last_dose": "on_a_date"}
    page = told(client, **{**NOTHING, **past, "isotretinoin_last_dose_date": "2027-02-10"})
    assert card(page, "fractional-co2-laser").earliest_date == date(2027, 8, 10)
    assert "From 10 August 2027" in words(page)


def test_nothing_is_hidden_whatever_is_answered(client):
    everything = len(told(client, **NOTHING).context["cards"])
    assert len(told(client, **{**NOTHING, "pregnant": "yes", "fst": "VI"}).context["cards"]) == everything


def test_a_rule_that_only_practitioners_read_is_not_shown(client):
    page = told(client)
    shown = [reason.rule for each in page.context["cards"] for reason in each.reasons]
    assert shown
    assert all(rule.audience is Audience.EVERYONE for rule in shown)


def test_days_and_budget_are_held_against_the_cautious_figure_and_the_price(client):
    page = told(client, **NOTHING, downtime_max_days="3", budget="2000")
    assert (card(page, "carbon-laser").too_long, card(page, "carbon-laser").too_dear) == (False, False)
    assert (card(page, "microneedling-face").too_long, card(page, "microneedling-face").too_dear) == (True, True)
    assert card(page, "tca-medium-peel").too_dear is None  # priced after the examination


def test_an_event_names_the_last_days_of_a_session_and_of_a_course(client):
    page = told(client, **NOTHING, event_date="2027-08-14")
    by = card(page, "microneedling-face").by_event
    assert (by.session, by.course) == (date(2027, 8, 9), date(2027, 6, 14))
    assert "one session by Monday 9 August (9 August 2027). A whole course: begin by Monday 14 June" in words(page)
    soon = words(told(client, **NOTHING, event_date="2027-05-20"))
    assert "A whole course is not over in time." in soon
    assert "Not in time for your event." in words(told(client, **NOTHING, event_date="2027-05-04"))


def test_lists_comparisons_and_the_treatment_itself_say_the_same(client):
    told(client, **{**NOTHING, "keloid_history": "keloid"})
    for address in (
        reverse("treatments:treatments"),
        reverse("treatments:treatment", args=["microneedling-face"]),
        reverse("treatments:compare") + "?treatment=microneedling-face&treatment=ipl-face",
    ):
        page = client.get(address)
        assert "Not for you" in words(page), address
        assert "(KEL-01" in words(page), address
        assert page["Cache-Control"] == "no-store, private"


def test_somebody_elses_window_holds_nothing_of_it(client):
    address = reverse("treatments:treatment", args=["microneedling-face"])
    told(client, **{**NOTHING, "keloid_history": "keloid"})
    client.get(address)
    stranger = Client().get(address)
    assert "KEL-01" not in words(stranger)
    assert "no-store" not in stranger.get("Cache-Control", "")


def test_the_answers_are_sealed_and_one_press_clears_them(client):
    told(client, **{**NOTHING, "keloid_history": "keloid"})
    pk = draft_of(client).pk
    with_all = Draft.objects.filter(pk=pk).values("answers", "steps").get()
    assert b"keloid" not in bytes(with_all["answers"]) + bytes(with_all["steps"])
    assert client.get(reverse("fit_clear")).status_code == 405
    client.post(reverse("fit_clear"))
    assert not Draft.objects.exists()
    assert not client.get(FIT).context["cards"]
    assert "KEL-01" not in words(client.get(reverse("treatments:treatment", args=["microneedling-face"])))


def test_two_hours_later_nothing_is_left(client):
    told(client, **NOTHING)
    with time_machine.travel(NOW + timedelta(hours=2, minutes=1), tick=False):
        assert not client.get(FIT).context["cards"]
        assert "level--" not in client.get(reverse("treatments:treatments")).content.decode()


def test_clearing_leaves_a_booking_in_the_middle_where_it_is(client):
    client.post(reverse("booking:what"), {"concern": "enlarged-pores", "treatments": ["ipl-face"]})
    told(client, **NOTHING)
    client.post(reverse("fit_clear"))
    left = draft_of(client)
    assert left.concern is not None
    assert (left.answers, left.steps.get("fit")) == ({}, None)


def test_the_intake_begins_with_what_the_fit_was_told(client):
    told(client, **{**NOTHING, "keloid_history": "hypertrophic"})
    client.post(reverse("booking:what"), {"concern": "enlarged-pores", "treatments": ["ipl-face"]})
    assert draft_of(client).answers["keloid_history"] == "hypertrophic"


def test_ten_questions_win_over_a_picked_type(client):
    told(client, **{**NOTHING, "fst": "I"})
    assert client.post(reverse("fit_skin_type"), {f"fitz_q{n}": "3" for n in range(1, 11)}).status_code == 302
    page = client.get(FIT)
    assert page.context["fit"].facts["fst"] == "V"  # 30 of 40
    assert "So far: type V." in words(page)
    assert level(page, "ipl-face") == "contraindicated"


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"fst": "VII"}, "fst"),
        ({"skin_sensitivity": "x"}, "skin_sensitivity"),
        ({"pregnant": "perhaps"}, "pregnant"),
        ({"budget": "much"}, "budget"),
        ({"event_date": "2027-05-02"}, "event_date"),
        ({"event_date": "soon"}, "event_date"),
    ],
)
def test_what_makes_no_sense_is_said_at_the_field_and_nothing_is_written(client, asked, field):
    response = client.post(FIT, {**NOTHING, **asked})
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert response.context["form"]["isotretinoin_status"].value() == "never"
    assert not Draft.objects.exists()


def test_nothing_of_the_fit_is_in_the_audit_trail_or_the_address(client):
    told(client, **{**NOTHING, "keloid_history": "keloid"})
    assert not AuditEntry.objects.exists()


def test_the_short_path_offers_every_type_and_not_sure(client):
    page = client.get(FIT).content.decode()
    assert all(f'name="fst" value="{numeral}"' in page for numeral in [*BURN_AND_TAN, "unsure"])


def test_the_fit_costs_the_same_queries_on_every_page(client, django_assert_max_num_queries):
    told(client, **NOTHING)
    with django_assert_max_num_queries(11):
        client.get(FIT)
    with django_assert_max_num_queries(9):
        client.get(reverse("treatments:treatments"))


def test_the_times_of_a_visit_are_marked_by_the_event(client):
    told(client, **NOTHING, event_date="2027-05-14")
    assert client.get(reverse("booking:what")).status_code == 200
    client.post(reverse("booking:what"), {"concern": "enlarged-pores", "treatments": ["microneedling-face"]})
    with time_machine.travel(NOW, tick=False):
        event = fitting.event(
            draft=draft_of(client),
            treatments=Treatment.objects.filter(slug="microneedling-face").with_facts(),
            clinic=Clinic.objects.the(),
        )
    # 5 days of cautious downtime before the 14th, and a day to decide before the session
    assert event is not None
    assert (event.day, event.last_visit) == (date(2027, 5, 14), date(2027, 5, 8))


def test_without_a_treatment_or_an_event_no_day_is_marked(client):
    told(client, **NOTHING)
    draft, clinic = draft_of(client), Clinic.objects.the()
    assert fitting.event(draft=draft, treatments=Treatment.objects.with_facts(), clinic=clinic) is None
    told(client, **NOTHING, event_date="2027-05-14")
    assert fitting.event(draft=draft_of(client), treatments=[], clinic=clinic) is None


def test_what_was_told_of_oneself_says_nothing_of_a_child(client):
    told(client, **NOTHING)
    who = {
        "full_name": "Kid Lim",
        "date_of_birth": "2005-04-15",
        "sex_at_birth": "female",
        "email": "carol@guests.test",
    }
    usual = {**who, "language": "en", "preferred_name": "", "phone": ""}
    for relation, kept in (("self", True), ("partner", False)):
        left = drafts.describe(draft=draft_of(client), details={"relation": relation, **usual}, now=NOW)
        assert bool(left.answers) is kept


def test_the_way_to_book_from_a_plan_wins_over_what_was_chosen_before(client):
    client.post(reverse("booking:what"), {"concern": "enlarged-pores", "treatments": ["ipl-face"]})
    page = client.get(reverse("booking:what"), {"treatment": ["carbon-laser", "glycolic-acid-peel"]})
    assert page.context["form"]["treatments"].value() == ["carbon-laser", "glycolic-acid-peel"]
    assert page.context["form"]["concern"].value() == "enlarged-pores"
