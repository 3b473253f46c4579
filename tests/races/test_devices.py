"""One laser, several practitioners and rooms: whoever comes first has it, and nobody shares it."""

import pytest

from consultations.models import Consultation, Status
from tests import factories
from tests.cast import TUESDAY
from tests.factories import at
from tests.overlaps import overlapping
from tests.races.conftest import Town
from tests.races.crowd import race, tally
from tests.races.test_control import WALLS, without_the_rules
from tests.races.test_one_time import assert_one_won

CROWD = 24


def town_with(live_server, lasers: int) -> Town:
    """Two practitioners and two rooms, so that only the laser can be in two places."""
    town = Town(live_server, practitioners=2, rooms=2)
    for number in range(lasers):
        factories.device(town.central, f"Laser {number + 1}")
    first = town.kinds[0]
    first.device_kind = factories.device_kind()
    first.save()
    return town


def half_each(town: Town, wall: str):
    return [runner for who in town.people for runner in town.visitors(wall, CROWD // 2, who=who)]


@pytest.mark.usefixtures("calm")
@pytest.mark.parametrize("lasers", [1, 2])
def test_of_a_crowd_before_two_practitioners_as_many_get_in_as_there_are_lasers(live_server, lasers) -> None:
    town = town_with(live_server, lasers)
    assert_one_won(race(live_server.url, half_each(town, "14:00")), winners=lasers)
    held = Consultation.objects.filter(status=Status.HELD, starts=at("14:00", TUESDAY))
    assert held.values("device").distinct().count() == lasers


def test_without_the_rules_the_same_crowd_shares_the_laser(live_server) -> None:
    town = town_with(live_server, 1)
    with without_the_rules():
        assert any(tally(race(live_server.url, half_each(town, wall)))[302] > 1 for wall in WALLS)
        assert "device_id" in {key for key, _one, _other in overlapping()}
