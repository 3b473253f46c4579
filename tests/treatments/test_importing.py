"""Many treatments from one file: read in a report that changes nothing, then all of it or nothing."""

import csv
import io
from datetime import UTC, datetime

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from clinic.accounts.roles import Role
from clinic.audit.models import AuditEntry
from clinic.premises.models import Clinic
from tests import factories
from tests.clinic import desk
from tests.pages import words
from treatments import importing
from treatments.models import CatalogueImport, Treatment

pytestmark = pytest.mark.django_db

BRING, TAKE = reverse("admin:treatments_treatment_import"), reverse("admin:treatments_treatment_export")
HEADINGS = [heading.format(currency="HKD") for heading in importing.COLUMNS]


@pytest.fixture(autouse=True)
def _a_clinic_and_its_moment():
    factories.clinic()
    with time_machine.travel(desk.NOW, tick=False):
        yield


@pytest.fixture
def person():
    return factories.user("sam@clinic.test", Role.STAFF)


@pytest.fixture
def sam(person) -> Client:
    return desk.signed_in(person)


def a_row(slug, **cells):
    usual = {
        "code": "microdermabrasion", "category": "microdermabrasion", "name (English)": "Polish",
        "name (Chinese)": "磨皮", "summary (English)": "A polish.", "minutes": "30",
        "price of a session in HKD": "1800.50", "kind of price": "from",
    }  # fmt: skip
    return {"slug": slug, **usual, **{name.replace("_", " "): cell for name, cell in cells.items()}}


def as_file(rows, headings=HEADINGS, **how):
    text = io.StringIO()
    lines = csv.DictWriter(text, headings, restval="", **how)
    lines.writeheader()
    lines.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def bring(client, content):
    return client.post(BRING, {"file": SimpleUploadedFile("prices.csv", content)}, follow=True)


def confirm(client, page, **sent):
    return client.post(page.redirect_chain[-1][0], {"seen": page.context["report"].fingerprint, **sent})


def taken_out(client):
    return client.post(TAKE).content


def told(page):
    return [(problem.row, problem.column, problem.sentence) for problem in page.context["report"].problems]


# --- out and back ---


def test_what_is_taken_out_comes_back_without_a_change(sam):
    desk.treatment(
        name_en="=1+1", name_zh_hant="'=1", summary_en='Says "no", twice;\nand\r\nagain', summary_zh_hant="＝磨皮",
        included_en="''@x", price_minor=180050, published_from=datetime(2027, 1, 2, 3, 4, 5, 678, tzinfo=UTC),
    )  # fmt: skip
    desk.treatment(price_minor=None, price_kind="after_examination", price_is_example=True, course_sessions=3)
    before = list(Treatment.objects.values())
    page = bring(sam, taken_out(sam))
    assert "there is nothing to import" in words(page)
    assert "Import all of this" not in page.content.decode()
    assert list(Treatment.objects.values()) == before


def test_a_file_opens_in_a_spreadsheet_and_runs_nothing(sam):
    desk.treatment(name_en="=HYPERLINK(1)")
    content = taken_out(sam)
    assert content.startswith(b"\xef\xbb\xbf")
    assert b'"\'=HYPERLINK(1)"' in content
    assert AuditEntry.objects.get(action="list_downloaded").reason == "1"


def test_prices_stand_there_as_people_read_them(sam):
    desk.treatment(price_minor=180000)
    rows = list(csv.DictReader(io.StringIO(taken_out(sam).decode("utf-8-sig"))))
    assert [row["price of a session in HKD"] for row in rows] == ["1800"]


# --- a day's work ---


def two_hundred():
    desk.facts()
    return [a_row(f"polish-{number}", position=str(number)) for number in range(200)]


@pytest.mark.slow
def test_two_hundred_rows_of_which_five_are_bad(sam, person):
    rows, there = two_hundred(), Treatment.objects.count()
    good = [dict(row) for row in rows]
    rows[3]["minutes"] = "half an hour"
    rows[50]["code"] = "magic"
    rows[51]["price of a session in HKD"] = "HK$1,800"
    rows[120]["published from"] = "1/3/2027"
    rows[199]["name (English)"] = ""
    page = bring(sam, as_file(rows))
    assert [(row, column) for row, column, _sentence in told(page)] == [
        (5, "minutes"), (52, "code"), (53, "price of a session in HKD"), (122, "published from"),
        (201, "name (English)"),
    ]  # fmt: skip
    shown = words(page)
    assert "5 rows are not in order. Nothing was changed" in shown
    assert "New: 195. Changed: 0. Not in order: 5." in shown
    assert "“magic” is none of: peel_superficial" in shown
    assert "Write a moment as 2027-03-01 09:00." in shown
    assert "Write a price as 1800 or 1800.50." in shown
    assert "Import all of this" not in page.content.decode()
    assert confirm(sam, page).status_code == 409
    assert Treatment.objects.count() == there

    page = bring(sam, as_file(good))
    assert told(page) == []
    assert "Import all of this" in page.content.decode()
    assert Treatment.objects.count() == there
    assert confirm(sam, page).status_code == 302
    made = Treatment.objects.filter(slug__startswith="polish-")
    assert made.count() == 200
    assert {(each.price_minor, each.name_zh_hant, each.position > -1) for each in made} == {(180050, "磨皮", True)}
    assert not made.exclude(published_from=None).exists()
    record = made[0].history.get()
    assert record.history_user == person
    assert record.history_change_reason == f"Import {CatalogueImport.objects.get().pk}: prices.csv"
    entry = AuditEntry.objects.get(action="catalogue_imported")
    assert (entry.actor, entry.reason) == (person, "200 added, 0 changed")


def test_a_file_of_two_columns_changes_prices_and_nothing_else(sam):
    polish = desk.treatment(slug="polish", published_from=datetime(2027, 1, 2, 3, 4, 5, tzinfo=UTC))
    page = bring(sam, b"slug;price of a session in HKD\r\npolish;2000\r\n")
    assert [(change.old, change.new) for row in page.context["report"].changed for change in row.changes] == [
        ("1800", "2000")
    ]
    assert confirm(sam, page).status_code == 302
    after = Treatment.objects.get()
    assert after.price_minor == 200000
    polish.price_minor = 200000
    assert [(f.attname, getattr(after, f.attname)) for f in Treatment._meta.fields] == [
        (f.attname, getattr(polish, f.attname)) for f in Treatment._meta.fields
    ]
    assert [record.price_minor for record in after.history.all()] == [200000, 180000]


def test_the_confirmation_reads_again_and_imports_nothing_else_than_was_read(sam):
    desk.treatment(slug="polish")
    page = bring(sam, b"slug,price of a session in HKD\npolish,2000\n")
    Treatment.objects.update(price_minor=150000)
    answer = confirm(sam, page)
    assert "the catalogue has changed since you read this" in words(answer, 409)
    assert Treatment.objects.get().price_minor == 150000
    again = sam.post(page.redirect_chain[-1][0], {"seen": answer.context["report"].fingerprint})
    assert again.status_code == 302
    assert Treatment.objects.get().price_minor == 200000


def test_a_file_is_imported_once(sam):
    desk.facts()
    page = bring(sam, as_file([a_row("polish")]))
    assert confirm(sam, page).status_code == 302
    Treatment.objects.filter(slug="polish").update(price_minor=1)
    assert confirm(sam, page).status_code == 302
    assert Treatment.objects.get(slug="polish").price_minor == 1


def test_what_was_never_confirmed_makes_room_for_the_next_file(sam):
    desk.facts()
    bring(sam, as_file([a_row("polish")]))
    bring(sam, as_file([a_row("another")]))
    assert CatalogueImport.objects.count() == 1


def test_rules_of_the_table_are_said_in_words(sam):
    desk.facts()
    page = bring(sam, as_file([
        a_row("polish", **{"price of a session in HKD": ""}), a_row("twice"), a_row("twice"), a_row("not a slug"),
        a_row("over", **{"published from": "2027-03-02 09:00", "published until": "2027-03-01 09:00"}), a_row(""),
    ]))  # fmt: skip
    assert [(row, column) for row, column, _sentence in told(page)] == [
        (2, ""), (3, "slug"), (4, "slug"), (5, "slug"), (6, ""), (7, "slug"),
    ]  # fmt: skip
    assert "Enter a price, or choose “Priced after the examination”." in words(page)
    assert "The end of publication comes before its beginning." in words(page)


def test_words_that_the_rules_of_the_place_bar_are_pointed_at_before(sam):
    desk.facts()
    page = bring(sam, as_file([a_row("polish", **{"summary (English)": "A safe polish."})]))
    assert "Words to look at again" in words(page)
    assert "Row 2, Summary: “safe”." in words(page)


def test_moments_are_the_clinics_own(sam):
    desk.facts()
    page = bring(sam, as_file([a_row("polish", **{"published from": "2027-03-05 09:00"})]))
    confirm(sam, page)
    assert Treatment.objects.get(slug="polish").published_from == datetime(2027, 3, 5, 1, tzinfo=UTC)


def test_the_chinese_admin_imports_the_same(sam):
    desk.facts()
    page = sam.post(f"/zh-hant{BRING}", {"file": SimpleUploadedFile("f.csv", as_file([a_row("polish")]))}, follow=True)
    assert sam.post(page.redirect_chain[-1][0], {"seen": page.context["report"].fingerprint}).status_code == 302
    polish = Treatment.objects.get(slug="polish")
    assert (polish.name_en, polish.name_zh_hant) == ("Polish", "磨皮")


def test_nobody_without_the_work_brings_a_file():
    for role in (Role.PRACTITIONER, Role.CLINICAL_LEAD):
        client = desk.at_work(role)
        assert client.get(BRING).status_code == 404
        assert client.post(TAKE).status_code == 404


def test_a_report_asks_no_more_of_the_database_for_rows_that_stay_as_they_are(sam, django_assert_max_num_queries):
    for number in range(30):
        desk.treatment(slug=f"polish-{number}")
    bring(sam, taken_out(sam))
    clinic, brought = Clinic.objects.the(), CatalogueImport.objects.get()
    with django_assert_max_num_queries(3):
        assert importing.report(brought, clinic=clinic).problems == []
