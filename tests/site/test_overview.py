"""The admin's front page: numbers that lead to the lists they count."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinic.accounts.roles import Role
from clinic.outbox.models import OutboundMessage
from clinic.site import overview
from consultations.models import Consultation, Intake, Kind, Status
from practitioners.models import Practitioner
from tests import factories
from tests.clinic import desk
from tests.consultations import scene

MORNING = time_machine.travel(scene.NOW, tick=False)  # a Monday, 7:00 in Hong Kong


def visit(wall: str, day: date = scene.MONDAY, status: Status = Status.CONFIRMED, **changes: Any) -> Consultation:
    kind = Kind.objects.first() or scene.a_kind()
    who = Practitioner.objects.first() or scene.a_practitioner("Dr Imani", kind)
    if not who.hours.exists():
        scene.works(who, scene.a_location(), "09:00", "18:00")
    return scene.a_visit(who, kind, scene.at(wall, day), status=status, **changes)


def front(client: Client) -> dict[str, int]:
    return {tile.label: tile.count for tile in client.get("/admin/").context["tiles"]}


@pytest.mark.django_db
@MORNING
def test_the_front_page_counts_the_work_that_waits() -> None:
    factories.clinic()
    Intake.objects.create(consultation=visit("10:00"), is_complete=True)
    visit("11:00")
    visit("12:00", status=Status.CANCELLED, cancelled_by="patient")
    visit("13:00", status=Status.REQUESTED, held_until=scene.at("18:00"))
    visit("14:00", status=Status.HELD, held_until=scene.at("14:15"))
    visit("10:00", scene.TUESDAY)
    factories.review(desk.practitioner())
    factories.proposal(desk.practitioner(), bio_en="I listen first.")
    OutboundMessage.objects.filter(pk=desk.message().pk).update(state="failed", due_at=scene.NOW)
    assert front(desk.at_work(Role.STAFF)) == {
        "Consultations today": 2,
        "Visits outside of hours": 0,
        "Requests to answer": 1,
        "Intakes unfinished this week": 2,
        "Reviews to moderate": 1,
        "Stories to moderate": 0,
        "Words of practitioners to read": 1,
        "Texts due for review": 0,
        "Broken links": 0,
        "Messages that failed this week": 1,
    }


@pytest.mark.django_db
@MORNING
def test_each_number_leads_to_a_list_of_as_many_rows() -> None:
    factories.clinic()
    visit("10:00")
    visit("13:00", status=Status.REQUESTED, held_until=scene.at("18:00"))
    OutboundMessage.objects.filter(pk=desk.message().pk).update(state="unsure", due_at=scene.NOW)
    client = desk.at_work(Role.STAFF)
    for tile in client.get("/admin/").context["tiles"]:
        answer = client.get(tile.url)
        assert answer.status_code == 200
        if tile.url.startswith("/admin/"):
            rows = answer.context["rows"] if tile.url == reverse("admin:due") else answer.context["cl"].result_list
            assert (tile.label, len(rows) >= tile.count) == (tile.label, True)


@pytest.mark.django_db
def test_a_role_that_may_not_read_a_list_is_not_told_its_numbers() -> None:
    answer = desk.at_work(Role.CLINICAL_LEAD).get("/admin/")
    assert answer.context["tiles"] == []
    assert answer.context["weeks"] == []


@pytest.mark.django_db
@MORNING
def test_the_front_page_asks_the_same_number_of_questions_however_many_visits_there_are() -> None:
    factories.clinic()
    client = desk.at_work(Role.STAFF)

    def ask() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/admin/")
        return len(queries)

    visit("10:00")
    ask()
    few = ask()
    for hour in range(11, 17):
        visit(f"{hour}:00")
    assert ask() == few


@pytest.mark.django_db
@MORNING
def test_the_weeks_count_visits_by_the_clinics_own_days() -> None:
    visit("00:10")  # still Sunday in UTC
    visit("23:40", scene.MONDAY - timedelta(days=1))
    visit("10:00", scene.MONDAY + timedelta(weeks=5))
    user = factories.user("sam@clinic.test", Role.STAFF)
    weeks = overview.weeks(user=user, now=scene.NOW, zone=scene.HONG_KONG)
    assert {week.monday: week.count for week in weeks if week.count} == {
        scene.MONDAY - timedelta(weeks=1): 1,
        scene.MONDAY: 1,
    }
    assert [week.monday for week in weeks if week.is_current] == [scene.MONDAY]
    assert len(weeks) == 13


def test_the_fullest_week_fills_its_column_and_an_empty_one_has_no_height() -> None:
    monday = scene.MONDAY
    drawn = overview.bars(
        [(monday, 0), (monday + timedelta(weeks=1), 10), (monday + timedelta(weeks=2), 5)], current=monday
    )
    assert [(bar.x, bar.y, bar.height) for bar in drawn] == [(0, 80, 0), (40, 0, 80), (80, 40, 40)]


def test_weeks_without_visits_are_drawn_flat() -> None:
    assert [bar.height for bar in overview.bars([(scene.MONDAY, 0)], current=scene.MONDAY)] == [0]
