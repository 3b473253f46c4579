"""The practitioner's day and week: who comes, what to look at first, and a line in the audit trail for every look."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clinic.audit.models import Action, AuditEntry
from clinic.premises.models import Location
from consultations import intake
from consultations.models import Intake, Screening
from practitioners.models import Practitioner
from tests import factories
from tests.cast import TUESDAY, signed_in
from tests.consultations.bookings import cancel
from tests.factories import NOW, at
from treatments.models import Treatment

DAY = f"/desk/?day={TUESDAY}"


def fill_the_day(visits):
    """Give Dr Imani this many more visits on Tuesday, each of another patient."""
    imani = Practitioner.objects.get(slug="dr-imani")
    factories.hours(imani, Location.objects.get(), "18:00", "22:00")
    needling = Treatment.objects.get()
    for number in range(visits):
        person = factories.user(f"patient{number}@patients.test", name=f"Patient {number}")
        starts = at("10:30", TUESDAY) + timedelta(minutes=30 * number)
        factories.consultation(factories.patient(person.name, person), imani, starts, wants=[needling])


@pytest.mark.parametrize("address", [DAY, f"/desk/week/?day={TUESDAY}"])
def test_twenty_visits_take_as_many_queries_as_one(as_dr_imani, django_assert_num_queries, address):
    as_dr_imani.get(address)
    with CaptureQueriesContext(connection) as first:
        as_dr_imani.get(address)
    fill_the_day(19)
    with django_assert_num_queries(len(first)):
        page = as_dr_imani.get(address)
    assert page.content.decode().count("/desk/") > 20


def test_a_day_takes_four_queries(as_dr_imani):
    """The session with its person and their roles, the clinic, the visits, and the line in the audit trail."""
    as_dr_imani.get(DAY)
    with CaptureQueriesContext(connection) as asked:
        as_dr_imani.get(DAY)
    statements = [each["sql"] for each in asked if not each["sql"].startswith(("BEGIN", "SAVEPOINT", "RELEASE"))]
    assert len(statements) == 4, statements


def test_each_visit_leads_to_its_brief(as_dr_imani, alices_visit):
    way = f'<a href="/desk/{alices_visit.reference}/">Alice Wong</a>'
    assert way in as_dr_imani.get(DAY).text
    assert as_dr_imani.get(f"/desk/{alices_visit.reference}/").status_code == 200


def test_the_level_is_that_of_the_newest_answers_found_last(as_dr_imani, alices_visit, alice):
    """Of several revisions the newest counts, of several findings about it the latest; an older one is never shown."""
    for status in ("current", "never"):
        intake.save(actor=alice, consultation=alices_visit, answers={"isotretinoin_status": status}, now=NOW)
    newest = intake.newest(alices_visit).revision
    found = newest.screenings.get()
    later = Screening.objects.create(
        revision=newest,
        rule_set=found.rule_set,
        as_of=found.as_of + timedelta(days=1),
        findings=found.findings,
        worst="caution",
        made_at=NOW + timedelta(minutes=1),
    )
    Intake.objects.filter(consultation=alices_visit).update(screening=later)
    page = as_dr_imani.get(DAY).text
    assert ("level--caution" in page, "level--defer" in page) == (True, False)
    assert page.count("Alice Wong") == 1


def test_several_treatments_are_told_in_their_order(as_dr_imani, alices_visit):
    first, second = Treatment.objects.get(), factories.treatment(name="Gentle peel", slug="gentle-peel", position=9)
    alices_visit.treatments.set([second, first])
    assert f"{first.name}, Gentle peel</td>" in as_dr_imani.get(DAY).text


def test_the_worst_finding_of_each_visit_is_seen_at_a_glance(as_dr_imani, alices_visit, alice):
    intake.save(actor=alice, consultation=alices_visit, answers={f"sens_{n}": "0" for n in range(1, 6)}, now=NOW)
    assert "Nothing found" in as_dr_imani.get(DAY).content.decode()
    intake.save(
        actor=alice, consultation=alices_visit, answers={"isotretinoin_status": "current", "pregnant": "yes"}, now=NOW
    )
    page = as_dr_imani.get(DAY).content.decode()
    assert "Defer" in page
    assert "isotretinoin" not in page.lower(), "the list names the level, not what stands behind it"


def test_a_look_at_the_list_is_written_down_before_a_level_is_opened(as_dr_imani, dr_imani):
    as_dr_imani.get(DAY)
    entry = AuditEntry.objects.get(action=Action.DAY_LIST_READ)
    assert (entry.actor, entry.object_type, entry.patient_id) == (dr_imani, "practitioner", None)


def test_the_list_shows_ones_own_patients_and_nobody_elses(as_dr_imani, as_dr_reyes):
    mine, theirs = (browser.get(DAY).content.decode() for browser in (as_dr_imani, as_dr_reyes))
    assert ("Alice Wong" in mine, "Bob Chan" in mine) == (True, False)
    assert ("Alice Wong" in theirs, "Bob Chan" in theirs) == (False, True)


def test_an_intake_that_nobody_reviewed_is_counted_until_it_is(as_dr_imani, alices_visit, dr_imani):
    assert "1 intake to review" in as_dr_imani.get(DAY).content.decode()
    intake.stamp(
        actor=dr_imani,
        practitioner=alices_visit.practitioner,
        consultation=alices_visit,
        screening=intake.newest(alices_visit).screening.pk,
        now=NOW,
    )
    assert "0 intakes to review" in as_dr_imani.get(DAY).content.decode()


def test_a_cancelled_visit_needs_no_review(as_dr_imani, alices_visit):
    cancel(alices_visit)
    assert "0 intakes to review" in as_dr_imani.get(DAY).content.decode()


def test_the_day_is_the_clinics_day(as_dr_imani):
    imani = Practitioner.objects.get(slug="dr-imani")
    factories.hours(imani, Location.objects.get(), "06:00", "09:00")
    person = factories.user("early@patients.test", name="Early Bird")
    factories.consultation(factories.patient("Early Bird", person), imani, at("06:30", TUESDAY))
    assert "Early Bird" in as_dr_imani.get(DAY).content.decode()
    assert "Early Bird" not in as_dr_imani.get("/desk/").content.decode()


@pytest.mark.parametrize("page", ["/desk/", "/desk/week/", "/reception/"])
@pytest.mark.parametrize("day", ["", "soon", "2027-13-01", "2027-02-30", "0001-01-01", "9999-12-31", "1" * 500])
def test_nonsense_for_a_day_shows_today(cast, page, day):
    browser = signed_in(cast.sam if "reception" in page else cast.dr_imani)
    answer = browser.get(page, {"day": day})
    assert answer.status_code == 200
    assert "3 May" in answer.content.decode()


def test_a_week_shows_seven_days_from_monday(as_dr_imani):
    page = as_dr_imani.get(f"/desk/week/?day={TUESDAY}").content.decode()
    assert page.count('<a href="/desk/?day=') == 7
    assert f"/desk/?day={date(2027, 5, 3)}" in page
    assert f"/desk/?day={date(2027, 5, 9)}" in page


def test_who_treats_nobody_has_no_desk(visitor, as_alice, as_sam, as_owner):
    for browser in (as_alice, as_sam, as_owner):
        assert {browser.get(page).status_code for page in ("/desk/", "/desk/week/")} == {404}
    assert visitor.get("/desk/").status_code == 302


def test_the_menu_marks_one_place_as_the_one_somebody_is_at(as_dr_imani):
    for page, name in (("/desk/", "Today"), ("/desk/week/", "Week"), ("/desk/calendar/", "Today")):
        marked = re.findall(r'<a class="menu__link"[^>]*aria-current="page">([^<]+)<', as_dr_imani.get(page).text)
        assert set(marked) == {name}, page
