"""The public shelf as a visitor meets it: concerns, the list of treatments, a treatment."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils.translation import override

from clinic.accounts.models import Session
from clinic.premises.models import Clinic
from tests.clinic import desk
from tests.pages import words
from tests.shelf import NOW
from treatments.models import Area, Concern, Reference, Treatment, TreatmentFacts

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shelf")]

LIST = reverse("treatments:treatments")


@pytest.fixture(autouse=True)
def _a_day_after_opening():
    Clinic.objects.create(name="Lumen Skin Clinic", zone_name="Asia/Hong_Kong", currency="HKD", jurisdiction="HK")
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        yield


def names(response):
    return [treatment.name for treatment in response.context["treatments"]]


# --- concerns ---


def test_a_visitor_sees_every_published_concern(client):
    Concern.objects.filter(slug="uneven-tone").update(published_from=None)
    page = words(client.get(reverse("treatments:concerns")))
    assert "Enlarged pores" in page
    assert "Uneven tone" not in page


def test_the_guide_tells_causes_habits_home_care_options_and_questions(client):
    pores = Concern.objects.get(slug="enlarged-pores")
    page = words(client.get(pores.get_absolute_url()))
    parts = [*pores.causes.all(), *pores.areas.all(), *pores.habits.all(), *pores.home_care.all()]
    assert [part.name for part in parts if part.name not in page] == []
    assert [question.question for question in pores.questions.all() if question.question not in page] == []
    assert "After 12 weeks" in page
    assert "Evidence B: controlled or cohort data." in page


def test_the_guide_shows_every_source_it_names_with_its_citation(client):
    pores = Concern.objects.get(slug="enlarged-pores")
    response = client.get(pores.get_absolute_url())
    html = response.content.decode()
    linked = set(re.findall(r'href="#(R\d+|GK)"', html))
    assert linked == {tag for tag in response.context["references"] if f'id="{tag}"' in html}
    assert Reference.objects.get(tag="R13").citation in words(response)


def test_the_guide_links_the_treatments_that_may_help_and_says_what_is_not_offered(client):
    Treatment.objects.filter(facts="ipl").update(published_until=NOW + timedelta(hours=1))
    page = client.get(reverse("treatments:concern", args=["enlarged-pores"]))
    assert reverse("treatments:treatment", args=["microneedling-face"]) in page.content.decode()
    assert "Intense pulsed light (IPL) Not offered here" in words(page)


def test_a_place_that_the_face_map_does_not_know_is_still_told_in_words(client):
    pores = Concern.objects.get(slug="enlarged-pores")
    Area.objects.create(concern=pores, key="elbow", name="Elbow", text="Rarely.")
    assert "Elbow" in words(client.get(pores.get_absolute_url()))


def test_a_concern_that_is_not_published_is_absent(client):
    Concern.objects.filter(slug="uneven-tone").update(published_from=None)
    assert client.get(reverse("treatments:concern", args=["uneven-tone"])).status_code == 404


def test_a_guide_asks_for_the_same_rows_however_long_it_is(client, django_assert_num_queries):
    address = reverse("treatments:concern", args=["enlarged-pores"])
    with django_assert_num_queries(13):
        client.get(address)


# --- the list ---


def test_the_list_costs_four_queries_however_many_treatments_there_are(client, django_assert_num_queries):
    with django_assert_num_queries(4):
        client.get(LIST)
    for number in range(5):
        desk.treatment(facts=TreatmentFacts.objects.get(code="ipl"), name=f"IPL {number}", published_from=NOW)
    with django_assert_num_queries(4):
        client.get(LIST, {"skin_type": "II", "concern": "enlarged-pores", "downtime": "7", "budget": "3000"})


def test_the_list_says_how_many_there_are(client):
    count = Treatment.objects.published(NOW).count()
    assert f" {count} treatments " in words(client.get(LIST))


def test_a_treatment_outside_its_dates_is_neither_listed_nor_found(client):
    Treatment.objects.filter(slug="ipl-face").update(published_from=NOW + timedelta(days=9))
    assert "Intense pulsed light" not in " ".join(names(client.get(LIST)))
    assert client.get(reverse("treatments:treatment", args=["ipl-face"])).status_code == 404


def test_a_category_is_introduced_in_its_own_words(client):
    page = client.get(LIST, {"category": "peels"})
    assert {treatment.category for treatment in page.context["treatments"]} == {"peels"}
    assert "A chemical peel is an acid" in words(page)


@pytest.mark.parametrize("skin_type", ["IV", "V"])
def test_a_skin_type_leaves_out_what_must_be_asked_about_first(client, skin_type):
    found = {treatment.code for treatment in client.get(LIST, {"skin_type": skin_type}).context["treatments"]}
    assert ("ipl" in found) == (skin_type == "IV")
    assert "peel_superficial" in found


def test_days_off_count_the_cautious_figure(client):
    found = {treatment.code for treatment in client.get(LIST, {"downtime": "3"}).context["treatments"]}
    assert "laser_qs_pico" in found  # typically one day, cautiously three
    assert "microneedling" not in found  # typically two days, cautiously five


def test_no_days_off_is_a_wish_as_well(client):
    page = client.get(LIST, {"downtime": "0"})
    assert names(page) == []
    assert "Days you can look red or peel: None" in words(page)


def test_a_concern_leaves_what_its_guide_names(client):
    page = client.get(LIST, {"concern": "uneven-tone"})
    named = set(Concern.objects.get(slug="uneven-tone").options.values_list("facts", flat=True))
    assert {treatment.code for treatment in page.context["treatments"]} <= named


def test_a_budget_is_in_whole_money_and_leaves_out_what_is_priced_later(client):
    found = client.get(LIST, {"budget": "1200"}).context["treatments"]
    assert {treatment.price_minor for treatment in found} == {70000, 120000}


def test_a_kind_of_price_can_be_asked_for(client):
    found = client.get(LIST, {"price_kind": "after_examination"}).context["treatments"]
    assert {treatment.slug for treatment in found} == {"tca-medium-peel"}


def test_each_wish_can_be_dropped_and_the_others_stay(client):
    page = client.get(LIST, {"category": "lasers", "skin_type": "IV", "budget": "2500"})
    dropped = {wish.label: wish.without for wish in page.context["filter"].told}
    assert dropped["Skin type"] == "category=lasers&budget=2500"
    assert 'value="2500"' in page.content.decode()
    assert "Most for a session (HKD): HK$2,500" in words(page)


def test_an_empty_list_explains_itself_and_offers_a_way_on(client):
    page = client.get(LIST, {"category": "peels", "downtime": "0"})
    assert "No treatment meets all of this" in words(page)
    assert f'href="{LIST}?category=peels"' in page.content.decode()


def test_an_address_that_makes_no_sense_shows_the_whole_list_and_says_so(client):
    page = client.get(LIST, {"category": "magic", "budget": "-5", "downtime": "soon", "concern": "x' OR 1=1"})
    assert len(names(page)) == Treatment.objects.published(NOW).count()
    assert "magic is not one of the available choices" in words(page)
    assert "Enter a whole amount of money" in words(page)


@pytest.mark.parametrize("budget", ["-1", "99999999999999999999999", "2.5", "lots"])
def test_a_budget_that_is_no_amount_is_put_right_in_words(client, budget):
    page = client.get(LIST, {"budget": budget})
    assert "Enter a whole amount of money, for example 2500." in words(page)
    assert names(page)


# --- one treatment ---


def test_a_treatment_states_its_facts(client):
    page = words(client.get(reverse("treatments:treatment", args=["microneedling-face"])))
    for fact in (
        "45 minutes", "HK$2,400 (example)", "3 sessions, 4 weeks apart", "Whole course HK$7,200", "First year HK$9,600",
        "1 session a year", "2 to 5 days", "4 weeks before", "On the day", "Very reactive skin",
        "Needles of 0.5 to 2 mm", "Is a home roller the same?", "Four weeks lie between needling",
        "Only as a practitioner’s own protocol",
        "Questions to ask",
        "2 to 5 of 10", "Most people look as usual after 2 days; plan for 5 days", "Type V", "very rarely burns",
        "With care", "From day 5", "to 2 mm", "Uncommon", "Dark marks", "Day 2 to 3", "Evidence D: common practice.",
        "Who should wait or not have it", "The price includes", "named in the guides to",
    ):  # fmt: skip
        assert fact in page, fact


def test_the_way_to_book_carries_the_treatment(client):
    page = client.get(reverse("treatments:treatment", args=["microneedling-face"])).content.decode()
    assert f'href="{reverse("booking:what")}?treatment=microneedling-face"' in page


def test_a_price_that_follows_the_examination_is_not_multiplied(client):
    page = words(client.get(reverse("treatments:treatment", args=["tca-medium-peel"])))
    assert "Priced after the examination" in page
    assert "Whole course" not in page
    assert "First year" not in page
    assert "What it costs is settled in writing after the examination" in page
    assert "not before 6 to 12 months" in page


def test_a_treatment_names_the_listed_people_who_do_it(client):
    treatment = Treatment.objects.get(slug="ipl-face")
    imani, reyes = desk.practitioner(name="Dr Imani"), desk.practitioner(name="Dr Reyes", is_active=False)
    for practitioner in (imani, reyes):
        practitioner.offerings.create(treatment=treatment, since_year=2019, device="Lamp")
    page = words(client.get(treatment.get_absolute_url()))
    assert "Dr Imani" in page
    assert "Device: Lamp" in page
    assert "Dr Reyes" not in page


@pytest.mark.parametrize("people", [0, 4])
def test_a_treatment_costs_the_same_queries_whoever_does_it(client, django_assert_max_num_queries, people):
    treatment = Treatment.objects.get(slug="ipl-face")
    for _ in range(people):
        desk.practitioner().offerings.create(treatment=treatment)
    client.get(treatment.get_absolute_url())  # the questions of a version are read once a process
    with django_assert_max_num_queries(17):
        client.get(treatment.get_absolute_url())


# --- all of them ---

PAGES = [
    reverse("treatments:concerns"),
    reverse("treatments:concern", args=["enlarged-pores"]),
    LIST,
    reverse("treatments:treatment", args=["microneedling-face"]),
    reverse("treatments:care", args=["microneedling-face"]),
    reverse("costs"),
]


@pytest.mark.parametrize("address", PAGES)
def test_a_visitor_leaves_no_session_and_gets_no_cookie(client, address):
    response = client.get(address)
    assert response.status_code == 200
    assert not response.cookies
    assert not Session.objects.exists()


@pytest.mark.parametrize("address", PAGES)
def test_a_page_names_its_own_address_and_both_languages(client, address, settings):
    html = client.get(address, {"category": "peels"}).content.decode()
    here = settings.PUBLIC_BASE_URL
    assert f'<link rel="canonical" href="{here}{address}">' in html
    assert f'hreflang="zh-Hant" href="{here}/zh-hant{address}"' in html
    assert f'hreflang="x-default" href="{here}{address}"' in html


def test_the_chinese_pages_show_chinese(client):
    with override("zh-hant"):
        addresses = [
            reverse("treatments:concern", args=["enlarged-pores"]),
            reverse("treatments:treatment", args=["ipl-face"]),
        ]
        titles = [
            Concern.objects.get(slug="enlarged-pores").what[:12],
            Treatment.objects.get(slug="ipl-face").summary[:12],
        ]
    for address, title in zip(addresses, titles, strict=True):
        assert address.startswith("/zh-hant/")
        assert title in words(client.get(address))


def test_a_shelf_page_cannot_be_posted_to(client):
    assert client.post(LIST).status_code == 405
