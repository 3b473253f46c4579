"""Any story of a clinic's days, told by anyone at any time, keeps the same few promises.

Who does what stands in `stories/`, what always holds in `stories/promises.py`.
"""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from clinic.accounts.roles import Role
from consultations.models import BookingMode, ReminderStep, What
from tests import factories
from tests.consultations.stories.house import House
from tests.examples import examples
from tests.factories import LONG_AGO

STORIES, STEPS = 60, 20
# All of these come about in sixty stories, or the stories have become too short to promise anything.
COMES_ABOUT = {
    *(f"visit: {each}" for each in ("requested", "confirmed", "moved", "reassigned", "cancelled", "restored")),
    *(f"visit: {each}" for each in ("arrived", "completed", "no_show", "expired", "proposed", "not_met", "coming")),
    *(f"waiting: {each}" for each in ("offered", "accepted", "declined", "lapsed", "withdrawn", "served", "paused")),
    *(f"waiting: {each}" for each in ("left", "removed", "over")),
    *(
        f"mail: {each}"
        for each in ("booked", "moved", "cancelled", "reassigned", "request_lapsed", "readdressed", "waitlist_offer")
    ),
    *(f"mail: {each}" for each in What.values),
    *(f"refused: {each}" for each in ("SlotTaken", "MovedOn", "AlreadyThere", "OfferOver", "TooLate")),
    *("proposal: met", "with a device: completed", "audit: rule_departed_from", "taken from visits"),
}


def lay() -> None:
    """Three practitioners, two rooms, one laser, four kinds of visit, three patients and a desk."""
    factories.clinic()
    factories.in_force()
    factories.consent_texts()
    factories.concern()
    central = factories.location()
    for name in ("Room 1", "Room 2"):
        factories.room(central, name)
    factories.device(central)
    usual = {"step_minutes": 10, "notice_hours": 0, "horizon_days": 3}
    kinds = [
        factories.kind("first_visit", **usual, minutes_before=10, minutes_after=20),
        factories.kind("follow_up", **usual, minutes=20, mode=BookingMode.REQUEST),
        factories.kind("video", **usual, minutes=50, room_kind=None),
        factories.kind("treatment_visit", **usual, minutes_after=10, device_kind=factories.device_kind()),
    ]
    for kind in kinds:
        for what, hours in ((What.ANSWERS, 6), (What.COMING, 3), (What.REMINDER, 1)):
            ReminderStep.objects.create(kind=kind, what=what, hours=hours, since=LONG_AGO)
    for name in ("Dr Imani", "Dr Reyes", "Dr Osei"):
        factories.hours(factories.practitioner(name, *kinds), central)
    factories.user("sam@clinic.test", Role.STAFF)
    for name in ("Alice", "Bob", "Carol"):
        factories.patient(name, factories.user(f"{name}@patients.test"))


@pytest.mark.django_db
def test_every_story_keeps_the_promises() -> None:
    lay()
    House.reached.clear()
    told = settings(max_examples=examples(STORIES), stateful_step_count=STEPS, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(House, settings=told)
    if told.derandomize and told.max_examples == STORIES:  # always the same ones: nothing is left to luck
        assert sorted(COMES_ABOUT - set(House.reached)) == []
