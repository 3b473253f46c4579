"""Home, about, the privacy notice, and where a person goes after signing in."""

import pytest
import time_machine
from django.urls import reverse

from clinic.accounts.models import Session
from clinic.accounts.roles import Role
from clinic.premises.models import Clinic, Closure, Location
from tests.clinic import desk
from tests.consultations import scene
from tests.consultations.scene import MONDAY
from tests.pages import words
from tests.site import street

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday_morning():
    with time_machine.travel(scene.NOW, tick=False):
        yield


@pytest.fixture
def clinic():
    return street.opened()


# --- home ---


def test_home_names_the_next_free_time_of_all(client, clinic):
    street.at_work("Dr Imani", opens="10:00")
    street.at_work("Dr Reyes", opens="09:30")
    page = words(client.get(reverse("home")))
    assert "Next free time: Monday 3 May, 09:30, Hong Kong time with Dr Reyes" in page
    assert "Free to change or cancel until 24 hours before." in page


def test_home_leads_to_concerns_and_to_three_of_the_people(client, clinic):
    concern = desk.concern(name="Enlarged pores")
    for number in range(4):
        street.at_work(f"Dr {number}")
    page = client.get(reverse("home"))
    assert concern.get_absolute_url() in page.content.decode()
    assert "Dr 2" in words(page)
    assert "Dr 3" not in words(page)


def test_home_draws_how_deep_one_treatment_of_each_category_works(client, clinic):
    facts = desk.facts()
    facts.name, facts.depth_to_um = "Microdermabrasion", 30
    facts.save()
    page = client.get(reverse("home")).content.decode()
    assert "Microdermabrasion: to 0.03 mm" in page


def test_home_stands_before_the_clinic_has_been_set_up(client):
    assert "Know what suits your skin" in words(client.get(reverse("home")))


@pytest.mark.parametrize("people", [1, 6])
def test_home_costs_the_same_queries_for_one_and_for_many(client, clinic, django_assert_num_queries, people):
    for number in range(people):
        street.reviewed(street.at_work(f"Dr {number}"), 5)
    with django_assert_num_queries(7):
        client.get(reverse("home"))


# --- about and privacy ---


def test_about_tells_address_phone_hours_and_the_way(client, clinic):
    Clinic.objects.update(phone="+852 5550 0100", address="1 Lantern Street", opening_hours="Monday to Friday 9 to 7")
    Location.objects.update(directions="Two minutes from the station.", phone="+852 5550 0122")
    Closure.objects.create(first_day=MONDAY, last_day=MONDAY, reason="Typhoon")
    Closure.objects.create(first_day="2027-04-01", last_day="2027-04-02", reason="Easter")
    page = client.get(reverse("about"))
    told = words(page)
    for fact in ("1 Lantern Street", "Monday to Friday 9 to 7", "Central", "Two minutes from the station.", "Typhoon"):
        assert fact in told, fact
    assert 'href="tel:+85255500122"' in page.content.decode()
    assert "Easter" not in told


def test_the_privacy_notice_is_the_clinic_s_own(client, clinic):
    Clinic.objects.update(privacy="What we keep\nYour name.", privacy_en="What we keep\nYour name.")
    page = client.get(reverse("privacy")).content.decode()
    assert "<h2>What we keep</h2><p>Your name.</p>" in page


def test_a_missing_privacy_notice_is_admitted(client, clinic):
    assert "has not published its privacy notice yet" in words(client.get(reverse("privacy")))


@pytest.mark.parametrize("name", ["home", "about", "privacy"])
def test_a_visitor_leaves_no_session_and_gets_no_cookie(client, clinic, name):
    assert not client.get(reverse(name)).cookies
    assert not Session.objects.exists()


@pytest.mark.parametrize(("name", "most"), [("about", 3), ("privacy", 1)])
def test_a_page_of_words_is_cheap(client, clinic, django_assert_num_queries, name, most):
    with django_assert_num_queries(most):
        client.get(reverse(name))


# --- after signing in ---


@pytest.mark.parametrize(
    ("roles", "page"),
    [
        ([], "my:consultations"),
        ([Role.STAFF], "admin:index"),
        ([Role.OWNER], "admin:index"),
        ([Role.PRACTITIONER], "desk:today"),
        ([Role.PRACTITIONER, Role.CLINICAL_LEAD], "desk:today"),
    ],
)
def test_everybody_lands_on_their_own_first_page(roles, page):
    answer = desk.at_work(*roles).get(reverse("after_sign_in"))
    assert answer.headers["Location"] == reverse(page)


def test_a_visitor_is_asked_to_sign_in_first(client):
    answer = client.get(reverse("after_sign_in"))
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(reverse("account_login"))
