"""Stories as a visitor reads them: by which rule, under which law, narrowed how far, at what price."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clinic.premises.models import Clinic
from consultations import picture_consents
from consultations.models import Scope
from practitioners import stories
from practitioners.models import Angle, Practitioner, ReviewState, SkinBand, Story, StoryPair, WithheldFor
from tests import factories, pictures
from tests.consultations import photo_scene
from tests.factories import NOW
from treatments.models import Treatment

PAGE = "/stories/"
SAYS = photo_scene.SAYS
WORDS_RULE = "do not let it show what patients say of their results"
PICTURES_RULE = "do not let it show pictures from before and after"


@pytest.fixture
def story(cast) -> Story:
    return photo_scene.course(cast).shown(cast.sam)


@pytest.fixture
def picture(story) -> str:
    return f"/stories/{StoryPair.objects.get().pk}/after/"


def many(count: int, *, band: str = "", treatment: Treatment | None = None) -> None:
    """Stories without a patient behind them, as the public side knows them."""
    who = Practitioner.objects.get(slug="dr-imani")
    by = factories.user(f"moderator-{count}-{band}@clinic.test")
    small = pictures.jpeg(size=(40, 30))
    for number in range(count):
        told = NOW - timedelta(days=number + 1)
        about = treatment or Treatment.objects.get(slug="microneedling")
        story = pictures.story(who, about, now=told, text=f"Story {number}", skin_band=band)
        stories.publish(actor=by, story=story, now=NOW)
        shot = stories.Shot(Angle.FRONT, small, small, 2, 40, photo_scene.ALL_THREE, "Dr Imani", NOW)
        stories.show(story=story, shot=shot)


def place(code: str) -> None:
    Clinic.objects.update(jurisdiction=code)


def test_a_card_says_what_can_be_checked(visitor, story):
    page = visitor.get(PAGE).text
    for said in (SAYS, "Alice", "After 3 sessions, 76 days after the last", "90 days after the last session"):
        assert said in page
    assert "Same angle, same light, unedited: Dr Imani" in page
    assert "Nothing was stated" in page
    assert "By nobody. Every story is shown" in page
    assert "Told and not taken back: 1. Published: 1." in page
    assert "Pictures show one person each." in page
    assert "Each review is one person" in page
    assert "Wong" not in page


def test_a_picture_is_for_everybody_and_asked_for_anew_each_time(visitor, picture, as_alice):
    answer = visitor.get(picture)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/jpeg")
    assert answer.headers["Cache-Control"] == "public, no-cache"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert pictures.PLACE not in answer.content
    assert visitor.get(picture, headers={"if-none-match": answer.headers["ETag"]}).status_code == 304
    assert as_alice.get(picture).headers["Cache-Control"] == "no-store, private"
    assert visitor.get(picture.replace("after", "digest")).status_code == 404


def test_nothing_is_shown_that_no_moderator_has_published(cast, visitor, as_sam):
    course = photo_scene.course(cast)
    course.pair()
    course.agree(Scope.PUBLIC, photo_scene.UNTIL)
    story = course.tell()
    picture = f"/stories/{StoryPair.objects.get().pk}/before/"
    for state in (ReviewState.PENDING, ReviewState.WITHHELD):
        if state == ReviewState.WITHHELD:
            stories.withhold(actor=cast.sam, story=story, reason=WithheldFor.ABUSE, now=NOW)
        assert SAYS not in visitor.get(PAGE).text
        assert visitor.get(picture).status_code == 404
        assert as_sam.get(picture).status_code == 200
    page = visitor.get(PAGE).text
    assert "Told and not taken back: 1. Published: 0. Withheld: Threats or abuse (1)." in " ".join(page.split())


def test_what_is_taken_back_is_gone_from_every_page_at_once(cast, visitor, story, picture):
    """The shop window included: it holds the way to the stories and never one of them."""
    etag = visitor.get(picture).headers["ETag"]
    for page in (PAGE, "/treatments/microneedling/", "/practitioners/dr-imani/"):
        visitor.get(page)
    patient = cast.alices_visit.patient
    picture_consents.withdraw(actor=cast.alice, patient=patient, scope=Scope.PUBLIC, now=NOW)
    for page in (PAGE, "/treatments/microneedling/", "/practitioners/dr-imani/", "/"):
        text = visitor.get(page).text
        assert SAYS not in text
        assert picture not in text
    assert visitor.get(picture).status_code == 404
    assert visitor.get(picture, headers={"if-none-match": etag}).status_code == 404


def test_the_last_day_is_the_last(visitor, story, picture, monday):
    until = story.shown_until
    monday.move_to(factories.at("23:30", until))
    assert SAYS in visitor.get(PAGE).text
    assert visitor.get(picture).status_code == 200
    monday.move_to(factories.at("00:30", until + timedelta(days=1)))
    assert Story.objects.exists()
    assert SAYS not in visitor.get(PAGE).text
    assert visitor.get(picture).status_code == 404


def test_the_treatment_and_the_practitioner_lead_to_their_stories(visitor, story):
    for page, wish in (
        ("/treatments/microneedling/", "treatment=microneedling"),
        ("/practitioners/dr-imani/", "practitioner=dr-imani"),
    ):
        text = visitor.get(page).text
        assert "1 patient tells how it went" in text
        assert f'href="/stories/?{wish}"' in text
        assert SAYS in visitor.get(f"/stories/?{wish}").text
    assert "tells how it went" not in visitor.get("/practitioners/dr-reyes/").text


# --- the rules of the place -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "words", "shown"),
    [("HK", True, True), ("GB", True, True), ("US", True, True), ("EU", True, False), ("AU", False, True)],
)
def test_the_rules_of_the_place_say_what_is_shown(visitor, story, picture, code, words, shown):
    place(code)
    page = visitor.get(PAGE).text
    assert (SAYS in page) is words
    assert (WORDS_RULE in page) is not words
    assert (picture in page) is shown
    assert (PICTURES_RULE in page) is not shown
    assert ("Pictures show one person each." in page) is shown
    assert ("Each review is one person" in page) is words
    assert visitor.get(picture).status_code == (200 if shown else 404)


@pytest.mark.parametrize("code", ["TW", "custom"])
def test_where_nothing_may_be_shown_nothing_is(visitor, story, picture, code):
    place(code)
    page = visitor.get(PAGE).text
    assert "Stories are not shown here" in page
    assert SAYS not in page
    assert "Alice" not in page
    assert visitor.get(picture).status_code == 404
    for other in ("/treatments/microneedling/", "/practitioners/dr-imani/"):
        assert "tells how it went" not in visitor.get(other).text


def test_where_only_pictures_may_be_shown_a_story_without_them_is_not(cast, visitor):
    course = photo_scene.course(cast)
    course.agree(Scope.PUBLIC, photo_scene.UNTIL)
    stories.publish(actor=cast.sam, story=course.tell(show=False), now=NOW)
    place("AU")
    assert "Nobody has told a story yet" in visitor.get(PAGE).text


# --- narrowing --------------------------------------------------------------------------------------------------------


def test_an_empty_page_explains_itself(visitor):
    page = visitor.get(PAGE).text
    assert "Nobody has told a story yet" in page
    assert "<select" not in page


def test_skin_types_of_fewer_than_five_are_no_group(cast, visitor):
    many(4, band=SkinBand.DARK)
    assert "Skin like mine" not in visitor.get(PAGE).text
    many(5, band=SkinBand.MEDIUM)
    page = visitor.get(PAGE).text
    assert "Skin types III and IV (5)" in page
    assert "Skin types V and VI (" not in page
    assert "All others" not in page
    assert "9 stories" in visitor.get(f"{PAGE}?skin=5-6").text


def test_the_small_groups_are_one(cast, visitor):
    many(5, band=SkinBand.MEDIUM)
    many(3, band=SkinBand.DARK)
    many(2)
    assert "All others (5)" in visitor.get(PAGE).text
    assert "5 stories" in visitor.get(f"{PAGE}?skin=other").text
    assert "5 stories" in visitor.get(f"{PAGE}?skin=3-4").text


def test_a_skin_type_and_a_treatment_together_single_nobody_out(cast, visitor):
    many(5, band=SkinBand.MEDIUM)
    many(2, band=SkinBand.MEDIUM, treatment=factories.treatment("peel_superficial", "peels"))
    page = visitor.get(f"{PAGE}?skin=3-4&treatment=peel-superficial").text
    assert "not shown apart" in page
    assert "2 stories" in page
    assert "7 stories" in visitor.get(f"{PAGE}?skin=3-4").text
    assert "7 stories" in visitor.get(f"{PAGE}?treatment=nonsense&page=99").text


@pytest.mark.parametrize("count", [1, 12])
def test_the_page_costs_the_same_for_one_story_and_for_twelve(cast, visitor, django_assert_num_queries, count):
    many(count)
    with django_assert_num_queries(8):
        assert visitor.get(PAGE).status_code == 200


def test_the_page_never_reads_the_bytes(cast, visitor):
    many(3)
    with CaptureQueriesContext(connection) as asked:
        visitor.get(PAGE)
    read = [query["sql"] for query in asked if '"before"' in query["sql"].split("FROM")[0]]
    assert read == []
