"""What the desk may read of consultations in the admin."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from clinic.accounts.roles import Role
from clinic.premises.models import Room
from consultations.models import Consent, ConsentText, Consultation, ConsultationEvent, Intake, Kind, Status
from practitioners.models import Practitioner
from tests import factories
from tests.clinic import desk
from tests.consultations import scene

pytestmark = pytest.mark.django_db

CANARY = "Acne scars"


@pytest.fixture
def sam() -> Client:
    factories.clinic()
    return desk.at_work(Role.STAFF)


def visit(name: str = "Alice Wong", hour: int = 10, **changes: Any) -> Consultation:
    who = Practitioner.objects.first() or desk.practitioner()
    kind = Kind.objects.first() or scene.a_kind()
    room = Room.objects.first() or Room.objects.create(location=desk.location(), name="Room 1")
    starts = changes.pop("starts", scene.at(f"{hour:02}:00"))
    return scene.a_visit(who, kind, starts, room=room, patient=scene.a_patient(name), **changes)


def found(client: Client, **query: str) -> list[Any]:
    return list(client.get(desk.the_list(Consultation), query).context["cl"].result_list)


def test_the_list_says_who_comes_when_to_whom_and_whether_the_intake_is_complete(sam: Client) -> None:
    Intake.objects.create(consultation=visit(), is_complete=True)
    page = sam.get(desk.the_list(Consultation)).content.decode()
    for words in (
        "Alice Wong",
        "3 May 2027, 10:00",
        "Dr Imani",
        "Central",
        "First visit",
        "Confirmed",
        'alt="True"',
    ):
        assert words in page


def test_what_somebody_wants_treated_is_in_no_list_page_or_file(sam: Client) -> None:
    scars = desk.concern(name=CANARY)
    wanted = visit(concern=scars, quote={"treatments": [CANARY]})
    wanted.treatments.add(desk.treatment(name=CANARY))
    ConsultationEvent.objects.create(consultation=wanted, kind="confirmed", at=scene.NOW)
    download = {"action": "download_csv", "_selected_action": [str(wanted.pk)]}
    with CaptureQueriesContext(connection) as queries:
        pages = [
            sam.get(desk.the_list(Consultation)),
            sam.get(desk.the_page(wanted)),
            sam.get(reverse("admin:consultations_consultation_history", args=[wanted.pk])),
            sam.post(desk.the_list(Consultation), download),
        ]
    assert [page.status_code for page in pages] == [200, 200, 200, 200]
    assert all(CANARY not in page.content.decode() for page in pages)
    asked = " ".join(query["sql"] for query in queries)
    for column in ('consultation"."concern_id', 'consultation"."quote', 'patient"."date_of_birth', 'patient"."phone'):
        assert f'"consultations_{column}"' not in asked


def test_a_consultation_is_read_and_never_changed_there(sam: Client) -> None:
    booked = visit()
    for path in (desk.the_page(booked), reverse("admin:consultations_consultation_delete", args=[booked.pk])):
        assert sam.post(path, {"status": "cancelled", "post": "yes"}).status_code == 404
    assert sam.get(desk.the_new(Consultation)).status_code == 404
    assert Consultation.objects.get().status == Status.CONFIRMED


def test_its_page_tells_its_history(sam: Client) -> None:
    moved = visit()
    ConsultationEvent.objects.create(
        consultation=moved, kind="moved", at=scene.NOW, starts_before=scene.at("09:00"), starts_after=scene.at("10:00")
    )
    page = sam.get(desk.the_page(moved)).content.decode()
    assert "Moved" in page
    assert "3 May 2027, 09:00" in page


@pytest.mark.parametrize("term", ["Alice", "alice wong", "  Alice   Wo "])
def test_a_search_finds_the_beginning_of_a_name(sam: Client, term: str) -> None:
    alice = visit()
    visit("Bob Alice", hour=12)
    assert found(sam, q=term) == [alice]


@pytest.mark.parametrize("term", ["K7PM-2QRS", "k7pm-2qrs", "k7pm2qrs", "K7PM 2QRS"])
def test_a_search_finds_one_reference_whole(sam: Client, term: str) -> None:
    alice = visit()
    Consultation.objects.filter(pk=alice.pk).update(reference="K7PM-2QRS")
    visit("Bob Chan", hour=12)
    assert found(sam, q=term) == [alice]
    assert found(sam, q="K7PM") == []


@time_machine.travel(scene.NOW, tick=False)
def test_the_list_is_narrowed_to_the_clinics_days() -> None:
    factories.clinic()
    sam = desk.at_work(Role.STAFF)
    late = visit(starts=scene.at("23:30", scene.MONDAY - timedelta(days=1)))
    today = visit(starts=scene.at("00:10"))
    tomorrow = visit(starts=scene.at("10:00", scene.TUESDAY))
    in_a_week = visit(starts=scene.at("10:00", scene.MONDAY + timedelta(days=7)))
    assert found(sam, when="today") == [today]
    assert found(sam, when="tomorrow") == [tomorrow]
    assert found(sam, when="week") == [tomorrow, today]
    assert found(sam, when="past") == [late]
    assert found(sam) == [in_a_week, tomorrow, today, late]


def test_the_list_is_narrowed_to_unfinished_intakes(sam: Client) -> None:
    without, begun, done = visit(hour=9), visit(hour=10), visit(hour=11)
    Intake.objects.create(consultation=begun)
    Intake.objects.create(consultation=done, is_complete=True)
    assert found(sam, intake="open") == [begun, without]
    assert found(sam, intake="complete") == [done]


def test_a_hold_has_no_patient_and_says_so_with_a_dash(sam: Client) -> None:
    kind = scene.a_kind()
    room = Room.objects.create(location=desk.location(), name="Room 1")
    scene.a_visit(desk.practitioner(), kind, scene.at("10:00"), room=room, status=Status.HELD, held_until=scene.NOW)
    assert '<td class="field-patient_name">–</td>' in sam.get(desk.the_list(Consultation)).content.decode()


def test_a_hold_that_came_to_nothing_is_not_shown(sam: Client) -> None:
    room = Room.objects.create(location=desk.location(), name="Room 1")
    scene.a_visit(desk.practitioner(), scene.a_kind(), scene.at("10:00"), room=room, status=Status.EXPIRED)
    lapsed_request = visit(hour=12, status=Status.EXPIRED)
    assert found(sam) == [lapsed_request]


def test_staff_change_a_kind_of_visit_but_not_which_one_it_is(sam: Client) -> None:
    kind = scene.a_kind()
    words = {
        "code": "video", "name_en": "First visit", "minutes": "40", "minutes_before": "0", "minutes_after": "10",
        "step_minutes": "20", "notice_hours": "2", "horizon_days": "60", "mode": "request", "position": "0",
        "overrun_minutes": "5", "audience": "known",
    }  # fmt: skip
    sent = desk.filled(sam.get(desk.the_page(kind))) | words
    assert sam.post(desk.the_page(kind), sent).status_code == 302
    kind.refresh_from_db()
    assert (kind.code, kind.minutes, kind.mode) == ("first_visit", 40, "request")


def test_staff_set_the_reminders_of_a_kind_of_visit_each_once_and_from_now_on(sam: Client) -> None:
    kind = scene.a_kind()
    page, before = desk.the_page(kind), timezone.now()
    step = {"steps-TOTAL_FORMS": "1", "steps-0-what": "reminder", "steps-0-hours": "12"}
    assert sam.post(page, desk.filled(sam.get(page)) | step).status_code == 302
    laid = kind.steps.get()
    assert (laid.what, laid.hours, laid.since >= before) == ("reminder", 12, True)
    for hours, words in (("12", "duplicate"), ("0", "between 1 and 720 hours")):
        twice = {"steps-TOTAL_FORMS": "2", "steps-1-what": "reminder", "steps-1-hours": hours, "steps-1-kind": kind.pk}
        answer = sam.post(page, desk.filled(sam.get(page)) | twice)
        assert words in answer.text
        assert kind.steps.count() == 1
    laid.since = before - timedelta(days=9)
    laid.save()
    assert sam.post(page, desk.filled(sam.get(page)) | {"steps-0-hours": "10"}).status_code == 302
    laid.refresh_from_db()
    assert (laid.hours, laid.since >= before) == (10, True)


# --- consent texts ---


def consent_text(**changes: Any) -> ConsentText:
    return ConsentText.objects.create(**{"kind": "data", "version": 1, "language": "en", "text": "I agree.", **changes})


def test_an_owner_writes_the_next_version_of_a_consent_text() -> None:
    consent_text()
    owner = desk.at_work(Role.OWNER)
    assert owner.get(desk.the_new(ConsentText)).context["adminform"].form.initial["version"] == 2
    words = {"kind": "data", "version": "2", "language": "zh-hant", "text": "我同意。"}
    assert owner.post(desk.the_new(ConsentText), words).status_code == 302
    assert ConsentText.newest("zh-hant")["data"].text == "我同意。"


def test_words_somebody_agreed_to_stay_as_they_were() -> None:
    agreed, unread = consent_text(), consent_text(version=2)
    alice = scene.a_patient()
    Consent.objects.create(
        patient=alice, text=agreed, given_at=scene.NOW, given_by=factories.user("alice@example.test")
    )
    owner = desk.at_work(Role.OWNER)
    new = {"kind": "data", "language": "en", "text": "I agree to everything."}
    assert owner.post(desk.the_page(agreed), {**new, "version": "1"}).status_code == 404
    assert owner.post(desk.the_page(unread), {**new, "version": "2"}).status_code == 302
    assert dict(ConsentText.objects.values_list("version", "text")) == {1: "I agree.", 2: "I agree to everything."}
    assert "Alice" not in owner.get(desk.the_page(agreed)).content.decode()
