"""Public holidays from a calendar file: read in a report that changes nothing, then imported as they were read."""

from datetime import date

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from clinic.accounts.roles import Role
from clinic.audit.models import AuditEntry
from clinic.premises import closing
from clinic.premises.closing import Outcome
from clinic.premises.models import Clinic, Closure, ClosureImport
from tests import factories
from tests.clinic import desk
from tests.factories import NOW

pytestmark = pytest.mark.django_db
BRING = reverse("admin:premises_closure_import")


@pytest.fixture(autouse=True)
def _monday():
    factories.clinic()
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def person():
    return factories.user("sam@clinic.test", Role.STAFF)


def a_file(*events: str) -> bytes:
    bodies = "".join(f"BEGIN:VEVENT\nUID:{n}\n{event}\nEND:VEVENT\n" for n, event in enumerate(events))
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//T//EN\n{bodies}END:VCALENDAR\n"
    return text.replace("\n", "\r\n").encode()


def a_day(name: str = "Holiday", first: str = "20270513", more: str = "") -> str:
    return f"SUMMARY:{name}\nDTSTART;VALUE=DATE:{first}{more}"


def brought(person, *events: str, language: str = "en", location=None) -> ClosureImport:
    return closing.bring(
        actor=person, name="hk.ics", content=a_file(*events), language=language, location=location, now=NOW
    )


def read(file: ClosureImport) -> closing.Report:
    return closing.report(file, clinic=Clinic.objects.the(), now=NOW)


def imported(person, file: ClosureImport) -> closing.Report:
    return closing.apply(actor=person, file=file, seen=read(file).fingerprint, clinic=Clinic.objects.the(), now=NOW)


@pytest.mark.parametrize(
    ("more", "last"),
    [
        ("", date(2027, 5, 13)),
        ("\nDTEND;VALUE=DATE:20270514", date(2027, 5, 13)),
        ("\nDTEND;VALUE=DATE:20270513", date(2027, 5, 13)),
        ("\nDTEND;VALUE=DATE:20270516", date(2027, 5, 15)),
        ("\nDURATION:P3D", date(2027, 5, 15)),
    ],
)
def test_an_entry_closes_from_its_first_day_to_the_one_before_its_end(person, more, last) -> None:
    imported(person, brought(person, a_day(more=more)))
    closure = Closure.objects.get()
    assert (closure.first_day, closure.last_day, closure.location) == (date(2027, 5, 13), last, None)
    assert (closure.reason_en, closure.reason_zh_hant) == ("Holiday", "Holiday")


@pytest.mark.parametrize(
    ("event", "why"),
    [
        (a_day(more="\nRRULE:FREQ=YEARLY"), "repeats by a rule"),
        (a_day(more="\nRDATE;VALUE=DATE:20270613"), "repeats by a rule"),
        (a_day(more="\nSTATUS:CANCELLED"), "cancelled in the file"),
        (a_day(more="\nDTEND;VALUE=DATE:20270501"), "ends before it begins"),
        (a_day(more="\nDTEND;VALUE=DATE:20290501"), "longer than a year"),
        (a_day(more="\nDTEND:20270513T120000Z"), "not about whole days"),
        (a_day(more="\nDURATION:PT3H"), "not about whole days"),
        (a_day(first="20270502"), "It is over"),
        (a_day(name=""), "has no name"),
        ("SUMMARY:Party\nDTSTART:20270513T120000Z\nDTEND:20270513T140000Z", "not about whole days"),
        ("SUMMARY:Nothing", "does not say on which day"),
        ("SUMMARY:Nonsense\nDTSTART;VALUE=DATE:99999999", "on which day|cannot be read"),
        (a_day(more="\nDTSTART;VALUE=DATE:20270514"), "cannot be read"),
    ],
)
def test_what_is_no_whole_day_to_come_is_refused_with_its_reason_and_the_rest_is_imported(person, event, why) -> None:
    found = imported(person, brought(person, event, a_day("Other")))
    refused, new = found.entries
    assert refused.outcome == Outcome.REFUSED
    assert any(words in refused.why for words in why.split("|"))
    assert new.outcome == Outcome.NEW
    assert [closure.reason_en for closure in Closure.objects.all()] == ["Other"]


def test_reading_changes_nothing_and_what_is_closed_already_is_not_closed_twice(person) -> None:
    Closure.objects.create(first_day=date(2027, 5, 10), last_day=date(2027, 5, 20), reason="Building works")
    found = read(brought(person, a_day(), a_day("Later", "20270601"), a_day("Later again", "20270601")))
    assert [entry.outcome for entry in found.entries] == [Outcome.THERE, Outcome.NEW, Outcome.THERE]
    assert Closure.objects.count() == 1


def test_a_file_in_the_other_language_adds_its_names_and_no_day(person) -> None:
    imported(person, brought(person, a_day("Buddha's Birthday")))
    found = imported(person, brought(person, a_day("佛誕"), language="zh-hant"))
    assert [entry.outcome for entry in found.entries] == [Outcome.NAMED]
    closure = Closure.objects.get()
    assert (closure.reason_en, closure.reason_zh_hant) == ("Buddha's Birthday", "佛誕")
    again = read(brought(person, a_day("佛誕"), language="zh-hant"))
    assert [entry.outcome for entry in again.entries] == [Outcome.THERE]


def test_one_house_is_closed_beside_others_and_a_day_closed_everywhere_is_there_already(person) -> None:
    central, kowloon = factories.location(), factories.location("Kowloon")
    imported(person, brought(person, a_day(), location=central))
    assert [e.outcome for e in read(brought(person, a_day(), location=kowloon)).entries] == [Outcome.NEW]
    imported(person, brought(person, a_day("Everywhere")))
    assert [e.outcome for e in read(brought(person, a_day(), location=kowloon)).entries] == [Outcome.THERE]


def test_whoever_confirms_what_has_changed_since_reads_it_again_and_nothing_is_done_twice(person) -> None:
    file = brought(person, a_day())
    seen = read(file).fingerprint
    Closure.objects.create(first_day=date(2027, 5, 13), last_day=date(2027, 5, 13), reason="Typed in")
    with pytest.raises(closing.ReadAgain):
        closing.apply(actor=person, file=file, seen=seen, clinic=Clinic.objects.the(), now=NOW)
    Closure.objects.all().delete()
    imported(person, file)
    with pytest.raises(closing.AlreadyImported):
        imported(person, file)
    assert Closure.objects.count() == 1
    assert AuditEntry.objects.get(action="closures_imported").reason == "1 added, 0 named"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"BEGIN:VCALENDAR", a_file(), b"\xff\xfe\x00", b"<html>"])
def test_what_is_no_calendar_is_refused_in_words(person, content) -> None:
    with pytest.raises(closing.Unreadable):
        closing.bring(actor=person, name="x", content=content, language="en", location=None, now=NOW)


def test_a_file_of_too_many_entries_is_refused(person) -> None:
    with pytest.raises(closing.TooLarge):
        brought(person, *[a_day()] * 501)


def test_staff_bring_a_file_read_the_report_and_confirm(person) -> None:
    sam = desk.signed_in(person)
    file = SimpleUploadedFile("hk.ics", a_file(a_day("Dragon <Boat>"), a_day(more="\nRRULE:FREQ=YEARLY")))
    answer = sam.post(BRING, {"file": file, "language": "en", "location": ""}, follow=True)
    page = answer.content.decode()
    assert "Dragon &lt;Boat&gt;" in page
    assert "It repeats by a rule" in page
    assert not Closure.objects.exists()
    address = answer.redirect_chain[-1][0]
    assert sam.post(address, {"read": "something else"}).status_code == 409
    assert sam.post(address, {"read": answer.context["report"].fingerprint}).status_code == 302
    assert Closure.objects.get().reason == "Dragon <Boat>"
    assert sam.get(address).status_code == 302
    refused = sam.post(BRING, {"file": SimpleUploadedFile("x.ics", b"no"), "language": "en"})
    assert refused.status_code == 422
    assert "no calendar file" in refused.content.decode()
