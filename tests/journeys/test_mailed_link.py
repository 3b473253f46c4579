"""Behind the mailed link: looking changes nothing, every button is a form, and the terms stand before it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from clinic.outbox.models import OutboundMessage
from consultations import visits
from consultations.models import Cancelled, Consultation, ConsultationEvent, Kind, Status
from tests.cast import BOB_ASKS, TUESDAY, Cast
from tests.consultations.bookings import cancel, confirm, fresh, hold, mails, move
from tests.factories import NOW, at
from tests.journeys.visitor import sentences

MINUTE = timedelta(minutes=1)
LINK = re.compile(r"http://127\.0\.0\.1:8000(/visit/\S+/)")


@pytest.fixture
def visit(cast: Cast) -> Consultation:
    """Bob's, with dr_reyes on Tuesday at eleven, booked on Monday at nine."""
    return cast.bobs_visit


@pytest.fixture
def link(visit: Consultation) -> str:
    found = LINK.search(mails(visit)[0].text or "")
    assert found
    return found[1]


def wants(wall: str) -> dict[str, str]:
    return {"starts": f"{at(wall, TUESDAY):%Y-%m-%dT%H:%M}Z"}


def written() -> tuple[Any, ...]:
    return ConsultationEvent.objects.count(), OutboundMessage.objects.count(), list(Consultation.objects.values())


def test_opening_every_page_behind_the_link_changes_nothing(visitor: Client, link) -> None:
    before = written()
    for page in ("", "move/", "cancel/", "calendar.ics"):
        assert visitor.get(f"{link}{page}").status_code == 200
        assert visitor.head(f"{link}{page}").status_code == 200
    assert visitor.get(f"{link}undo/").status_code == 405
    assert written() == before


def test_the_page_shows_when_where_and_with_whom_and_nothing_about_health(visitor, link, visit) -> None:
    page = sentences(visitor.get(link))
    for words in ("Tuesday 4 May, 11:00", "1 Example Road", "Dr Reyes", visit.reference):
        assert words in page
    for words in (BOB_ASKS, "Microneedling", "Enlarged pores", visit.patient.full_name):
        assert words not in page


def test_what_a_change_costs_stands_before_each_button(visitor, link, monday) -> None:
    for page, what in (("", "Moving or cancelling"), ("move/", "Moving"), ("cancel/", "Cancelling")):
        shown = sentences(visitor.get(f"{link}{page}"))
        assert f"{what} costs nothing until Monday 3 May, 11:00" in shown
    monday.move_to(at("09:00", TUESDAY))
    late = {"": "Moving or cancelling now is late", "move/": "Moving is late now", "cancel/": "Cancelling is late now"}
    for page, what in late.items():
        assert f"{what} and costs HK$300" in sentences(visitor.get(f"{link}{page}"))


def test_a_move_is_told_on_the_page_and_by_mail_and_once_only(visitor, link, visit) -> None:
    for _ in range(2):
        assert visitor.post(f"{link}move/", wants("15:00"))["Location"] == link
    assert (fresh(visit).starts, fresh(visit).ics_sequence) == (at("15:00", TUESDAY), 1)
    page = sentences(visitor.get(link))
    assert "Your consultation has a new time" in page
    assert "Tuesday 4 May, 15:00" in page
    assert [mail.subject for mail in mails(visit)] == ["Your consultation has a new time"]


def test_who_loses_the_new_time_sees_the_nearest_others_and_keeps_the_old_one(visitor, link, visit) -> None:
    hold("15:00", visit.practitioner)
    lost = visitor.post(f"{link}move/", wants("15:00"))
    assert lost.status_code == 409
    assert [slot.starts for slot in lost.context["nearest"]] == [at(w, TUESDAY) for w in ("14:00", "14:30", "15:30")]
    assert fresh(visit).starts == at("11:00", TUESDAY)


def test_only_times_that_suit_the_patient_as_well_are_offered(visitor, link, visit, cast) -> None:
    confirm(hold("15:00", cast.dr_imani.practitioner), visit.patient)
    lost = visitor.post(f"{link}move/", wants("15:00"))
    assert lost.status_code == 409
    assert at("15:00", TUESDAY) not in [slot.starts for slot in lost.context["nearest"]]


def test_a_cancellation_is_asked_for_once_more_and_done_once(visitor, link, visit) -> None:
    assert "Cancel the consultation?" in sentences(visitor.get(f"{link}cancel/"))
    for _ in range(2):
        assert visitor.post(f"{link}cancel/")["Location"] == link
    assert (fresh(visit).status, fresh(visit).cancelled_by) == (Status.CANCELLED, Cancelled.BY_PATIENT)
    assert [mail.subject for mail in mails(visit)] == ["Your consultation is cancelled"]
    page = sentences(visitor.get(link))
    assert "Undo the cancellation" in page
    assert "Book a new consultation" in page


def test_whoever_is_said_not_to_have_come_is_led_on_as_well(visitor, link, visit, cast, monday) -> None:
    monday.move_to(at("11:30", TUESDAY))
    visits.no_show(actor=cast.sam, consultation=visit, now=at("11:30", TUESDAY))
    page = sentences(visitor.get(link))
    assert "No-show" in page
    assert "Book a new consultation" in page


def test_a_cancellation_is_undone_by_a_button_for_a_quarter_of_an_hour(visitor, link, visit, monday) -> None:
    visitor.post(f"{link}cancel/")
    monday.shift(14 * MINUTE)
    assert visitor.post(f"{link}undo/")["Location"] == link
    assert "Your consultation stands again" in sentences(visitor.get(link))
    visitor.post(f"{link}cancel/")
    monday.shift(15 * MINUTE)
    assert "Undo the cancellation" not in sentences(visitor.get(link))
    assert visitor.post(f"{link}undo/").status_code == 409


def test_an_undo_that_comes_after_somebody_elses_hold_is_refused_in_words(visitor, link, visit) -> None:
    visitor.post(f"{link}cancel/")
    hold("11:00", visit.practitioner)
    refused = visitor.post(f"{link}undo/")
    assert refused.status_code == 409
    assert "This time has just been taken" in sentences(refused)
    assert fresh(visit).status == Status.CANCELLED


def test_an_old_link_to_a_cancelled_visit_explains_and_offers_to_book_anew(visitor, link, visit) -> None:
    cancel(visit, by=Cancelled.BY_CLINIC)
    page = sentences(visitor.get(link))
    assert "Cancelled" in page
    assert "Book a new consultation" in page
    for change in ("move/", "cancel/"):
        assert visitor.post(f"{link}{change}", wants("15:00"))["Location"] == link
    assert fresh(visit).starts == at("11:00", TUESDAY)


def test_after_the_visit_has_begun_the_page_asks_to_call(visitor, link, monday) -> None:
    monday.move_to(at("11:00", TUESDAY))
    assert "please call +852 5550 0100" in sentences(visitor.get(link))
    for change in ("move/", "cancel/"):
        assert visitor.post(f"{link}{change}", wants("15:00"))["Location"] == link


def test_a_link_ends_a_day_after_the_visit_and_a_wrong_one_never_began(visitor, link, monday) -> None:
    monday.move_to(at("11:29", TUESDAY + timedelta(days=1)))
    assert visitor.get(link).status_code == 200
    monday.move_to(at("11:30", TUESDAY + timedelta(days=1)))
    assert visitor.get(link).status_code == 410
    assert visitor.get("/visit/not-a-link/").status_code == 404


def test_the_calendar_file_is_the_entry_as_it_stands(visitor, link, visit) -> None:
    move(visit, "15:00")
    moved = visitor.get(f"{link}calendar.ics")
    assert moved["Content-Type"] == "text/calendar; charset=utf-8; method=REQUEST"
    assert b"SEQUENCE:1" in moved.content
    assert b"DTSTART:20270504T070000Z" in moved.content
    cancel(visit)
    cancelled = visitor.get(f"{link}calendar.ics")
    assert cancelled["Content-Type"].endswith("method=CANCEL")
    assert b"STATUS:CANCELLED" in cancelled.content


def test_no_page_behind_the_link_says_whose_visit_it_is(visitor, link, visit, cast) -> None:
    """A page of another product told name, address and number to whoever had the link."""
    Consultation.objects.filter(pk=visit.pk).update(moved_by_clinic_at=NOW)
    cards = [visit.patient.full_name, "Bob", cast.bob.email, visit.patient.phone, "1979", "Microneedling"]
    for page in ("", "move/", "cancel/", "earlier/", "propose/"):
        shown = visitor.get(f"{link}{page}")
        assert shown.status_code == 200, page
        for card in cards:
            assert card not in shown.content.decode(), (page, card)


def test_time_kept_for_clean_up_is_nowhere_told_as_part_of_the_visit(visitor, link, visit) -> None:
    Kind.objects.update(minutes_after=20)
    move(fresh(visit), "15:00")
    assert fresh(visit).blocked_until == at("15:50", TUESDAY)
    assert "15:00 to 15:30" in sentences(visitor.get(link))
    assert "30 minutes" in (mails(visit)[-1].text or "")
    file = visitor.get(f"{link}calendar.ics").content
    assert b"DTSTART:20270504T070000Z" in file
    assert b"DTEND:20270504T073000Z" in file


def test_a_request_can_be_withdrawn_and_not_moved(visitor, visit, cast) -> None:
    Kind.objects.update(mode="request")
    asked = confirm(hold("15:00", visit.practitioner), cast.alices_visit.patient)
    found = LINK.search(mails(asked)[0].text or "")
    assert found
    assert "Withdraw the request" in sentences(visitor.get(found[1]))
    assert visitor.post(f"{found[1]}move/", wants("16:00"))["Location"] == found[1]
    assert visitor.post(f"{found[1]}cancel/")["Location"] == found[1]
    assert fresh(asked).status == Status.CANCELLED


def test_a_link_whose_visit_is_long_over_says_so_and_leads_on(visitor, link, visit, monday) -> None:
    monday.move_to(visit.ends + timedelta(days=1, minutes=1))
    for page in ("", "move/", "cancel/", "propose/", "earlier/", "calendar.ics"):
        answer = visitor.get(f"{link}{page}")
        assert answer.status_code == 410
        assert "This link is over" in sentences(answer)
        assert visit.reference not in sentences(answer)
    assert visitor.get("/visit/nobody-has-sent-this/").status_code == 404


def test_a_visit_by_phone_names_no_place_to_go_to(visitor, link, visit) -> None:
    Kind.objects.update(code="phone")
    page, file = sentences(visitor.get(link)), visitor.get(f"{link}calendar.ics").content.decode()
    assert "calls you on the number you gave us" in page
    assert "1 Example Road" not in page
    assert "1 Example Road" not in file
