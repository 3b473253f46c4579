"""A patient takes everything back while others file, pair, tell and publish: what comes second finds nothing to do."""

import pytest
from django.test import Client

from consultations.models import Pair, Photograph, PictureConsent, Scope, Shows, ToldStory
from practitioners.models import ReviewState, Story, StoryPair
from tests.cast import Cast, enter, signed_in
from tests.consultations import photo_scene
from tests.consultations.photo_scene import Course
from tests.races.conftest import presses
from tests.races.crowd import race, session_of, tally

pytestmark = pytest.mark.usefixtures("calm")


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return enter()


@pytest.fixture
def course(cast: Cast) -> Course:
    return photo_scene.course(cast)


def withdraws(course: Course, scope: Scope):
    return presses(f"/my/{course.last.reference}/photographs/withdraw/", scope=scope)


def rows() -> list[int]:
    return [model.objects.count() for model in (Photograph, Pair, Story, StoryPair, ToldStory)]


@pytest.mark.parametrize("scope", [Scope.PUBLIC, Scope.RECORD])
def test_withdrawn_while_it_is_published_it_is_gone(live_server, cast: Cast, course: Course, scope) -> None:
    course.pair()
    course.agree(Scope.PUBLIC, photo_scene.UNTIL)
    story = course.tell()
    alice, sam, owner = (session_of(signed_in(who)) for who in (cast.alice, cast.sam, cast.owner))
    publish = presses(f"/moderation/stories/{story.pk}/", decision="publish")
    errands = [(alice, withdraws(course, scope)), (sam, publish), (owner, publish)] * 2
    assert set(tally(race(live_server.url, errands))) <= {302, 404, 409}
    assert rows() == ([2, 1, 0, 0, 0] if scope == Scope.PUBLIC else [0, 0, 0, 0, 0])
    assert Client().get("/stories/").text.count('class="card story-card"') == 0


def test_withdrawn_while_it_is_told_nothing_stands_without_a_consent(live_server, cast: Cast, course: Course) -> None:
    course.pair()
    course.agree(Scope.PUBLIC, photo_scene.UNTIL)
    alice = session_of(signed_in(cast.alice))
    said = {"treatment": str(course.sessions[0].performed.get().treatment_id), "text": "Finer.", "author": "Alice"}
    tell = presses(f"/my/{course.last.reference}/story/", **said, pictures="on", sure="yes")
    answers = race(live_server.url, [(alice, tell), (alice, withdraws(course, Scope.RECORD)), (alice, tell)])
    assert tally(answers) == {302: 3}
    assert rows() == [0, 0, 0, 0, 0]
    assert not PictureConsent.objects.open().filter(patient=course.patient).exists()


def test_told_by_two_presses_at_once_it_is_told_once(live_server, cast: Cast, course: Course) -> None:
    course.pair()
    course.agree(Scope.PUBLIC, photo_scene.UNTIL)
    alice = session_of(signed_in(cast.alice))
    said = {"treatment": str(course.sessions[0].performed.get().treatment_id), "text": "Finer.", "author": "Alice"}
    tell = presses(f"/my/{course.last.reference}/story/", **said, pictures="on", sure="yes")
    assert tally(race(live_server.url, [(alice, tell)] * 6)) == {302: 6}
    assert rows() == [2, 1, 1, 1, 1]
    assert Story.objects.get().state == ReviewState.PENDING


def test_withdrawn_while_pictures_are_paired_none_is_left(live_server, cast: Cast, course: Course) -> None:
    before = course.photograph(course.sessions[0], Shows.BEFORE)
    after = course.photograph(course.last, Shows.AFTER)
    alice, imani = session_of(signed_in(cast.alice)), session_of(signed_in(cast.dr_imani))
    ticked = {f"pair-{name}": "on" for name in ("same_angle", "same_light", "unedited")}
    chosen = {"pair-before": str(before.pk), "pair-after": str(after.pk), **ticked}
    pair = presses(f"/desk/{course.last.reference}/photographs/pair/", **chosen)
    errands = [(imani, pair), (alice, withdraws(course, Scope.RECORD)), (imani, pair)]
    assert set(tally(race(live_server.url, errands))) <= {302, 409, 422}
    assert rows() == [0, 0, 0, 0, 0]
