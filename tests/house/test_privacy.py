"""What a patient tells stays where it belongs: one whole booking with canaries in it, and then a look everywhere else.

A visitor books and answers, the practitioner reads and writes a note, things go wrong on the way; the log listens at
its most talkative.
"""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.db import OperationalError, connection, transaction
from django.test import Client
from django.utils import timezone, translation
from pytest_django import DjangoDbBlocker

from clinic.accounts.models import Session
from clinic.audit.models import AuditEntry
from clinic.outbox.models import OutboundMessage
from consultations import inviting
from consultations.models import Consultation, IntakeRevision
from tests import factories
from tests.cast import Cast, enter, signed_in
from tests.consultations.test_drafts import mailed
from tests.factories import NOW, clean_answers

pytestmark = pytest.mark.django_db

ANSWER, NOTE, AMENDMENT = "canary-scars-from-acne", "canary-note-keloid", "canary-amended-melasma"
WONDERS, SUGGESTS = "canary-which-earrings-itched", "canary-a-light-peel-first"
REPLIES, JUDGES, SAYS = "canary-cheap-ones", "canary-spoke-with-the-doctor", "canary-hardly-at-all"
BORN, PHONE = "1991-08-29", "5550 7123"
# What belongs under seal, and nowhere else; the written words, and the answers' own names of conditions.
WRITTEN = (ANSWER, NOTE, AMENDMENT, WONDERS, SUGGESTS, REPLIES, JUDGES, SAYS)
SEALED = (*WRITTEN, BORN, PHONE, "isotretinoin_status", "keloid_history", "ASK-metal_allergy")
WANTED = re.compile(r"needling|enlarged|pores", re.IGNORECASE)
EMAIL = "erin@patients.test"
DETAILS = {
    "relation": "self", "full_name": "Erin Lau", "preferred_name": "Erin", "date_of_birth": BORN,
    "sex_at_birth": "female", "phone": f"+852 {PHONE}", "email": EMAIL,
}  # fmt: skip


class Log(logging.Handler):
    """Every line that any logger writes, down to the most talkative level."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(logging.Formatter("%(name)s %(message)s"))
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))

    @contextmanager
    def listening(self) -> Iterator[None]:
        loggers = [logging.getLogger(), logging.getLogger("django.request")]  # the second keeps its lines to itself
        levels = [logger.level for logger in loggers]
        for logger in loggers:
            logger.addHandler(self)
            logger.setLevel(logging.DEBUG)
        try:
            yield
        finally:
            for logger, level in zip(loggers, levels, strict=True):
                logger.removeHandler(self)
                logger.setLevel(level)


@dataclass
class Journey:
    """A booking from the first page to the signed note, with every address that was asked for on the way."""

    cast: Cast
    log: Log = field(default_factory=Log)
    browser: Client = field(default_factory=lambda: Client(raise_request_exception=False))
    addresses: list[str] = field(default_factory=list)

    def send(self, address: str, by: Client | None = None, **data: Any) -> Any:
        answer = (by or self.browser).post(address, data)
        self.addresses += [address, answer.headers.get("Location", "")]
        return answer

    def book(self) -> None:
        self.send("/book/", concern="enlarged-pores", treatments=["microneedling"])
        self.send("/book/who/", kind="first_visit", practitioner="dr-imani")
        page = self.browser.get("/book/when/").text
        starts = re.findall(r'name="starts"[^>]* value="([^"]+)"', page)[0]
        self.send("/book/when/", starts=starts)
        self.send("/book/details/", None, **DETAILS)
        self.send("/book/code/", code=mailed(EMAIL))
        self.send("/book/consent/", data="on")
        self.go_wrong(starts)
        self.answer_all()
        self.send("/book/check/")

    def answer_all(self) -> None:
        words = {"questions": ANSWER, "since": ANSWER, "worse_when": ANSWER, "skincare": ANSWER, "medicines": ANSWER}
        answers = {key: value or ["none"] for key, value in clean_answers(**words).items()}
        self.send("/book/intake/goals-plans/", None, **answers)
        self.send("/book/intake/goals-concern/", None, **answers)
        at = self.browser.get("/book/intake/").headers["Location"]
        while at.startswith("/book/intake/"):
            at = self.send(at, None, **answers).headers["Location"]

    def go_wrong(self, starts: str) -> None:
        """A long answer, a foreign charset, no token, a time that is taken, and a database that goes away."""
        self.send("/book/intake/goals-plans/", questions=ANSWER * 100)
        self.browser.generic("POST", "/book/intake/goals-plans/", f"questions={ANSWER}", "text/plain; charset=utf-16")
        Client(enforce_csrf_checks=True).post("/book/intake/goals-plans/", {"questions": ANSWER})
        self.send("/book/intake/goals-plans/", signed_in(self.cast.bob), questions=ANSWER)
        for error in (OperationalError("away"), RuntimeError("broken")):
            with transaction.atomic(), connection.execute_wrapper(_after(3, error)):
                self.send("/book/intake/goals-plans/", questions=ANSWER)
                transaction.set_rollback(True)

    def prepare(self, clock: time_machine.Traveller) -> None:
        """Dr Imani asks, judges, grades and suggests; the patient answers and accepts."""
        one = Consultation.objects.get(booked_by__email=EMAIL)
        clock.shift(timedelta(minutes=1))
        assert one.booked_by is not None
        imani, erin = signed_in(self.cast.dr_imani), signed_in(one.booked_by)
        desk, my = f"/desk/{one.reference}/", f"/my/{one.reference}/"
        self.send(f"{desk}ask/", imani, open_items=["metal_allergy"], written=WONDERS, due_at="2027-05-03T09:30")
        self.send(f"{my}questions-for-you/", erin, metal_allergy="", written_0=REPLIES)
        self.send(f"{my}questions-for-you/", erin, metal_allergy="unsure", written_0=REPLIES)
        self.send(f"{desk}grade/", imani, phototype="IV", pores="2")
        clock.shift(timedelta(minutes=1))
        brief = imani.get(desk)
        judged = {"screening": brief.context["screening"].pk, "level": "info", "reason": JUDGES}
        self.send(f"{desk}override/", imani, **judged, rule="ASK-metal_allergy")
        self.send(f"{desk}suggest/", imani, treatments=["peel_superficial"], words=SUGGESTS)
        self.send(f"{my}suggestion/", erin, answer="accept")

    def visit(self, clock: time_machine.Traveller) -> None:
        one = Consultation.objects.get(booked_by__email=EMAIL)
        clock.move_to(one.starts + timedelta(minutes=1))
        imani, reyes = signed_in(self.cast.dr_imani), signed_in(self.cast.dr_reyes)
        desk = f"/desk/{one.reference}/"
        brief = imani.get(desk).text
        assert ANSWER in brief
        reyes.get(desk)
        shown = re.findall(r'name="screening" value="([^"]+)"', brief)[0]
        self.send(f"{desk}reviewed/", imani, screening=shown)
        self.send(f"{desk}visit/", imani, change="start")
        self.send(f"{desk}reply/", imani, reply_0=SAYS)
        self.send(f"{desk}note/", imani, body=NOTE)
        self.send(f"{desk}note/", imani, body=NOTE, sign="1")
        self.send(f"{desk}note/", imani, body=NOTE)
        self.send(f"{desk}amend/", imani, body=AMENDMENT)
        self.send(f"{desk}visit/", imani, change="complete")
        clock.shift(timedelta(days=4))
        assert inviting.invite(now=timezone.now()) == 1


def _after(statements: int, error: Exception) -> Any:
    """The database answers so many statements and then no more."""
    left = iter(range(statements))

    def execute(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if next(left, None) is None:
            raise error
        return execute(sql, params, many, context)

    return execute


@pytest.fixture(scope="module")
def journey(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Journey]:
    with django_db_blocker.unblock(), time_machine.travel(NOW, tick=False) as clock, transaction.atomic():
        with translation.override("en"):  # whatever page the test before has read
            journey = Journey(enter())
        factories.treatment("peel_superficial", "peels", slug="peel_superficial")
        with journey.log.listening():
            journey.book()
            journey.prepare(clock)
            journey.visit(clock)
        yield journey
        transaction.set_rollback(True)


def found(secrets: tuple[str, ...], *texts: object) -> list[str]:
    return sorted({secret for secret in secrets for text in texts if secret in str(text)})


def test_the_journey_came_to_its_end(journey):
    one = Consultation.objects.get(booked_by__email=EMAIL)
    assert one.status == "completed"
    answers = IntakeRevision.objects.filter(intake__consultation=one).order_by("-number")[0].answers
    assert [answers[key] for key in ("questions", "since", "metal_allergy")] == [ANSWER, ANSWER, "unsure"]
    assert one.enquiries.get().replies == [REPLIES]
    assert (one.overrides.get().reason, one.suggestions.get().accepted) == (JUDGES, True)
    assert (one.gradings.get().phototype, one.answered_questions.get().answer) == ("IV", SAYS)
    assert one.note.body == NOTE
    assert any("OperationalError" in line for line in journey.log.lines), "the log did listen"


def test_no_log_line_holds_an_answer(journey):
    assert found((*SEALED, EMAIL, "Erin"), *journey.log.lines) == []


def test_no_log_line_holds_the_address_of_a_page_that_is_a_secret(journey):
    mail = OutboundMessage.objects.get(to=EMAIL, key__startswith="booked:")
    link = re.findall(r"/visit/\S+", str(mail.text))[0]
    secret = link.split("/")[2]
    log = Log()
    with log.listening():
        Client(enforce_csrf_checks=True).post(link)
        Client().get(f"{link}nowhere/")
        with transaction.atomic(), connection.execute_wrapper(_after(0, RuntimeError("broken"))):
            Client(raise_request_exception=False).get(link)
            transaction.set_rollback(True)
    assert len([line for line in log.lines if "visit/<slug:token>/" in line]) == 2
    assert not [line for line in log.lines if secret in line]


def test_no_mail_holds_an_answer_or_what_the_visit_is_about(journey):
    mails = list(OutboundMessage.objects.all())
    for mail in mails:
        whole = "\n".join(filter(None, [mail.subject, mail.text, mail.html, mail.calendar]))
        assert found(SEALED, whole) == []
        assert not WANTED.search(whole)
    assert {mail.key.split(":")[0] for mail in mails if mail.to == EMAIL} == {
        "code",
        "booked",
        "enquiry",
        "suggestion",
        "review",
    }


def test_no_address_holds_an_answer(journey):
    assert found((*SEALED, EMAIL, "Erin"), *journey.addresses) == []
    assert not [address for address in journey.addresses if "microneedling" in address]


def test_no_audit_row_holds_a_value(journey):
    rows = list(AuditEntry.objects.values())
    assert found((*SEALED, EMAIL, "Erin"), *rows) == []
    assert {"brief_read", "reviewed_stamp", "note_signed", "enquiry_sent", "finding_overridden", "skin_graded"} <= {
        row["action"] for row in rows
    }


def test_no_session_holds_an_answer(journey):
    sessions = [session.get_decoded() for session in Session.objects.all()]
    assert found((*SEALED, EMAIL, "Erin"), *sessions) == []
    assert any("draft" in session for session in sessions)


def test_the_admin_shows_times_and_names_and_finds_nothing_by_an_answer(journey):
    one = Consultation.objects.get(booked_by__email=EMAIL)
    owner = signed_in(journey.cast.owner)
    row = f"/admin/consultations/consultation/{one.pk}"
    pages = [owner.get(f"{row}/change/"), owner.get(f"{row}/history/"), owner.get("/admin/outbox/outboundmessage/")]
    pages += [owner.get("/admin/audit/auditentry/"), owner.get("/admin/"), owner.get(f"/reception/{one.reference}/")]
    pages += [owner.get(f"/admin/consultations/consultation/?q={secret}") for secret in ("Erin", "1991", "canary")]
    assert {page.status_code for page in pages} == {200}
    for page in pages:
        # The desk may ring a patient up; it may not know what the visit is about.
        allowed = {PHONE} if "reception" in page.request["PATH_INFO"] else set()
        assert set(found(SEALED, page.text.replace('value="canary"', ""))) <= allowed
        assert not WANTED.search(page.text)
    assert not LogEntry.objects.exists()


def test_no_table_holds_in_clear_what_belongs_under_seal(journey):
    leaks = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            columns = [column.name if hasattr(column, "name") else column[0] for column in cursor.description]
            for row in cursor.fetchall():
                leaks += [
                    f"{table}.{name}" for name, cell in zip(columns, row, strict=True) if found(SEALED, _text(cell))
                ]
    # The questions themselves name conditions; what somebody answered they do not.
    assert sorted(set(leaks) - {"treatments_questionnaire.data", "treatments_ruleset.data"}) == []


def _text(cell: object) -> str:
    return bytes(cell).decode("utf-8", "replace") if isinstance(cell, bytes | memoryview) else str(cell)
