"""Short ways at the desk: to a day, to an arrival, back to the view one came from; and none to the wrong patient."""

import re
from datetime import timedelta

import pytest

from consultations.models import Consultation
from tests import factories
from tests.cast import TUESDAY, signed_in
from tests.consultations.bookings import fresh
from tests.factories import at

TEN = at("10:00", TUESDAY)


@pytest.fixture
def held(as_sam):
    """A time that the desk has just held for a caller."""
    as_sam.post("/reception/book/?kind=first_visit&practitioner=dr-imani", {"starts": "2027-05-04T06:00Z"})
    return Consultation.objects.get(status="held")


def test_any_day_is_reached_by_its_date_and_the_view_stays(as_sam) -> None:
    page = as_sam.get("/reception/?by=room").text
    assert 'type="date" id="on" name="day"' in page
    assert '<input type="hidden" name="by" value="room">' in page
    page = as_sam.get(f"/reception/?by=room&day={TUESDAY}&location=").text
    assert "Tuesday 4 May" in page
    assert "The day by room." in page


def test_an_arrival_is_noted_in_the_grid_of_today_and_leads_back_to_the_same_view(sam, alices_visit, monday) -> None:
    monday.move_to(TEN - timedelta(minutes=5))
    desk = signed_in(sam)
    grid = desk.get("/reception/?by=room").text.split("day-grid__table")[1].split("</table>")[0]
    assert f'formaction="/reception/{alices_visit.reference}/change/"' in grid
    sent = {"change": "arrived", "back": "day", "by": "room", "location": "central"}
    answer = desk.post(f"/reception/{alices_visit.reference}/change/", sent)
    assert answer.headers["Location"] == f"/reception/?day={TUESDAY}&by=room&location=central"
    assert fresh(alices_visit).status == "arrived"
    grid = desk.get("/reception/").text.split("day-grid__table")[1].split("</table>")[0]
    assert f'formaction="/reception/{alices_visit.reference}/change/"' not in grid


def test_nobody_arrives_in_the_grid_of_another_day(as_sam) -> None:
    grid = as_sam.get(f"/reception/?day={TUESDAY}").text.split("day-grid__table")[1].split("</table>")[0]
    assert "formaction" not in grid


def test_of_several_patients_none_is_chosen_for_the_desk_and_a_phone_number_tells_them_apart(as_sam, held) -> None:
    factories.patient("Alice Wong", factories.user("other@patients.test"), phone="+852 5550 7777")
    page = as_sam.get(f"/reception/book/{held.reference}/?q=alice").text
    radios = re.findall(r'<input type="radio" name="patient"[^>]*>', page)
    assert len(radios) == 2
    assert [radio for radio in radios if "checked" in radio] == []
    assert all(" required" in radio for radio in radios)
    assert "alice@patients.test · +852 5550 7001" in page
    assert "other@patients.test · +852 5550 7777" in page
    page = as_sam.get(f"/reception/book/{held.reference}/?q=bob").text
    assert [radio for radio in re.findall(r'<input type="radio" name="patient"[^>]*>', page) if "checked" in radio]
