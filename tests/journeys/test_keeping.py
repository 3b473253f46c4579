"""A held time is kept longer by one request, without a saved step, an hour in all at most."""

from datetime import timedelta

import pytest

from consultations.models import Consultation
from tests.cast import TUESDAY
from tests.consultations.bookings import hold
from tests.factories import NOW, at
from tests.journeys.visitor import Visitor, sentences

MINUTE = timedelta(minutes=1)


@pytest.fixture
def carol(visitor, cast) -> Visitor:
    return Visitor(visitor).come_to("details")


def mine() -> Consultation:
    found: Consultation = Consultation.objects.get(starts=at("14:00", TUESDAY), draft__isnull=False)
    return found


def test_it_is_kept_for_another_quarter_of_an_hour(carol, monday) -> None:
    monday.shift(12 * MINUTE)
    answer = carol.post("keep/")
    assert "Held until 09:27" in sentences(answer)
    assert mine().held_until == NOW + 27 * MINUTE


def test_after_an_hour_in_all_there_is_no_button_for_it(carol, monday) -> None:
    for _ in range(4):
        assert 'action="/book/keep/"' in carol.get("details/").content.decode()
        monday.shift(13 * MINUTE)
        carol.post("keep/")
    assert mine().held_until == NOW + 60 * MINUTE
    assert 'action="/book/keep/"' not in carol.get("details/").content.decode()


def test_who_has_lost_it_meanwhile_is_told(carol, cast, monday) -> None:
    monday.shift(16 * MINUTE)
    hold("14:00", cast.dr_imani.practitioner, now=NOW + 16 * MINUTE)
    assert "Your time has gone to somebody else" in sentences(carol.post("keep/"))


def test_whoever_holds_nothing_is_led_to_the_beginning(visitor, cast) -> None:
    assert visitor.post("/book/keep/")["Location"] == "/book/"
    assert Visitor(visitor).come_to("when").post("keep/")["Location"] == "/book/"
