"""Two who change the hours of one practitioner at once: nobody works twice at the same time."""

from datetime import time

import pytest

from clinic.accounts.roles import Role
from practitioners.models import WorkingHours
from tests import factories
from tests.cast import signed_in
from tests.clinic import desk
from tests.practitioners.test_roster import hours, the_page, week
from tests.races.conftest import presses
from tests.races.crowd import race, session_of, tally

pytestmark = pytest.mark.usefixtures("calm")

THUMB = 8


def test_of_overlapping_rows_that_are_saved_at_once_one_is_written(live_server) -> None:
    who, central, sam = desk.practitioner(), desk.location(), factories.user("sam@clinic.test", Role.STAFF)
    session = session_of(signed_in(sam))
    sent = {name: str(value) for name, value in week(hours(central, "09:00", "13:00")).items()}
    answers = race(live_server.url, [(session, presses(the_page(who), **sent)) for _ in range(THUMB)])
    assert tally(answers) == {302: 1, 200: THUMB - 1}
    assert list(WorkingHours.objects.values_list("opens", "closes")) == [(time(9), time(13))]
