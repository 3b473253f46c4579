"""Staff who depart from the rules all at once, while patients hold the same time: one of them has it in the end."""

import pytest

from clinic.accounts.roles import Role
from consultations.models import Consultation, Status
from tests import factories
from tests.cast import TUESDAY, signed_in
from tests.factories import at
from tests.races.conftest import Town, presses
from tests.races.crowd import race, session_of, tally

pytestmark = pytest.mark.usefixtures("calm")

WHY = "She flies home tonight."


def test_a_time_between_the_times_goes_to_the_desk_or_to_a_patient_and_never_to_both(live_server) -> None:
    town = Town(live_server, practitioners=1, rooms=2)
    (imani,) = town.people
    sam = session_of(signed_in(factories.user("sam@clinic.test", Role.STAFF)))
    at_ten_past = f"kind={town.kinds[0].code}&practitioner={imani.slug}&day={TUESDAY}&time=14:10"
    staff = [(sam, presses(f"/reception/book/other-time/?{at_ten_past}", reason=WHY)) for _ in range(6)]
    answers = race(live_server.url, [*town.visitors("14:00", 12), *staff])
    assert tally(answers) == {302: 1, 409: 17}
    held = Consultation.objects.get(status=Status.HELD)
    assert held.starts in {at("14:00", TUESDAY), at("14:10", TUESDAY)}
