"""Which day it is at the clinic, where that is not the day in UTC; and what becomes of visits when its zone changes."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from clinic.accounts.roles import Role
from clinic.localtime import local
from clinic.premises.models import Clinic, Closure
from clinic.premises.templatetags.clinic import day, when
from consultations import access, availability, feeds, lateness, mail, outside, reserving, visits
from consultations.errors import NoReason
from consultations.models import Relation
from consultations.scheduling.invite import Method
from tests import factories
from tests.cast import signed_in
from tests.clinic import desk
from tests.consultations.bookings import fresh
from tests.consultations.zone_scene import opened
from tests.zones import HONG_KONG, LONDON, NEW_YORK, ClockChange

pytestmark = pytest.mark.django_db
SYDNEY = ZoneInfo("Australia/Sydney")
MONDAY, TUESDAY = date(2027, 5, 3), date(2027, 5, 4)
# The day at the clinic, and a moment at which UTC is a day ahead or behind.
EVENING = ClockChange(NEW_YORK, MONDAY, 24), datetime(2027, 5, 4, 1, tzinfo=UTC)
MORNING = ClockChange(SYDNEY, TUESDAY, 24), datetime(2027, 5, 3, 22, tzinfo=UTC)
near_midnight = pytest.mark.parametrize(("change", "now"), [EVENING, MORNING], ids=["New York", "Sydney"])


def page(person, address, now):
    with time_machine.travel(now, tick=False):
        return signed_in(person).get(address)


@near_midnight
def test_today_is_the_clinics_day_on_every_page(change, now):
    around, today = opened(change), change.day
    assert now.date() != today
    assert around.clinic.today(now) == today
    for person, address in ((around.sam, "/reception/"), (around.doctor, "/desk/")):
        shown = page(person, address, now)
        assert shown.context["day"] == today
        assert day(today) in shown.text
    assert page(around.doctor, "/desk/week/", now).context["first"] == MONDAY
    assert page(around.sam, "/reception/numbers/", now).context["asked"].last == today
    assert page(around.sam, "/reception/book/?kind=first_visit", now).context["days"][0]["date"] >= today
    assert page(around.sam, "/reception/away/", now).context["form"].initial["first_day"] == today


@near_midnight
def test_what_hangs_on_today_hangs_on_the_clinics_day(change, now):
    around, today = opened(change), change.day
    around.imani.hours.update(closes="23:30")
    around.imani.hours.filter(opens="00:00").delete()
    walk_ins = reserving.free_now(kind=around.kind, practitioners=[around.imani], now=now)
    assert [local(slot.starts, change.zone).date() for slot in walk_ins] == [today]
    lateness.say(actor=around.sam, practitioner=around.imani, minutes=20, now=now)
    assert lateness.said([around.imani.pk], today) == {around.imani.pk: 20}
    assert [*Closure.objects.coming(today)] == []
    Closure.objects.create(first_day=today, last_day=today, reason="Flood")
    assert [each.last_day for each in Closure.objects.coming(around.clinic.today(now))] == [today]
    first = availability.soonest(kind=around.kind, practitioners=[around.imani], now=now)
    assert first is not None
    assert local(first.starts, change.zone).date() == today + timedelta(days=1)


@near_midnight
def test_a_registration_lasts_to_the_end_of_the_clinics_day(change, now):
    around, today = opened(change), change.day
    around.imani.registration_expires_on = today
    around.imani.save()
    around.imani.hours.update(closes="23:30")
    around.imani.hours.filter(opens="00:00").delete()
    offered = availability.free(
        kind=around.kind, practitioners=[around.imani], first_day=today, days=2, now=now
    ).by_day()
    assert [bool(slots) for slots in offered.values()] == [True, False]


@near_midnight
def test_a_guardian_reads_until_the_clinics_day_of_the_eighteenth_birthday(change, now):
    opened(change)
    ward = factories.patient("Cleo Ng", factories.user("cleo@patients.test"), date_of_birth="2009-05-05")
    guardian = factories.user("guardian@patients.test")
    factories.access_to(ward, guardian, Relation.GUARDIAN)
    comes_of_age = datetime(2027, 5, 5, tzinfo=change.zone)
    for moment, reads in ((comes_of_age - timedelta(seconds=1), True), (comes_of_age, False)):
        assert access.reads_health_of(guardian, ward, moment) is reads


@near_midnight
def test_a_no_show_is_taken_back_without_a_reason_until_the_clinics_midnight(change, now):
    around = opened(change)
    visit = around.visit(change.at("17:00"))
    midnight = change.at("00:00", 1)
    visits.no_show(actor=around.sam, consultation=visit, now=visit.starts + timedelta(hours=1))
    with pytest.raises(NoReason):
        visits.came(actor=around.sam, consultation=fresh(visit), now=midnight)
    visits.came(actor=around.sam, consultation=fresh(visit), now=midnight - timedelta(seconds=1))
    assert fresh(visit).status == "confirmed"


@near_midnight
def test_the_lists_of_the_admin_speak_the_clinics_time(change, now):
    around = opened(change)
    visit = around.visit(change.at("17:00"))
    listed = page(around.sam, "/admin/consultations/consultation/?when=today", now)
    assert visit.reference in listed.text
    assert f"{change.day.day} May 2027, 17:00" in listed.text
    with time_machine.travel(now, tick=False):
        chosen = {"action": "download_csv", "_selected_action": [visit.pk]}
        file = signed_in(around.sam).post("/admin/consultations/consultation/", chosen).text
    assert f"{change.day} 17:00" in file


# --- another zone ----------------------------------------------------------------------------------------------------


def test_a_change_of_zone_leaves_every_moment_and_tells_it_by_the_new_clock():
    around = opened(ClockChange(LONDON, date(2027, 3, 28), 23))
    visit = around.visit(around.change.at("10:00"))
    Clinic.objects.update(zone_name=HONG_KONG.key)
    clinic = Clinic.objects.the()
    assert fresh(visit).starts == visit.starts
    assert when(fresh(visit).starts, clinic.zone) == "Sunday 28 March, 17:00, Hong Kong time"
    written = mail.calendar_of(fresh(visit), Method.REQUEST, clinic=clinic, now=around.now)
    assert "DTSTART:20270328T090000Z" in written
    assert "DTSTART:20270328T090000Z" in feeds.written(around.imani, now=around.now)
    assert "17:00" in page(around.sam, "/reception/paper/?day=2027-03-28", around.now).text


def test_an_owner_reads_which_visits_would_lose_their_hours_before_the_zone_changes():
    """The roster is wall time and moves with the clock; what is booked does not."""
    around = opened(ClockChange(LONDON, date(2027, 3, 28), 23))
    visit = around.visit(around.change.at("10:00"))
    with time_machine.travel(around.now, tick=False):
        owner = signed_in(factories.user("owner@clinic.test", Role.OWNER))
        address = desk.the_page(around.clinic)
        sent = desk.filled(owner.get(address)) | {"zone_name": SYDNEY.key}
        asked = owner.post(address, sent)
        assert "1 booked visit would stand outside of hours. Nothing is saved yet." in asked.text
        assert visit.reference in asked.text
        assert Clinic.objects.the().zone == LONDON
        seen = {"seen_visits": asked.context["taken"].fingerprint}
        assert owner.post(address, sent | seen).status_code == 302
    assert Clinic.objects.the().zone == SYDNEY
    assert [each.visit for each in outside.found(now=around.now)] == [visit]
