"""The admin as a place: what is in it, who gets in, and in whose time it speaks."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.contrib.admin import site
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from clinic.accounts.models import User
from clinic.accounts.roles import Role
from consultations.models import Consultation
from practitioners.models import Practitioner, Roster, TimeOff
from tests import factories
from tests.clinic import desk

pytestmark = pytest.mark.django_db

IN_THE_ADMIN = {
    "accounts.User", "audit.AuditEntry", "consultations.ConsentText", "consultations.Consultation",
    "consultations.Kind", "outbox.OutboundMessage", "practitioners.Practitioner", "practitioners.Review",
    "practitioners.Roster", "practitioners.Story", "practitioners.TimeOff", "premises.Clinic", "premises.Closure",
    "premises.ClosureImport", "premises.Device", "premises.DeviceKind", "premises.Location", "premises.Room",
    "premises.RoomKind", "treatments.CatalogueImport", "treatments.CheckedLink",
    "treatments.Combination", "treatments.Comparison", "treatments.Concern", "treatments.FrequentQuestion",
    "treatments.Questionnaire", "treatments.Reference", "treatments.RuleSet", "treatments.Term", "treatments.Treatment",
    "treatments.TreatmentCategory", "treatments.TreatmentFacts",
}  # fmt: skip


def test_the_admin_holds_these_lists_and_no_patient_answer_finding_note_or_consent() -> None:
    assert {model._meta.label for model in site._registry} == IN_THE_ADMIN


@pytest.mark.parametrize("path", ["/admin/", "/admin/premises/room/", "/admin/nowhere/", "/zh-hant/admin/"])
def test_a_visitor_is_sent_to_the_one_sign_in_page_and_comes_back_afterwards(client: Client, path: str) -> None:
    answer = client.get(path, follow=True)
    where, status = answer.redirect_chain[-1]
    assert status == 302
    assert where.startswith(("/account/login/", "/zh-hant/account/login/"))
    assert where.endswith(f"next={path}")


@pytest.mark.parametrize("roles", [[], [Role.PRACTITIONER]], ids=["a patient", "a practitioner"])
def test_nothing_of_the_admin_is_there_for_somebody_without_work_in_it(roles: list[Role]) -> None:
    client = desk.at_work(*roles)
    paths = ["/admin/", "/admin/login/", "/admin/jsi18n/", "/admin/nowhere/"]
    paths += [desk.the_list(model) for model in desk.models_of_the_admin()]
    assert {path: client.get(path).status_code for path in paths} == dict.fromkeys(paths, 404)


def test_somebody_whose_sign_in_was_ended_is_out_at_their_next_click() -> None:
    sam = factories.user("sam@clinic.test", Role.STAFF)
    client = desk.signed_in(sam)
    assert client.get("/admin/").status_code == 200
    User.objects.filter(pk=sam.pk).update(is_active=False)
    assert client.get("/admin/").status_code == 302


def test_who_works_in_the_admin_goes_through_its_login_address_to_its_front_page() -> None:
    assert desk.at_work(Role.STAFF).get("/admin/login/").headers["Location"] == "/admin/"


def test_a_password_is_changed_on_the_one_page_for_it() -> None:
    answer = desk.at_work(Role.STAFF).get(reverse("admin:password_change"))
    assert answer.headers["Location"] == reverse("account_change_password")


@pytest.mark.parametrize("model", desk.models_of_the_admin(), ids=lambda model: model._meta.label)
def test_a_list_says_what_it_is_when_it_is_empty(model: type[Model]) -> None:
    client = desk.at_work(Role.OWNER)
    if model._meta.label == "premises.Clinic":
        assert client.get(desk.the_list(model)).headers["Location"] == desk.the_new(model)
        return
    if model is User:
        page = client.get(desk.the_list(model), {"role": "staff"}).content.decode()
        assert "Nothing matches the search and the filters." in page
        return
    page = client.get(desk.the_list(model)).content.decode()
    assert str(site._registry[model].empty_words) in page.replace("&#x27;", "'")  # type: ignore[attr-defined]


def test_an_empty_search_offers_the_whole_list() -> None:
    page = desk.at_work(Role.STAFF).get(desk.the_list(Practitioner), {"q": "nobody"}).content.decode()
    assert "Nothing matches the search and the filters." in page


def test_the_admin_speaks_the_clinics_time() -> None:
    factories.clinic(zone_name="Asia/Hong_Kong")
    off = TimeOff.objects.create(
        practitioner=desk.practitioner(),
        starts=datetime(2027, 3, 1, 1, 30, tzinfo=UTC),
        ends=datetime(2027, 3, 1, 4, tzinfo=UTC),
    )
    client = desk.at_work(Role.STAFF)
    assert "1 March 2027, 09:30" in client.get(desk.the_list(TimeOff)).content.decode()
    words = {"practitioner": off.practitioner_id, "starts_0": "2027-03-01", "starts_1": "10:00", "ends_0": "2027-03-01",
             "ends_1": "12:00", "absence": "leave"}  # fmt: skip
    assert client.post(desk.the_page(off), words).status_code == 302
    off.refresh_from_db()
    assert off.starts == datetime(2027, 3, 1, 2, tzinfo=UTC)


def test_every_page_of_the_admin_runs_under_the_strict_policy_and_stays_out_of_caches() -> None:
    answer = desk.at_work(Role.STAFF).get(desk.the_list(Consultation))
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store, private"


@time_machine.travel(desk.NOW, tick=False)
def test_time_off_to_come_stands_on_the_page_of_the_roster_and_the_past_only_in_its_list() -> None:
    who = desk.practitioner()
    TimeOff.objects.create(
        practitioner=who, starts=datetime(2027, 1, 1, tzinfo=UTC), ends=datetime(2027, 1, 2, tzinfo=UTC)
    )
    coming = TimeOff.objects.create(
        practitioner=who, starts=datetime(2027, 4, 1, tzinfo=UTC), ends=datetime(2027, 4, 2, tzinfo=UTC)
    )
    client = desk.at_work(Role.STAFF)
    shown = client.get(desk.the_page(Roster(pk=who.pk))).context["inline_admin_formsets"][-1].formset.queryset
    assert list(shown) == [coming]
    assert client.get(desk.the_list(TimeOff)).context["cl"].result_count == 2
