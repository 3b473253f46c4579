"""How the admin's lists hold up: a fixed number of queries, and files that run no formula."""

import csv
import io
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.admin import site
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from clinic.accounts.roles import Role
from clinic.audit.models import AuditEntry
from clinic.spreadsheet import csv_safe
from consultations.models import Consultation
from practitioners.models import TimeOff
from tests import factories
from tests.clinic import desk
from treatments.models import Reference, Treatment

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("model", desk.ROWS, ids=lambda model: model._meta.label)
def test_a_list_asks_the_same_number_of_questions_however_long_it_is(model: type[Model]) -> None:
    client = desk.at_work(Role.OWNER)

    def ask() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(desk.the_list(model)).status_code == 200
        return len(queries)

    for _row in range(2):
        desk.ROWS[model]()
    ask()  # fills the caches of content types
    few = ask()
    for _row in range(2):
        desk.ROWS[model]()
    assert ask() == few


def test_every_list_but_the_clinics_own_is_tried() -> None:
    assert {model._meta.label for model in site._registry} - {model._meta.label for model in desk.ROWS} == {
        "premises.Clinic"
    }


@pytest.mark.parametrize("model", desk.ROWS, ids=lambda model: model._meta.label)
def test_a_search_for_anything_at_all_is_answered(model: type[Model]) -> None:
    client = desk.at_work(Role.OWNER)
    desk.ROWS[model]()
    for term in ("0", "' OR 毛孔=1 --", "a\x00b"):
        assert client.get(desk.the_list(model), {"q": term}).status_code == 200


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+852 1234",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\rx",
        "  =1",
        "＝1",
        "＋1",
        "－1",
        "＠x",
        "\u200b=1",
        "\ufeff@a",
        "=1+1@x.co",
    ],
)
def test_text_that_would_begin_a_formula_is_defused(text: str) -> None:
    assert csv_safe(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Alice", "a=1", "HK$1,800", "'=1", "毛孔", " 12 ", "1-2"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert csv_safe(text) == text


def download(client: Any, model: type[Model], *rows: Model) -> Any:
    keys = [str(row.pk) for row in rows]
    return client.post(desk.the_list(model), {"action": "download_csv", "_selected_action": keys})


def test_a_list_leaves_as_a_file_that_shows_what_the_list_shows() -> None:
    factories.clinic()
    bold = Reference.objects.create(tag="S1", citation='=HYPERLINK("http://evil")', status="read")
    answer = download(desk.at_work(Role.STAFF), Reference, bold)
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="reference.csv"'
    text = answer.content.decode("utf-8")
    assert text.startswith('\ufeff"tag","citation","what we read of it"')
    assert list(csv.reader(io.StringIO(text)))[1] == ["S1", '\'=HYPERLINK("http://evil")', "read"]


def test_a_file_writes_amounts_choices_and_moments_as_people_read_them() -> None:
    factories.clinic()
    polish = desk.treatment(published_from=datetime(2020, 1, 1, tzinfo=UTC))
    rows = list(csv.reader(io.StringIO(download(desk.at_work(Role.STAFF), Treatment, polish).content.decode())))
    assert rows[1] == ["Polish", "Microdermabrasion", "microdermabrasion", "HK$1,800", "30", "Yes", "0"]
    off = desk.ROWS[TimeOff]()
    rows = list(csv.reader(io.StringIO(download(desk.at_work(Role.STAFF), TimeOff, off).content.decode())))
    assert rows[1] == ["Dr Imani", "2027-03-01 17:00", "2027-03-02 17:00", "Leave"]


def test_who_took_how_many_rows_out_of_the_house_is_recorded() -> None:
    sam = factories.user("sam@clinic.test", Role.STAFF)
    first, second = desk.consultation(), desk.consultation()
    assert download(desk.signed_in(sam), Consultation, first, second).status_code == 200
    row = AuditEntry.objects.get(action="list_downloaded")
    assert (row.actor, row.object_type, row.reason) == (sam, "consultations.consultation", "2")


def test_the_audit_trail_itself_may_be_taken_out_by_an_owner() -> None:
    answer = download(desk.at_work(Role.OWNER), AuditEntry, desk.entry())
    assert answer.content.decode().count("Role changed") == 1
