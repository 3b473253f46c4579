"""A thousand want fifty times at the same moment, from the site as it is run: fifty get one, all others other times."""

from collections import Counter
from datetime import datetime, timedelta
from itertools import product
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import timezone

from consultations import drafts
from consultations.models import Consultation, Kind, Status
from practitioners.models import Practitioner
from tests import factories
from tests.clinic.test_outbox_kill import wait_until
from tests.factories import HONG_KONG, at
from tests.overlaps import overlapping
from tests.races.conftest import wants
from tests.races.crowd import Race, rush, session_with, tally
from tests.races.running import House, Post

PATIENCE_SECONDS = 120
PRACTITIONERS, STARTS, OF_EACH = 5, 10, 20


@pytest.fixture(autouse=True)
def _monday() -> None:
    """It is now: other processes have clocks of their own."""


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_of_a_thousand_who_want_fifty_times_fifty_get_one_and_the_others_other_times(tmp_path: Path) -> None:
    now = timezone.now()
    kind, people = a_clinic()
    day = now.astimezone(HONG_KONG).date() + timedelta(days=5)
    opens = at("10:00", day)
    times = [opens + n * timedelta(minutes=30) for n in range(STARTS)]
    crowd = [visitor(kind, who, starts, now) for who, starts in [*product(people, times)] * OF_EACH]
    with Post().listening() as post:
        house = House(post, tmp_path)
        try:
            house.open()
            wait_until(house.is_well, PATIENCE_SECONDS)
            answers = rush(house.url, crowd)
        finally:
            house.close()
    assert tally(answers) == {302: 50, 409: 950}
    assert Counter(answer.other_times for answer in answers) == {0: 50, 3: 950}
    held = Consultation.objects.filter(status=Status.HELD).values_list("practitioner", "starts")
    assert Counter(held) == Counter((who.pk, starts) for who, starts in product(people, times))
    assert overlapping() == []
    assert "Traceback" not in house.log.read_text()


def a_clinic() -> tuple[Kind, list[Practitioner]]:
    """Practitioners who work all day, each with a room."""
    factories.clinic()
    factories.in_force()
    factories.consent_texts()
    factories.concern()
    central, kind = factories.location(), factories.kind(step_minutes=30)
    people = [factories.practitioner(f"Dr {number}", kind) for number in range(PRACTITIONERS)]
    for who in people:
        factories.room(central, f"Room of {who.name}")
        factories.hours(who, central)
    return kind, people


def visitor(kind: Kind, who: Practitioner, starts: datetime, now: datetime) -> tuple[str, Race]:
    """Somebody before the page of times, who wants this one."""
    with transaction.atomic():
        draft, secret = drafts.begin(now=now)
        drafts.keep(draft=draft, now=now, **factories.chosen(who, at_kind=kind))
        return session_with(draft=secret), wants(starts)
