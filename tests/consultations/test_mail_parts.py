"""Every mail to a patient, in both languages and every form: what must be there is there, and nothing else is said."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.utils import translation
from django.utils.html import strip_tags
from django.utils.translation import gettext
from pytest_django import DjangoDbBlocker

from clinic.outbox.models import OutboundMessage
from clinic.premises.models import Clinic, Location
from consultations import booking, enquiries, inviting, lateness, readdressing, reminding, suggestions, visits
from consultations.models import BookingMode, Cancelled, Consultation, Kind, Patient
from practitioners.models import Practitioner
from tests import factories
from tests.cast import Cast, enter
from tests.consultations.bookings import cancel, confirm, hold, move
from tests.factories import LONG_AGO, NOW
from treatments.models import Treatment

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FAR = NOW.date() + timedelta(days=12)
# What a stranger over the shoulder must not learn: what it is about, what was asked and what was answered.
UNSAID = re.compile(
    r"needling|\bpores?\b|canary|acne|isotretinoin|treatment|skin type|retino|pregnan|微針|毛孔|療程|治療|膚質|暗瘡",
    re.IGNORECASE,
)
NAMES = {"Lumen Skin Clinic", "Dr Imani", "Alice Wong", "1 Example Road"}

WHO = ["clinic", "phone"]
VISIT = [*WHO, "when", "zone", "minutes", "address", "map", "practitioner", "reference"]
WAYS = ["policy", "last free moment", "move", "cancel", "calendar", "prepare", "bring", "open answers"]
STANDING = [*VISIT, *WAYS]
TABLE: dict[str, list[str]] = {
    "requested": [*VISIT, "withdrawn for nothing", "cancel", "prepare", "bring", "open answers"],
    "booked": [*STANDING, "file REQUEST"],
    "answers": STANDING,
    "coming": STANDING,
    "reminder": STANDING,
    "moved": [*STANDING, "old time", "file REQUEST"],
    "readdressed": [*STANDING, "file REQUEST"],
    "enquiry": STANDING,
    "suggestion": STANDING,
    "cancelled": [*VISIT, "undo", "rebook", "cost", "file CANCEL"],
    "declined": [*VISIT, "rebook", "cost"],
    "request_lapsed": [*VISIT, "rebook"],
    "late": VISIT,
    "aftercare": [*VISIT, "own page"],
    "review": WHO,
}


class Scene:
    """Alice's visits in one language, each mail taken as it is written."""

    def __init__(self, cast: Cast, language: str) -> None:
        self.cast, self.language = cast, language
        self.imani: Practitioner = cast.alices_visit.practitioner
        self.alice = Patient.objects.get(full_name="Alice Wong")
        self.found: dict[str, OutboundMessage] = {}
        # What the cast was told when they booked, at the same moment, is about visits of other days.
        self.told_before = list(OutboundMessage.objects.values_list("pk", flat=True))

    def book(self, wall: str, **how: Any) -> Consultation:
        held = hold(wall, self.imani, day=FAR)
        return confirm(held, self.alice, wants=Treatment.objects.all(), language=self.language, **how)

    def take(self) -> None:
        """Keep the newest of each occasion that still has its words."""
        written = OutboundMessage.objects.exclude(pk__in=self.told_before).order_by("created_at")
        for mail in written.filter(text__isnull=False, occasion__in=TABLE):
            if mail.language == self.language:
                self.found[mail.occasion] = mail

    def play(self) -> dict[str, OutboundMessage]:
        visit = self.book("10:00")
        self.take()
        move(visit, "11:00", FAR, now=NOW + HOUR)
        self.take()
        Location.objects.update(address_at=NOW + 2 * HOUR)
        readdressing.tell(now=NOW + 3 * HOUR)
        visit.refresh_from_db()
        others = OutboundMessage.objects.exclude(reference=visit.reference)
        self.told_before += others.values_list("pk", flat=True)
        self.take()
        self.before(visit)
        lateness.say(actor=self.cast.sam, practitioner=self.imani, minutes=20, now=visit.starts - HOUR)
        self.take()
        cancel(visit, now=visit.starts - 20 * HOUR)
        self.take()
        self.after(self.book("13:00"))
        self.on_request()
        return self.found

    def before(self, visit: Consultation) -> None:
        enquiries.ask(
            actor=self.cast.dr_imani, practitioner=self.imani, consultation=visit, items=[], written=["Canary?"],
            language="en", due_at=visit.starts - DAY, now=NOW + HOUR,
        )  # fmt: skip
        self.take()
        suggestions.make(
            actor=self.cast.dr_imani, practitioner=self.imani, consultation=visit,
            treatments=list(Treatment.objects.all()), not_before=None, words="Canary.", now=NOW + HOUR,
        )  # fmt: skip
        for hours in (72, 48, 24):
            reminding.remind(now=visit.starts - hours * HOUR)
            self.take()

    def after(self, visit: Consultation) -> None:
        early = visits.Early("They had talked about it by telephone.")
        done = [visits.Done(Treatment.objects.get())]
        visits.complete(actor=self.cast.dr_imani, consultation=visit, done=done, early=early, now=visit.ends)
        inviting.invite(now=visit.ends + 4 * DAY)
        self.take()

    def on_request(self) -> None:
        Kind.objects.update(mode=BookingMode.REQUEST)
        asked = self.book("15:00")
        self.take()
        booking.cancel(actor=self.cast.sam, consultation=asked, by=Cancelled.BY_CLINIC, now=NOW + HOUR)
        self.book("16:00")
        booking.sweep(now=NOW + 60 * HOUR)
        self.take()


@pytest.fixture(scope="module", params=["en", "zh-hant"])
def found(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[dict[str, OutboundMessage]]:
    """The newest mail of each occasion, all in one language; played once for all that is asked of them."""
    with django_db_blocker.unblock(), time_machine.travel(NOW, tick=False), transaction.atomic():
        with translation.override("en"):
            cast = enter()
        Clinic.objects.update(name_zh_hant="Lumen Skin Clinic")
        reminding.lay_schedule(Kind.objects.get(), now=LONG_AGO)
        yield Scene(cast, request.param).play()
        transaction.set_rollback(True)


def said(mail: OutboundMessage) -> list[tuple[str, str]]:
    """The words of the text and of the HTML, by their names; addresses stand in both."""
    html = str(mail.html)
    links = " ".join(unescape(link) for link in re.findall(r'href="([^"]+)"', html))
    body = re.sub(r"\s+", " ", unescape(strip_tags(re.sub(r"<(title).*?</\1>", "", html))))
    return [("text", str(mail.text)), ("html", f"{body} {links}")]


def parts(mail: OutboundMessage, starts: datetime) -> dict[str, str]:
    """What to look for, in the mail's language, by the name that the table gives it."""
    english = mail.language == "en"
    wall = f"{starts.astimezone(factories.HONG_KONG):%H:%M}"
    base = "http://127.0.0.1:8000" + ("" if english else "/zh-hant")
    with translation.override(mail.language):
        place = gettext("%(place)s time") % {"place": gettext("Hong Kong")}
    days = "Saturday 15 May, " if english else "5月15日（"
    return {
        "clinic": "Lumen Skin Clinic",
        "phone": "+852 5550 0100",
        "when": days,
        "zone": f"{wall}, {place}" if english else f"{wall}，{place}",
        "minutes": "30",
        "address": "1 Example Road",
        "map": "https://www.openstreetmap.org/search?query=1+Example+Road",
        "practitioner": "Dr Imani",
        "reference": mail.reference,
        "policy": "HK$300",
        "last free moment": f"Friday 14 May, {wall}" if english else f"5月14日（星期五）{wall}",
        "withdrawn for nothing": "Withdrawing the request costs nothing." if english else "",
        "move": "/move/",
        "cancel": "/cancel/",
        "calendar": "/calendar.ics",
        "prepare": f"{base}/my/{mail.reference}/prepare/",
        "bring": "identity document" if english else "",
        "open answers": f"{base}/my/{mail.reference}/answers/",
        "old time": "Saturday 15 May, 10:00" if english else "10:00",
        "undo": f"{base}/visit/",
        "rebook": f"{base}/book/",
        "cost": "HK$300" if mail.occasion == "cancelled" else "There is nothing to pay" if english else "",
        "own page": f"{base}/my/{mail.reference}/",
    }


def test_every_mail_has_its_parts_in_text_and_html_and_file(found) -> None:
    assert sorted(found) == sorted(TABLE)
    for occasion, wanted in TABLE.items():
        mail = found[occasion]
        visit = Consultation.objects.filter(reference=mail.reference).first()
        looked_for = parts(mail, visit.starts if visit else NOW)
        for form, words in said(mail):
            missing = [part for part in wanted if not part.startswith("file ") and looked_for[part] not in words]
            assert missing == [], (occasion, form, words)
        assert mail.calendar_method == next((part[5:] for part in wanted if part.startswith("file ")), "")


def test_a_request_that_nobody_has_confirmed_offers_no_way_that_only_a_booking_has(found) -> None:
    for _form, words in said(found["requested"]):
        assert [way for way in ("/move/", "/calendar.ics", "HK$300") if way in words] == []


def test_no_mail_says_what_a_visit_is_about_and_no_subject_whose_it_is(found) -> None:
    for occasion, mail in found.items():
        for form, words in [
            *said(mail),
            ("subject", mail.subject),
            ("file", (mail.calendar or "").replace("\r\n ", "")),
        ]:
            assert not UNSAID.search(words), (occasion, form, words)
        assert not [name for name in NAMES if name in mail.subject], mail.subject


def test_text_and_html_say_the_same_links(found) -> None:
    for occasion, mail in found.items():
        (_text, text), (_html, html) = said(mail)
        in_text, in_html = (set(re.findall(r"https?://[^\s<>]+", words)) for words in (text, html))
        assert in_text == in_html, occasion


IN_A_FILE = re.compile(r"^(?:SUMMARY|DESCRIPTION|LOCATION)[^:]*:(.*)$", re.MULTILINE)


def test_no_mail_mixes_languages(found) -> None:
    for occasion, mail in found.items():
        file = " ".join(IN_A_FILE.findall((mail.calendar or "").replace("\r\n ", "").replace("\\n", " ")))
        assert bool(file) is bool(mail.calendar)
        for form, words in [*said(mail), ("subject", mail.subject), ("file", file)]:
            plain = re.sub(r"https?://\S+", "", words)
            for name in NAMES | {"Central"}:
                plain = plain.replace(name, "")
            if mail.language == "en":
                assert not re.search(r"[\u4e00-\u9fff]", plain), (occasion, form)
            else:
                english = re.findall(r"[A-Za-z]{3,}(?: [A-Za-z]{2,})+", plain)
                assert english == [], (occasion, form, english)
