"""Who one could see, when they are free, and what patients said."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils.translation import override

from clinic.accounts.models import Session
from clinic.premises.models import Clinic, Location
from consultations.models import Kind
from practitioners.models import Figures, ReviewState, TimeOff
from tests.clinic import desk
from tests.consultations import scene
from tests.consultations.scene import MONDAY, at
from tests.pages import words
from tests.site import street

pytestmark = pytest.mark.django_db

LIST = reverse("practitioners")


@pytest.fixture(autouse=True)
def _monday_morning():
    street.opened()
    with time_machine.travel(scene.NOW, tick=False):
        yield


@pytest.fixture
def dr_imani():
    return street.at_work("Dr Imani", languages=["en", "yue"])


@pytest.fixture
def dr_reyes():
    return street.at_work("Dr Reyes", opens="14:00", closes="15:00")


def people(response):
    return [card.practitioner.name for card in response.context["cards"]]


# --- the list ---


def test_each_is_shown_with_title_languages_and_the_next_free_times(client, dr_imani, dr_reyes):
    page = words(client.get(LIST))
    assert "Doctor · English, Cantonese" in page
    assert "Next free time: Monday 3 May, 09:00, 09:30, 10:00" in page
    assert "Next free time: Monday 3 May, 14:00, 14:30" in page


def test_only_published_reviews_count_for_the_rating(client, dr_imani):
    street.reviewed(dr_imani, 5, 4)
    street.reviewed(dr_imani, 1, state=ReviewState.PENDING)
    assert "4.5 · 2 reviews, all after a completed visit" in words(client.get(LIST))


def test_somebody_who_is_not_listed_is_absent(client, dr_imani):
    dr_imani.is_active = False
    dr_imani.save()
    assert people(client.get(LIST)) == []
    assert client.get(dr_imani.get_absolute_url()).status_code == 404


def test_the_list_can_be_narrowed_by_language_treatment_and_location(client, dr_imani, dr_reyes):
    polish = desk.treatment(slug="polish", published_from=scene.NOW)
    dr_reyes.offerings.create(treatment=polish)
    assert people(client.get(LIST, {"language": "yue"})) == ["Dr Imani"]
    assert people(client.get(LIST, {"treatment": "polish"})) == ["Dr Reyes"]
    assert people(client.get(LIST, {"location": "central", "language": "en"})) == ["Dr Imani", "Dr Reyes"]
    scene.a_location("Harbour")
    assert people(client.get(LIST, {"location": "harbour"})) == []


def test_a_narrowed_rating_still_counts_each_review_once(client, dr_imani):
    street.reviewed(dr_imani, 5, 4)
    page = client.get(LIST, {"location": "central", "language": "en"})
    assert page.context["cards"][0].practitioner.review_count == 2


def test_the_list_can_be_narrowed_by_concern_weekday_and_stated_gender(client, dr_imani, dr_reyes):
    scene.works(dr_reyes, Location.objects.get(), "14:00", "18:00", weekdays=[6])
    dr_imani.hours.filter(weekday=6).delete()
    dr_imani.gender = "female"
    dr_imani.save()
    assert people(client.get(LIST, {"weekday": "6"})) == ["Dr Reyes"]
    assert people(client.get(LIST, {"gender": "female"})) == ["Dr Imani"]
    assert people(client.get(LIST, {"gender": "male"})) == []


def test_a_weekday_and_a_place_are_asked_of_the_same_hours(client, dr_imani):
    scene.works(dr_imani, scene.a_location("Harbour"), "14:00", "18:00", weekdays=[2])
    dr_imani.hours.filter(weekday=2, location__slug="central").delete()
    assert people(client.get(LIST, {"location": "harbour", "weekday": "2"})) == ["Dr Imani"]
    assert people(client.get(LIST, {"location": "central", "weekday": "2"})) == []


def test_the_order_is_the_one_that_was_asked_for(client, dr_imani, dr_reyes):
    street.reviewed(dr_reyes, 5)
    street.reviewed(dr_imani, 4)
    TimeOff.objects.create(practitioner=dr_imani, starts=scene.NOW, ends=at("00:00", MONDAY + timedelta(days=1)))
    assert people(client.get(LIST)) == ["Dr Reyes", "Dr Imani"], "who is free first"
    assert people(client.get(LIST, {"order": "name"})) == ["Dr Imani", "Dr Reyes"]
    assert people(client.get(LIST, {"order": "rating"})) == ["Dr Reyes", "Dr Imani"]


def test_the_list_can_be_narrowed_by_rating_where_reviews_are_shown(client, dr_imani, dr_reyes):
    street.reviewed(dr_imani, 5, 4)
    street.reviewed(dr_reyes, 2)
    assert people(client.get(LIST, {"rating": "4"})) == ["Dr Imani"]
    Clinic.objects.update(jurisdiction="AU")
    with time_machine.travel(scene.NOW + timedelta(minutes=1), tick=False):
        page = client.get(LIST, {"rating": "4", "order": "rating"})
    assert people(page) == ["Dr Imani", "Dr Reyes"]
    assert "Best rated" not in words(page)


def test_nobody_found_is_explained(client, dr_imani):
    page = client.get(LIST, {"language": "ja"})
    assert "Nobody here meets all of this" in words(page)


@pytest.mark.parametrize("more", [0, 5])
def test_the_list_costs_the_same_queries_for_one_and_for_many(client, dr_imani, django_assert_num_queries, more):
    for number in range(more):
        street.reviewed(street.at_work(f"Dr {number}"), 4)
    with django_assert_num_queries(8):
        client.get(LIST)


# --- a profile ---


def test_the_profile_states_what_can_be_checked(client, dr_imani):
    page = words(client.get(dr_imani.get_absolute_url()))
    assert "M1, Medical Council, last checked 3 April 2027" in page
    assert "Practising since 2010" in page
    assert "English, Cantonese" in page


def test_the_profile_tells_where_and_until_when_the_registration_runs(client, dr_imani):
    scene.works(dr_imani, scene.a_location("Harbour"), "14:00", "18:00", weekdays=[2])
    dr_imani.registration_expires_on = MONDAY + timedelta(days=90)
    dr_imani.save()
    page = words(client.get(dr_imani.get_absolute_url()))
    assert "last checked 3 April 2027, valid until 1 August 2027" in page
    assert "Locations Central, Harbour" in page


def test_a_registration_that_has_ended_is_said_and_nobody_is_led_to_book(client, dr_imani):
    dr_imani.registration_expires_on = MONDAY - timedelta(days=1)
    dr_imani.save()
    page = client.get(dr_imani.get_absolute_url())
    assert "ended on 2 May 2027" in words(page)
    assert f"{reverse('booking:what')}?practitioner=dr-imani" not in page.text
    assert "No free times for this kind of visit at present." in words(page)


def test_the_profile_tells_what_was_counted_and_links_the_register(client, dr_imani):
    treatment = desk.treatment(name="Polish", published_from=scene.NOW)
    Figures.objects.create(
        practitioner=dr_imani, completed=40, changed_percent=12, counted_at=scene.NOW,
        treatments=[{"treatment": treatment.pk, "count": 9, "bands": {"5-6": 6}}],
    )  # fmt: skip
    dr_imani.registration_url = "https://register.test/M1"
    dr_imani.save()
    page = client.get(dr_imani.get_absolute_url())
    assert "Completed visits 40 Polish carried out 9 times Skin types V and VI: 6 people" in words(page)
    assert "in 12% of the visits with a treatment" in words(page)
    assert 'href="https://register.test/M1"' in page.content.decode()


def test_the_profile_tells_the_usual_week_in_words(client, dr_imani):
    scene.works(dr_imani, Location.objects.get(), "14:00", "18:00", weekdays=[0])
    scene.works(dr_imani, Location.objects.get(), "19:00", "20:00", weekdays=[0], valid_from=MONDAY + timedelta(days=9))
    page = words(client.get(dr_imani.get_absolute_url()))
    assert "Monday 09:00 to 12:00, 14:00 to 18:00 Central" in page
    assert "19:00" not in page.split("Usual hours", 1)[1]


def test_the_profile_tells_kinds_of_visit_and_fees_but_not_what_only_staff_book(client, dr_imani):
    page = words(client.get(dr_imani.get_absolute_url()))
    assert "First visit 30 min, HK$800" in page
    assert "Treatment visit" not in page


def test_the_profile_offers_the_next_three_days_with_free_times(client, dr_imani):
    TimeOff.objects.create(
        practitioner=dr_imani,
        starts=at("00:00", MONDAY + timedelta(days=1)),
        ends=at("00:00", MONDAY + timedelta(days=2)),
    )
    page = words(client.get(dr_imani.get_absolute_url()))
    assert "Monday 3 May 09:00, 09:30, 10:00, 10:30 and 2 more Wednesday 5 May 09:00" in page


def test_the_first_time_of_somebody_away_for_weeks_is_still_shown(client, dr_imani):
    TimeOff.objects.create(practitioner=dr_imani, starts=scene.NOW, ends=at("10:00", MONDAY + timedelta(days=30)))
    assert "Wednesday 2 June 10:00" in words(client.get(dr_imani.get_absolute_url()))


def test_free_times_follow_the_kind_of_visit_that_was_chosen(client, dr_imani):
    Kind.objects.filter(code="video").update(notice_hours=48)
    page = client.get(dr_imani.get_absolute_url(), {"kind": "video"})
    assert page.context["chosen"].code == "video"
    assert "Wednesday 5 May" in words(page)
    assert "Monday 3 May" not in words(page)


@pytest.mark.parametrize("kind", ["treatment_visit", "nonsense"])
def test_a_kind_that_is_not_offered_falls_back_to_the_first(client, dr_imani, kind):
    assert client.get(dr_imani.get_absolute_url(), {"kind": kind}).context["chosen"].code == "first_visit"


def test_the_way_to_book_carries_the_practitioner_unless_they_take_no_bookings(client, dr_imani):
    way = f'href="{reverse("booking:what")}?practitioner=dr-imani"'
    assert way in client.get(dr_imani.get_absolute_url()).content.decode()
    dr_imani.accepts_bookings = False
    dr_imani.save()
    with time_machine.travel(scene.NOW + timedelta(minutes=1), tick=False):
        page = client.get(dr_imani.get_absolute_url())
    assert way not in page.content.decode()
    assert "No free times for this kind of visit at present." in words(page)


def test_the_profile_lists_published_treatments_with_year_and_device(client, dr_imani):
    device = {"device_en": "Diamond tip", "device_zh_hant": "鑽石頭"}
    dr_imani.offerings.create(treatment=desk.treatment(published_from=scene.NOW), since_year=2019, **device)
    dr_imani.offerings.create(treatment=desk.treatment(name="Secret peel"))
    page = words(client.get(dr_imani.get_absolute_url()))
    assert "Polish since 2019 · Diamond tip" in page
    assert "Secret peel" not in page
    with override("zh-hant"):
        assert "鑽石頭" in words(client.get(dr_imani.get_absolute_url()))


def test_reviews_show_count_distribution_and_the_newest_first(client, dr_imani):
    street.reviewed(dr_imani, 5, 5, 2)
    street.reviewed(dr_imani, 1, state=ReviewState.PENDING)
    page = client.get(dr_imani.get_absolute_url())
    assert page.context["said"].practitioner.counts == {5: 2, 2: 1}
    assert [review.stars for review in page.context["said"].page] == [2, 5, 5]
    assert "visited in April 2027" in words(page)
    assert "Words of 1 stars." not in words(page)


def test_the_lowest_reviews_can_be_read_first_and_page_by_page(client, dr_imani):
    street.reviewed(dr_imani, *([5] * 10), 1)
    assert client.get(dr_imani.get_absolute_url(), {"order": "lowest"}).context["said"].page[0].stars == 1
    assert len(client.get(dr_imani.get_absolute_url(), {"page": "2"}).context["said"].page) == 1


@pytest.mark.parametrize("reviews", [1, 30])
def test_a_profile_costs_the_same_queries_however_much_there_is(client, dr_imani, django_assert_num_queries, reviews):
    street.reviewed(dr_imani, *([4] * reviews))
    for _ in range(reviews):
        dr_imani.offerings.create(treatment=desk.treatment(published_from=scene.NOW))
    with django_assert_num_queries(12):
        client.get(dr_imani.get_absolute_url())


def test_looking_at_people_leaves_no_session(client, dr_imani):
    for address in (LIST, dr_imani.get_absolute_url()):
        assert not client.get(address).cookies
    assert not Session.objects.exists()
