"""The mail as it goes over the wire and into the folder."""

from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from clinic.outbox.composing import compose, domain
from clinic.outbox.models import OutboundMessage
from clinic.outbox.transport import Folder, InDoubt, MailServer, Refused, Unreachable, from_settings
from tests.clinic import mail
from tests.clinic.mail import NOW, SECRET, parsed

SENDER = "Lumen Skin Clinic <desk@lumen.test>"
CALENDAR = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nSUMMARY:Consultation 預約\r\nEND:VCALENDAR\r\n"


def message(**parts: Any) -> OutboundMessage:
    return OutboundMessage(
        **{
            "to": "alice@example.test",
            "subject": "你的預約 is booked",
            "language": "zh-hant",
            "text": SECRET,
            "created_at": NOW,
            "due_at": NOW,
            **parts,
        }
    )


def mail_of(row: OutboundMessage) -> EmailMessage:
    return compose(row, sender=SENDER)


# --- composing ---


def test_a_mail_carries_text_html_and_a_calendar_entry_that_a_strict_reader_finds() -> None:
    row = message(html="<p>預約</p>", calendar=CALENDAR, calendar_method="REQUEST")

    read = parsed(mail_of(row).as_bytes())

    plain, html, calendar = (part for part in read.iter_parts() if isinstance(part, EmailMessage))
    assert read.get_content_type() == "multipart/alternative"
    assert plain.get_content().strip() == SECRET
    assert (html.get_content_type(), html.get_content().strip()) == ("text/html", "<p>預約</p>")
    assert (calendar.get_content_type(), calendar["Content-Type"].params["method"]) == ("text/calendar", "REQUEST")
    assert calendar["Content-Type"].params["charset"] == "utf-8"
    assert calendar.get_content().splitlines() == CALENDAR.splitlines()
    assert (read["Subject"], read["To"], read["From"]) == ("你的預約 is booked", "alice@example.test", SENDER)


def test_a_mail_of_plain_text_is_plain_text() -> None:
    read = parsed(mail_of(message()).as_bytes())

    assert read.get_content_type() == "text/plain"
    assert read["Content-Language"] == "zh-hant"
    assert read["Auto-Submitted"] == "auto-generated"


def test_the_wire_needs_seven_bits_only() -> None:
    assert mail_of(message(html="<p>預約</p>", calendar=CALENDAR, calendar_method="REQUEST")).as_bytes().isascii()


def test_composed_again_it_is_the_same_mail() -> None:
    row = message()

    first, again = mail_of(row), mail_of(row)

    assert first["Message-ID"] == f"<{row.pk}@lumen.test>"
    assert first.as_bytes() == again.as_bytes()


@pytest.mark.parametrize(
    ("sender", "expected"),
    [(SENDER, "lumen.test"), ("a@b.test", "b.test"), ("clinic@localhost", "localhost"), ("", "localhost")],
)
def test_the_domain_is_the_senders(sender: str, expected: str) -> None:
    assert domain(sender) == expected


# --- the folder ---


def test_the_folder_holds_one_file_a_message_that_a_mail_program_opens(tmp_path: Path) -> None:
    row, folder = message(to="al/ice+1@example.test"), Folder(tmp_path / "var" / "mail")

    folder.ready()
    folder.hand_over(row, mail_of(row))
    folder.hand_over(row, mail_of(row))  # a repeat replaces itself
    folder.close()

    (file,) = (tmp_path / "var" / "mail").iterdir()
    assert file.name == f"2027-03-01-090000-{row.pk.hex[:8]}-al_ice+1@example.test.eml"
    assert parsed(file.read_bytes()).get_content().strip() == SECRET


def test_a_folder_that_cannot_be_made_is_unreachable(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file is in the way")

    with pytest.raises(Unreachable, match="FileExistsError"):
        Folder(tmp_path / "mail").ready()


# --- the mail server ---


@pytest.fixture
def server() -> Iterator[mail.MailServer]:
    with mail.MailServer().listening() as server:
        yield server


@pytest.fixture
def line(server: mail.MailServer) -> Iterator[MailServer]:
    line = MailServer(f"smtp://{server.address}", sender=SENDER)
    line.ready()
    yield line
    line.close()


def test_the_mail_server_takes_one_message_after_another_on_one_line(server: mail.MailServer, line: MailServer) -> None:
    for subject in ("first", "second"):
        line.ready()
        row = message(subject=subject)
        line.hand_over(row, mail_of(row))

    assert [taken["Subject"] for taken in server.taken] == ["first", "second"]


@pytest.mark.parametrize(
    ("to", "answer", "words"), [("nobody@x.test", "", "550 no such user"), ("a@x.test", "451 busy", "451 busy")]
)
def test_what_the_server_refuses_is_refused_in_its_words(
    server: mail.MailServer, line: MailServer, to: str, answer: str, words: str
) -> None:
    server.answers = [answer] if answer else []
    row = message(to=to)

    with pytest.raises(Refused, match=words):
        line.hand_over(row, mail_of(row))

    line.ready()
    line.hand_over(message(), mail_of(message()))
    assert len(server.taken) == 1


def test_a_line_that_breaks_while_handing_over_leaves_a_doubt_and_is_opened_again(
    server: mail.MailServer, line: MailServer
) -> None:
    server.answers = ["hang up"]

    with pytest.raises(InDoubt):
        line.hand_over(message(), mail_of(message()))

    line.ready()
    line.hand_over(message(), mail_of(message()))
    assert len(server.taken) == 1


def test_an_address_that_no_server_could_take_is_refused(line: MailServer) -> None:
    row = message(to="愛麗絲@example.test")

    with pytest.raises(ValueError, match="ascii"):
        line.hand_over(row, mail_of(message()))


def test_the_line_signs_in_where_a_password_is_given(server: mail.MailServer) -> None:
    line = MailServer(f"smtp://desk:p%40ss@{server.address}", sender=SENDER)
    line.ready()
    line.close()
    with pytest.raises(Unreachable, match="535"):
        MailServer(f"smtp://desk:wrong@{server.address}", sender=SENDER).ready()


def test_a_server_that_is_away_or_does_not_speak_tls_is_unreachable(server: mail.MailServer) -> None:
    with pytest.raises(Unreachable, match="ConnectionRefusedError"):
        MailServer("smtp://127.0.0.1:1", sender=SENDER).ready()
    with pytest.raises(Unreachable, match="STARTTLS"):
        MailServer(f"smtp+tls://{server.address}", sender=SENDER).ready()


@pytest.mark.parametrize("url", ["mail.example.org", "http://mail.example.org", "smtp://"])
def test_an_email_url_that_names_no_server_says_what_it_should_look_like(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="smtp\\+tls://user:password@host:587"):
        MailServer(url, sender=SENDER)


def test_the_settings_choose_the_way_out(settings: Any, tmp_path: Path) -> None:
    settings.OUTBOX_TRANSPORT, settings.OUTBOX_FOLDER = "folder", tmp_path
    assert isinstance(from_settings(), Folder)

    settings.OUTBOX_TRANSPORT, settings.EMAIL_URL = "smtp", "smtps://mail.example.org"
    assert isinstance(from_settings(), MailServer)
