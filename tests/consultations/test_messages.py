"""What a patient is told: in their language, at the clinic's clock, about times and places and nothing else."""

import re
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

import pytest
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext

from clinic.outbox.composing import compose
from clinic.outbox.models import OutboundMessage
from clinic.premises.models import Clinic
from consultations import booking, drafts, inviting, visits
from consultations.models import BookingMode, Cancelled, Consultation, Kind, ManageLink, VisitInvitation
from practitioners import moderation
from practitioners.models import Practitioner
from tests import factories
from tests.cast import TUESDAY, Cast
from tests.consultations.bookings import cancel, confirm, hold, mails, move
from tests.factories import NOW, at
from treatments.models import Treatment

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
# Whatever a stranger who reads over a shoulder must not learn from a mail, its subject or a calendar.
ABOUT_HEALTH = re.compile(r"needling|pore|canary|acne|isotretinoin|treatment|skin type", re.IGNORECASE)
LINK = re.compile(r"http://127\.0\.0\.1:8000(/\S*)")


@pytest.fixture
def imani(cast: Cast) -> Practitioner:
    return cast.dr_imani.practitioner


@pytest.fixture
def visit(cast: Cast) -> Consultation:
    """Alice's, with dr_imani on Tuesday at ten; she wants to talk about microneedling for her pores."""
    return cast.alices_visit


def newest(one: Consultation) -> Any:
    """The latest mail about the consultation; what it carries is there until it has gone out."""
    return mails(one)[-1]


def whole(mail: OutboundMessage) -> str:
    return "\n".join(filter(None, (mail.subject, mail.text, mail.html, mail.calendar)))


def every_mail(visit: Consultation, cast: Cast) -> list[Any]:
    """One of each that a consultation can cause, read before the next takes it back."""
    found: list[Any] = mails(visit)
    assert visit.patient is not None
    move(visit, "14:00", now=NOW + MINUTE)
    found += mails(visit)
    cancel(visit, now=NOW + 2 * MINUTE)
    found += mails(visit)
    booking.undo_cancel(actor=None, consultation=visit, now=NOW + 3 * MINUTE)
    found += mails(visit)
    visits.complete(actor=cast.dr_imani, consultation=visit, now=visit.ends)
    inviting.invite(now=visit.ends + 3 * DAY)
    found += list(OutboundMessage.objects.filter(key__startswith="review:"))
    review = factories.review(visit.practitioner)
    invited = VisitInvitation.objects.get(consultation=visit)
    invited.invitation = review.invitation
    invited.save()
    moderation.publish(actor=cast.sam, review=review, now=visit.ends + 4 * DAY)
    inviting.tell(now=visit.ends + 4 * DAY)
    found += list(OutboundMessage.objects.filter(key__startswith="review_decided:"))
    Kind.objects.update(mode=BookingMode.REQUEST)
    for wall, answered in (("15:00", True), ("16:00", False)):
        asked = confirm(hold(wall, visit.practitioner), visit.patient, wants=Treatment.objects.all())
        found += mails(asked)
        if answered:
            booking.accept(actor=cast.sam, consultation=asked, now=NOW + MINUTE)
        else:
            booking.sweep(now=at("16:00", TUESDAY))
        found += [newest(asked)]
    return found


def test_every_mail_is_neutral_and_says_nothing_about_health(visit, cast) -> None:
    found = every_mail(visit, cast)
    assert sorted({mail.key.split(":")[0] for mail in found}) == [
        "booked",
        "cancelled",
        "moved",
        "request_lapsed",
        "requested",
        "review",
        "review_decided",
    ]
    for mail in found:
        assert not ABOUT_HEALTH.search(whole(mail)), mail.key
        assert visit.practitioner.name not in mail.subject
        assert visit.patient.full_name not in mail.subject


def test_every_mail_greets_the_patient_and_goes_to_who_booked(visit, cast, alice) -> None:
    for mail in every_mail(visit, cast):
        assert mail.to == alice.email
        assert f"Hello {visit.patient.called}," in mail.text
        assert "Lumen Skin Clinic" in mail.text


def test_a_mail_tells_when_where_and_with_whom_by_the_clinics_clock(visit) -> None:
    told = newest(visit).text
    for words in ("Tuesday 4 May, 10:00, Hong Kong time", "1 Example Road", "Dr Imani", visit.reference):
        assert words in told


def test_a_moved_visit_is_told_with_its_old_and_its_new_time(visit) -> None:
    move(visit, "14:00")
    assert "It was on Tuesday 4 May, 10:00" in newest(visit).text
    assert "Tuesday 4 May, 14:00" in newest(visit).text


@pytest.mark.parametrize(
    ("by", "before", "words", "undo"),
    [
        (Cancelled.BY_PATIENT, timedelta(days=1), "There is nothing to pay.", True),
        (Cancelled.BY_PATIENT, timedelta(hours=1), "HK$300 is owed at your next visit", True),
        (Cancelled.BY_CLINIC, timedelta(hours=1), "the clinic had to cancel", False),
    ],
)
def test_a_cancellation_says_by_whom_what_it_costs_and_how_to_undo_it(visit, by, before, words, undo) -> None:
    cancel(visit, by=by, now=visit.starts - before)
    for text in (newest(visit).text, newest(visit).html):
        assert words in text
        assert ("you can undo it here" in text) is undo
        assert ("/visit/" in text) is undo
        assert "http://127.0.0.1:8000/book/" in text


# --- language --------------------------------------------------------------------------------------------------------


def test_mails_are_in_the_language_of_the_booking_whoever_causes_them(cast, imani) -> None:
    Clinic.objects.update(name_zh_hant="流光皮膚診所")
    booked = confirm(hold("14:00", imani), cast.bobs_visit.patient, language="zh-hant")
    first = newest(booked)
    with translation.override("en"):
        move(booked, "15:00", by=Cancelled.BY_CLINIC, actor=cast.sam, now=NOW + MINUTE)
    for mail, subject in ((first, "Your consultation is booked"), (newest(booked), "Your consultation has a new time")):
        with translation.override("zh-hant"):
            assert mail.subject == gettext(subject)
        assert mail.language == "zh-hant"
        assert "流光皮膚診所" in mail.text
        assert "5月4日" in mail.text
        assert "/zh-hant/visit/" in mail.text
        assert '<html lang="zh-hant">' in mail.html
        assert "流光皮膚診所" in mail.calendar.replace("\r\n ", "")


def test_the_mails_language_does_not_stay_behind(cast, imani) -> None:
    with translation.override("en"):
        confirm(hold("14:00", imani), cast.bobs_visit.patient, language="zh-hant")
        assert translation.get_language() == "en"


def test_a_code_is_mailed_in_the_language_of_the_page(cast) -> None:
    draft, _secret = drafts.begin(now=NOW)
    told = factories.details("Carol Lim", "carol@guests.test", language="zh-hant")
    drafts.send_code(draft=drafts.keep(draft=draft, now=NOW, details=told), now=NOW)
    mail: Any = OutboundMessage.objects.get(to="carol@guests.test")
    assert mail.language == "zh-hant"
    assert re.search(r"\b\d{6}\b", mail.text)
    assert not re.search(r"\d{6}", mail.subject)


# --- the link --------------------------------------------------------------------------------------------------------


def test_the_link_in_a_mail_leads_to_its_visit_and_only_its_hash_is_kept(visit, cast) -> None:
    addresses = sorted(address for address in LINK.findall(newest(visit).text) if address.startswith("/visit/"))
    assert [Client().get(address).status_code for address in addresses] == [200, 200, 200, 200]
    (secret,) = {address.split("/")[2] for address in addresses}
    pages = [address.removeprefix(f"/visit/{secret}/") for address in addresses]
    assert pages == ["", "calendar.ics", "cancel/", "move/"]
    assert not ManageLink.objects.filter(token_hash__contains=secret).exists()


def test_every_mail_carries_a_link_of_its_own_and_older_ones_go_on_working(visit) -> None:
    old = LINK.findall(newest(visit).text)[0]
    move(visit, "14:00")
    new = LINK.findall(newest(visit).text)[0]
    assert old != new
    assert [Client().get(address).status_code for address in (old, new)] == [200, 200]


# --- on the wire -----------------------------------------------------------------------------------------------------


def wire(mail: OutboundMessage) -> Any:
    """The mail as it arrives."""
    sent = compose(mail, sender="Lumen Skin Clinic <clinic@lumen.test>").as_bytes()
    return message_from_bytes(sent, _class=EmailMessage, policy=SMTP)


def test_a_name_with_signs_in_it_is_harmless_in_every_part(cast, imani) -> None:
    nasty = factories.patient('Al <b>"Ice"</b>; Wong:, & Co', factories.user("al@patients.test"))
    mail = newest(confirm(hold("14:00", imani), nasty))
    assert 'Hello Al <b>"Ice"</b>; Wong:, & Co,' in mail.text
    assert "<b>" not in mail.html
    assert "&lt;b&gt;" in mail.html
    assert "Al <b>" in wire(mail).get_body(("plain",)).get_content()


@pytest.mark.parametrize("place", ["1 Example Road", "中環範例道一號"])
def test_the_calendar_goes_along_with_its_method_in_the_mime_type(visit, place) -> None:
    visit.location.address = place
    move(visit, "14:00")
    moved = wire(newest(visit))
    cancel(visit)
    for mail, method in ((moved, "REQUEST"), (wire(newest(visit)), "CANCEL")):
        (part,) = [one for one in mail.walk() if one.get_content_type() == "text/calendar"]
        assert part.get_param("method") == method
        assert f"METHOD:{method}\r\n".encode() in part.get_payload(decode=True)


def test_requests_and_what_becomes_of_them_unanswered_bring_no_calendar_entry(cast, imani) -> None:
    Kind.objects.update(mode=BookingMode.REQUEST)
    asked = confirm(hold("14:00", imani), cast.bobs_visit.patient)
    assert newest(asked).calendar is None
    cancel(asked)
    assert newest(asked).calendar is None
    booking.undo_cancel(actor=None, consultation=asked, now=NOW)
    booking.accept(actor=cast.sam, consultation=asked, now=NOW)
    assert newest(asked).calendar_method == "REQUEST"
