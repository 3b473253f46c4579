"""Everybody wants the same thing at the same moment. One gets it, the others are told at once and shown other times."""

from random import Random

import pytest

from consultations.models import Consultation, Status
from tests.cast import TUESDAY
from tests.factories import at
from tests.races.conftest import Town
from tests.races.crowd import Answer, race, tally

pytestmark = pytest.mark.usefixtures("calm")

CROWD = 50
TWO = at("14:00", TUESDAY)


def assert_one_won(answers: list[Answer], winners: int = 1) -> None:
    assert tally(answers) == {302: winners, 409: len(answers) - winners}
    assert Consultation.objects.filter(status=Status.HELD, starts__gte=TWO).count() == winners
    for lost in answers:
        if lost.status == 409:
            assert "just been taken" in lost.body
            assert lost.other_times == 3


def test_of_fifty_who_want_one_time_one_gets_it_and_nobody_waits_longer_than_the_work_takes(live_server) -> None:
    town = Town(live_server, practitioners=1, rooms=1)
    alone = [race(live_server.url, town.visitors("12:00", 1))[0] for _ in range(4)]  # one hold and three refusals
    assert tally(alone) == {302: 1, 409: 3}
    answers = race(live_server.url, town.visitors("14:00", CROWD))
    assert_one_won(answers)
    # All threads of the test share one processor; a pause that comes on top is a lock that somebody forgot.
    assert max(answer.seconds for answer in answers) <= 2 * CROWD * max(answer.seconds for answer in alone)


def test_of_fifty_who_want_overlapping_times_of_different_lengths_one_gets_it(live_server) -> None:
    town, dice = Town(live_server, practitioners=1, rooms=1), Random(7)
    walls = ["14:00", "14:05", "14:10", "14:15", "14:20", "14:25"]  # any two of these visits meet
    answers = race(
        live_server.url,
        [town.visitor(at(dice.choice(walls), TUESDAY), kind=dice.choice(town.kinds)) for _ in range(CROWD)],
    )
    assert_one_won(answers)


@pytest.mark.parametrize("rooms", [1, 2])
def test_practitioners_who_share_rooms_see_as_many_at_once_as_there_are_rooms(live_server, rooms) -> None:
    town = Town(live_server, practitioners=5, rooms=rooms)
    each_their_own = [runner for who in town.people for runner in town.visitors("14:00", 6, who=who)]
    assert_one_won(race(live_server.url, each_their_own), winners=rooms)


def test_anyone_is_found_for_as_many_as_there_are_practitioners(live_server) -> None:
    town = Town(live_server, practitioners=3, rooms=3)
    assert_one_won(race(live_server.url, town.visitors("14:00", 24)), winners=3)
