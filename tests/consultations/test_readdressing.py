"""A visit is elsewhere than its patient was told: each is written to once, and the calendar entry changes with it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from clinic.premises.models import Location
from consultations import readdressing, reassigning
from consultations.models import Consultation, Kind
from practitioners.models import Practitioner, PractitionerKind
from tests import factories
from tests.cast import Cast, signed_in
from tests.clinic import desk
from tests.consultations import rfc5545
from tests.consultations.bookings import cancel, confirm, fresh, happened, hold, mails, move
from tests.factories import NOW

HOUR = timedelta(hours=1)
ROOM, NEW_ROOM = "https://meet.example/imani", "https://elsewhere.example/imani"
NEW_STREET = "9 Another Street"


@pytest.fixture
def imani(cast: Cast) -> Practitioner:
    found: Practitioner = cast.alices_visit.practitioner
    for code in ("video", "phone"):
        factories.kind(code, room_kind=None)
        PractitionerKind.objects.create(practitioner=found, kind=code, fee_minor=60000)
    registered = {"languages": ["en"], "registration_body": "MCHK", "registration_number": "M1"}
    Practitioner.objects.filter(pk=found.pk).update(video_url=ROOM, registration_body_en="MCHK", **registered)
    found.refresh_from_db()
    return found


def booked(cast: Cast, imani: Practitioner, code: str, wall: str = "14:00", who: str = "alice") -> Consultation:
    patient = getattr(cast, f"{who}s_visit").patient
    return confirm(hold(wall, imani, kind=Kind.objects.get(code=code)), patient)


@pytest.fixture
def video(cast: Cast, imani: Practitioner) -> Consultation:
    return booked(cast, imani, "video")


@pytest.fixture
def as_sam(cast: Cast) -> Client:
    return signed_in(cast.sam)


def enter(as_sam: Client, row: Any, when: datetime = NOW + HOUR, **changes: Any) -> None:
    """Change a row on its page in the admin, as staff do."""
    page = desk.the_page(row)
    with time_machine.travel(when, tick=False):
        answer = as_sam.post(page, desk.filled(as_sam.get(page)) | changes)
    assert answer.status_code == 302, answer.context["adminform"].form.errors


def told(when: datetime = NOW + 2 * HOUR) -> int:
    return readdressing.tell(now=when)


def kinds_of_mail(one: Consultation) -> list[str]:
    return [mail.occasion for mail in mails(one)]


def test_a_new_link_is_written_once_and_updates_the_same_calendar_entry(as_sam, imani, video) -> None:
    before = rfc5545.invitation(mails(video)[-1].calendar or "")
    enter(as_sam, imani, video_url=NEW_ROOM)
    assert (told(), told()) == (1, 0)
    mail = mails(video)[-1]
    assert mail.subject == "Where your visit takes place"
    for words in (str(mail.text), str(mail.html)):
        assert NEW_ROOM in words
        assert ROOM not in words
    entry = rfc5545.invitation(mail.calendar or "")
    assert (entry["UID"], entry["CONFERENCE"]) == (before["UID"], NEW_ROOM)
    assert (before["SEQUENCE"], entry["SEQUENCE"]) == ("0", "1")
    assert "readdressed" in happened(video)


def test_the_link_that_a_mail_has_promised_is_sent_once_it_is_entered(as_sam, cast, imani) -> None:
    Practitioner.objects.update(video_url="")
    one = booked(cast, imani, "video")
    assert "The clinic sends the link before the visit." in str(mails(one)[-1].text)
    enter(as_sam, imani, video_url=ROOM)
    assert told() == 1
    assert ROOM in str(mails(one)[-1].text)


def test_a_link_that_is_taken_away_is_told_when_there_is_another(as_sam, imani, video) -> None:
    enter(as_sam, imani, video_url="")
    assert told() == 0
    enter(as_sam, imani, NOW + 1.2 * HOUR, video_url=NEW_ROOM)
    assert told(NOW + 3 * HOUR) == 1


def test_visits_at_the_clinic_and_by_phone_have_no_link_to_be_told(as_sam, cast, imani, video) -> None:
    phone = booked(cast, imani, "phone", "16:00")
    enter(as_sam, imani, video_url=NEW_ROOM)
    assert told() == 1
    assert [kinds_of_mail(each)[-1] for each in (phone, cast.alices_visit, cast.bobs_visit)] == ["booked"] * 3


def test_only_a_link_that_is_another_is_told(as_sam, imani, video) -> None:
    enter(as_sam, imani, position=3)
    assert told() == 0


def test_whoever_was_told_with_the_new_link_is_not_told_again(as_sam, cast, imani, video) -> None:
    other = booked(cast, imani, "video", "16:00")
    enter(as_sam, imani, video_url=NEW_ROOM)
    move(other, "17:00", now=NOW + 1.5 * HOUR)
    assert told() == 1
    assert kinds_of_mail(other) == ["moved"]


def test_what_is_cancelled_over_or_anothers_is_not_told(as_sam, cast, imani, video) -> None:
    handed_on, over = (booked(cast, imani, "video", wall, "bob") for wall in ("16:00", "15:00"))
    reyes = Practitioner.objects.get(user=cast.dr_reyes)
    PractitionerKind.objects.create(practitioner=reyes, kind="video", fee_minor=60000)
    reassigning.reassign(actor=cast.sam, consultation=handed_on, practitioner=reyes, now=NOW)
    enter(as_sam, imani, video_url=NEW_ROOM)
    cancel(video)
    assert told(over.starts) == 0


def test_a_page_from_before_the_change_moves_nothing(as_sam, imani, video, cast) -> None:
    alice = signed_in(cast.alice)
    page = f"/my/{video.reference}/cancel/"
    form = {"revision": str(video.ics_sequence), "reason": "time"}
    enter(as_sam, imani, video_url=NEW_ROOM)
    told()
    assert "This consultation has changed in the meantime" in alice.post(page, form, follow=True).text
    assert fresh(video).status == "confirmed"


def test_a_place_that_has_moved_is_told_and_a_correction_is_not(as_sam, cast, video) -> None:
    place = Location.objects.get()
    enter(as_sam, place, address_en="1 Example Road, ground floor")
    assert told() == 0
    enter(as_sam, place, address_en=NEW_STREET, is_another_place="on")
    assert told() == 2  # Alice's and Bob's; the visit by video is nowhere
    for one in (cast.alices_visit, cast.bobs_visit):
        mail = mails(one)[-1]
        assert "The address of your visit has changed. Please come to the one below." in str(mail.text)
        assert NEW_STREET in rfc5545.invitation(mail.calendar or "")["LOCATION"]
    assert told(NOW + 3 * HOUR) == 0


def test_a_second_change_takes_the_place_of_what_was_not_sent_yet(as_sam, imani, video) -> None:
    enter(as_sam, imani, video_url=ROOM + "1")
    told(NOW + HOUR)
    enter(as_sam, imani, NOW + 1.2 * HOUR, video_url=NEW_ROOM)
    told(NOW + 3 * HOUR)
    assert kinds_of_mail(video) == ["booked", "readdressed"]
    assert NEW_ROOM in str(mails(video)[-1].text)


def test_the_patient_and_the_desk_read_it_in_the_history(as_sam, cast, imani, video) -> None:
    enter(as_sam, imani, video_url=NEW_ROOM)
    told()
    for page in (signed_in(cast.alice).get(f"/my/{video.reference}/"), as_sam.get(f"/reception/{video.reference}/")):
        assert "Another address" in page.text
