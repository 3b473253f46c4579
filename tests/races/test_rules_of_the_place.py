"""Two owners and an impatient thumb: one override of a rule stands, and each decision is logged once."""

import pytest

from clinic.accounts.roles import Role
from clinic.audit.models import Action, AuditEntry
from clinic.premises.law import Matter
from clinic.premises.models import Clinic, LegalOverride
from tests import factories
from tests.cast import signed_in
from tests.races.conftest import presses
from tests.races.crowd import race, session_of, tally

pytestmark = pytest.mark.usefixtures("calm")

PAGE = "/admin/premises/clinic/law/discounts/"
THUMB = 10


def owners() -> list[str]:
    """The sessions of two owners."""
    factories.clinic()
    people = [factories.user(f"{name}@clinic.test", Role.OWNER) for name in ("olivia", "otto")]
    return [session_of(signed_in(each)) for each in people]


def test_the_same_decision_many_times_at_once_is_made_once(live_server) -> None:
    press = presses(PAGE, setting="on", reason="Our lawyer wrote that it is allowed.")
    answers = race(live_server.url, [(session, press) for session in owners() for _ in range(THUMB)])
    assert tally(answers) == {302: 2 * THUMB}
    assert LegalOverride.objects.count() == 1
    assert AuditEntry.objects.filter(action=Action.LAW_OVERRIDDEN).count() == 1


def test_of_two_decisions_at_once_one_stands_and_the_other_is_history(live_server) -> None:
    olivia, otto = owners()
    on = presses(PAGE, setting="on", reason="Our lawyer wrote that it is allowed.")
    modified = presses(PAGE, setting="modified", reason="Only with its terms beside it.")
    assert tally(race(live_server.url, [(olivia, on), (otto, modified)])) == {302: 2}
    (stands,) = LegalOverride.objects.standing()
    assert LegalOverride.objects.count() == 2
    assert Clinic.objects.the().law.setting(Matter.DISCOUNTS) == stands.setting


def test_taking_back_many_times_at_once_is_logged_once(live_server) -> None:
    sessions = owners()
    race(live_server.url, [(sessions[0], presses(PAGE, setting="on", reason="Our lawyer wrote that it is allowed."))])
    answers = race(live_server.url, [(session, presses(f"{PAGE}restore/")) for session in sessions * THUMB])
    assert tally(answers) == {302: 2 * THUMB}
    assert not LegalOverride.objects.standing().exists()
    assert AuditEntry.objects.filter(action=Action.LAW_RESTORED).count() == 1
