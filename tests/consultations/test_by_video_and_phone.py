"""How a visit by video is joined and who calls whom: told to those who take part, and nobody else."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from consultations import booking, feeds, reassigning, reminding
from consultations.models import BookingMode, Consultation, Kind, ReminderStep, What
from consultations.scheduling.invite import Method, calendar_file
from practitioners.models import Practitioner, PractitionerKind
from practitioners.models.profile import joining_address
from tests import factories
from tests.cast import signed_in
from tests.clinic import desk
from tests.consultations import rfc5545
from tests.consultations.bookings import cancel, confirm, fresh, hold, mails, move
from tests.consultations.test_invite import PLAIN
from tests.consultations.test_messages import LINK
from tests.factories import NOW

pytestmark = pytest.mark.django_db
ROOM, OTHER_ROOM = "https://meet.example/room/imani?a=1,2;b=c", "https://meet.example/room/reyes"
SENDS = "The clinic sends the link before the visit."
FULL, ENDS = "5550 7001", "which ends in 01"


@pytest.fixture
def people(cast) -> list[Any]:
    """Dr Imani and Dr Reyes, who are seen by video and call by phone as well; she has a room, he has another."""
    found = list(Practitioner.objects.order_by("pk"))
    for code in ("video", "phone"):
        factories.kind(code, room_kind=None)
        for who in found:
            PractitionerKind.objects.create(practitioner=who, kind=code, fee_minor=60000)
    for who, address in zip(found, (ROOM, OTHER_ROOM), strict=True):
        Practitioner.objects.filter(pk=who.pk).update(video_url=address)
    return list(Practitioner.objects.order_by("pk"))


def booked(cast, who: Practitioner, code: str, **how: Any) -> Consultation:
    return confirm(hold("14:00", who, kind=Kind.objects.get(code=code)), cast.alices_visit.patient, **how)


@pytest.fixture
def video(cast, people) -> Consultation:
    return booked(cast, people[0], "video")


def pages_of(cast, one: Consultation) -> list[str]:
    """The visit as the patient reads it: behind the mailed link, on its own page, and among all of theirs."""
    link = LINK.findall(mails(one)[-1].text or "")[0]
    me = signed_in(cast.alice)
    return [Client().get(link).text, me.get(f"/my/{one.reference}/").text, me.get("/my/").text]


def said(one: Consultation) -> list[str]:
    """The newest mail as text and as HTML."""
    mail = mails(one)[-1]
    return [str(mail.text), str(mail.html)]


def entry(one: Consultation) -> rfc5545.Part:
    return rfc5545.invitation(mails(one)[-1].calendar or "")


# --- by video --------------------------------------------------------------------------------------------------------


def test_the_patient_reads_how_to_join_on_every_page_and_in_every_mail(cast, video) -> None:
    for page in pages_of(cast, video):
        assert f'<a href="{ROOM}" rel="noreferrer">Join the video visit</a>' in page
    for words in said(video):
        assert ROOM in words
    move(video, "15:00")
    for words in said(video):
        assert ROOM in words
    assert "1 Example Road" not in said(video)[0]


def test_calendars_get_the_link_as_the_place_in_words_and_as_a_conference(video) -> None:
    event = entry(video)
    assert event["CONFERENCE"] == ROOM
    assert event.parameters("CONFERENCE") == ";FEATURE=AUDIO,VIDEO;VALUE=URI"
    assert event["LOCATION"] == ROOM.replace(",", "\\,").replace(";", "\\;")
    assert event["DESCRIPTION"].startswith(f"Join by video: {event['LOCATION']}\\n")
    cancel(video)
    assert "meet.example" not in str(mails(video)[-1].calendar)


@given(url=st.from_regex(joining_address.regex, fullmatch=True))
def test_whatever_is_a_joining_address_is_one_to_a_calendar(url) -> None:
    file = calendar_file(replace(PLAIN, location=url, joining_url=url), Method.REQUEST)
    assert rfc5545.invitation(file)["CONFERENCE"] == url


def test_a_visit_at_the_clinic_has_no_conference(cast) -> None:
    for one in (cast.alices_visit, cast.bobs_visit):
        assert "CONFERENCE" not in str(mails(one)[-1].calendar)
        assert "meet.example" not in "".join(said(one))


def test_without_an_address_it_is_booked_and_everybody_reads_what_is_missing(cast, people) -> None:
    Practitioner.objects.update(video_url="")
    one = booked(cast, people[0], "video")
    assert all(SENDS in words for words in (*pages_of(cast, one), *said(one)))
    assert SENDS in entry(one)["DESCRIPTION"].replace("\\,", ",")
    assert "CONFERENCE" not in str(mails(one)[-1].calendar)
    sam, imani = signed_in(cast.sam), signed_in(cast.dr_imani)
    for view in ("practitioner", "list"):
        assert "no link yet" in sam.get(f"/reception/?day=2027-05-04&by={view}").text
    assert "Dr Imani has no joining address." in sam.get(f"/reception/{one.reference}/").text
    assert "No joining address yet" in sam.get(desk.the_list(Practitioner)).text
    assert "no link yet" in imani.get("/desk/?day=2027-05-04").text
    assert "No joining address is entered for you." in imani.get(f"/desk/{one.reference}/").text


def test_the_practitioner_and_the_desk_join_from_brief_day_and_visit(cast, video) -> None:
    imani = signed_in(cast.dr_imani)
    for page in ("/desk/?day=2027-05-04", f"/desk/{video.reference}/"):
        assert f'<a href="{ROOM}" rel="noreferrer">Join' in imani.get(page).text
    assert ROOM in signed_in(cast.sam).get(f"/reception/{video.reference}/").text
    assert "no link yet" not in signed_in(cast.sam).get("/reception/?day=2027-05-04").text
    own_calendar = feeds.written(video.practitioner, now=NOW).replace("\r\n ", "")
    assert f"LOCATION:{entry(video)['LOCATION']}\r\n" in own_calendar


def test_who_takes_the_visit_over_is_joined_in_their_own_room(cast, people, video) -> None:
    reassigning.reassign(actor=cast.sam, consultation=video, practitioner=people[1], now=NOW)
    for words in (*said(fresh(video)), *pages_of(cast, fresh(video))):
        assert OTHER_ROOM in words
        assert ROOM not in words
    assert (entry(video)["CONFERENCE"], entry(video)["SEQUENCE"]) == (OTHER_ROOM, "1")


def test_a_link_that_changes_after_booking_is_the_new_one_on_pages_and_in_reminders(cast, people, video) -> None:
    moved = "https://elsewhere.example/imani"
    pages = pages_of(cast, video)
    assert all(ROOM in page for page in pages)
    Practitioner.objects.filter(pk=people[0].pk).update(video_url=moved)
    assert all(moved in page and ROOM not in page for page in pages_of(cast, video))
    ReminderStep.objects.create(kind=video.kind, what=What.REMINDER, hours=24, since=factories.LONG_AGO)
    assert reminding.remind(now=video.starts - timedelta(hours=23)) == 1
    assert mails(video)[-1].occasion == "reminder"
    assert all(moved in words and ROOM not in words for words in said(video))


def test_staff_read_that_a_change_is_told(cast, people) -> None:
    page = signed_in(cast.sam).get(f"/admin/practitioners/practitioner/{people[0].pk}/change/").text
    assert "everybody with a video visit to come is written to" in page


def test_a_cancelled_visit_and_a_request_show_no_link(cast, people, video) -> None:
    link = LINK.findall(mails(video)[-1].text or "")[0]
    cancel(video)
    shown = [Client().get(link).text, signed_in(cast.alice).get(f"/my/{video.reference}/").text, *said(video)]
    assert not [page for page in shown if "meet.example" in page or SENDS in page]
    Kind.objects.filter(code="video").update(mode=BookingMode.REQUEST)
    asked = booked(cast, people[1], "video")
    assert not [page for page in (*pages_of(cast, asked), *said(asked)) if "meet.example" in page or SENDS in page]
    booking.accept(actor=cast.sam, consultation=asked, now=NOW)
    assert OTHER_ROOM in said(asked)[0]


@pytest.mark.parametrize(
    "wrong", ["http://meet.example/a", "ftp://meet.example/a", "javascript:alert(1)", "https://", "meet", "https://a b"]
)
def test_only_an_https_address_is_a_joining_address(people, wrong) -> None:
    imani = people[0]
    imani.video_url = wrong
    with pytest.raises(ValidationError):
        imani.full_clean()


def test_the_database_refuses_another_scheme(people) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Practitioner.objects.filter(pk=people[0].pk).update(video_url="http://meet.example/a")


def test_the_public_profile_and_the_steps_of_a_booking_never_show_the_room(people) -> None:
    for page in ("/practitioners/", "/practitioners/dr-imani/", "/book/", "/book/who/"):
        assert "meet.example" not in Client().get(page, follow=True).text


# --- by phone --------------------------------------------------------------------------------------------------------


@pytest.fixture
def phone(cast, people) -> Consultation:
    return booked(cast, people[0], "phone")


def test_it_says_who_calls_and_names_two_digits_only_to_the_patient(cast, phone) -> None:
    link, own, all_of_mine = pages_of(cast, phone)
    calls = "Dr Imani calls you on the number you gave us"
    for words in (link, own, all_of_mine, *said(phone), entry(phone)["DESCRIPTION"]):
        assert calls in words
    assert ENDS in own
    for words in (link, *said(phone), str(mails(phone)[-1].calendar)):
        assert "ends in" not in words
    for words in (link, own, all_of_mine, *said(phone), str(mails(phone)[-1].calendar)):
        assert FULL not in words
    cancel(phone)
    assert calls not in said(phone)[0]


def test_a_partner_who_manages_times_reads_no_digit(cast, phone) -> None:
    phone.patient.access.update(may_read_health=False, relation="partner")
    page = signed_in(cast.alice).get(f"/my/{phone.reference}/").text
    assert "calls you on the number you gave us." in page
    assert "ends in" not in page


def test_the_practitioner_reads_the_number_to_call_and_nobody_elses(cast, phone) -> None:
    imani = signed_in(cast.dr_imani)
    assert '<a href="tel:+85255507001">+852 5550 7001</a>' in imani.get(f"/desk/{phone.reference}/").text
    assert FULL not in imani.get(f"/desk/{cast.alices_visit.reference}/").text
