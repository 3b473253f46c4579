"""The front desk: who comes when and what may be done about it; nothing about anybody's health."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clinic.outbox.models import OutboundMessage
from consultations import intake
from consultations.models import Patient
from practitioners.models import Practitioner
from tests import factories
from tests.cast import ALICE_ASKS, TUESDAY, signed_in
from tests.consultations.bookings import confirm, fresh, hold
from tests.factories import NOW

DAY = f"/reception/?day={TUESDAY}"
OPEN = "Over, and not closed"
# What alice has told, what the rules made of it, what she comes for and when she was born.
HEALTH = (
    ALICE_ASKS,
    "melasma",
    "Microneedling",
    "Enlarged pores",
    "isotretinoin",
    "Defer",
    "Contraindicated",
    "1987",
    "female",
)


@pytest.fixture
def request_of_alice(cast):
    """A visit that alice has asked for and the clinic has yet to confirm."""
    on_request = factories.kind("follow_up", mode="request")
    imani = Practitioner.objects.get(slug="dr-imani")
    imani.kinds.create(kind="follow_up", fee_minor=50000)
    alice = Patient.objects.get(full_name="Alice Wong")
    return confirm(hold("14:00", imani, kind=on_request), alice)


def page_of(browser, address, status=200):
    answer = browser.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def change(browser, visit, to):
    return browser.post(f"/reception/{visit.reference}/change/", {"change": to})


def test_no_page_of_the_desk_tells_anything_about_health(as_sam, alices_visit, alice):
    told = {"isotretinoin_status": "current", "melasma": "yes"}
    intake.save(actor=alice, consultation=alices_visit, answers=told, now=NOW)
    pages = [
        DAY,
        f"/reception/{alices_visit.reference}/",
        f"/reception/{alices_visit.reference}/move/",
        "/reception/?q=alice",
    ]
    for address in pages:
        page = page_of(as_sam, address).lower()
        assert "alice wong" in page
        assert [word for word in HEALTH if word.lower() in page] == []


def test_the_answers_are_not_so_much_as_fetched_for_the_desk(as_sam, alices_visit):
    with CaptureQueriesContext(connection) as asked:
        page_of(as_sam, DAY)
        page_of(as_sam, f"/reception/{alices_visit.reference}/")
    tables = (
        "consultations_intakerevision",
        "consultations_screening",
        "consultations_note",
        "consultation_treatments",
    )
    assert [query for query in asked.captured_queries for table in tables if table in query["sql"]] == []


def test_the_day_shows_everybody_who_is_expected_with_every_practitioner(as_sam):
    page = page_of(as_sam, DAY)
    assert page.index("Alice Wong") < page.index("Bob Chan")
    assert "Nobody is expected on this day." in page_of(as_sam, "/reception/?day=2027-05-05")


def test_twenty_visits_take_as_many_queries_as_two(as_sam, django_assert_num_queries):
    as_sam.get(DAY)
    with CaptureQueriesContext(connection) as first:
        as_sam.get(DAY)
    for number, who in enumerate([*Practitioner.objects.order_by("pk")] * 9):
        person = factories.user(f"patient{number}@patients.test", name=f"Patient {number}")
        half = f"{12 + number // 4}:{'30' if number // 2 % 2 else '00'}"
        confirm(hold(half, who), factories.patient(person.name, person))
    with django_assert_num_queries(len(first)):
        page = page_of(as_sam, DAY)
    assert all(f"Patient {number}<" in page for number in range(18))


def test_visits_of_earlier_days_that_nobody_has_closed_stand_out_until_somebody_does(cast, monday):
    """Without it they count as neither kept nor missed, and what waits for their end waits for ever."""
    one = cast.alices_visit
    monday.move_to(one.ends + timedelta(hours=1))  # the day is not over
    assert OPEN not in page_of(signed_in(cast.sam), "/reception/") + page_of(signed_in(cast.dr_imani), "/desk/")
    monday.move_to(one.ends + timedelta(days=1))
    sam, imani = signed_in(cast.sam), signed_in(cast.dr_imani)
    for browser, door in ((sam, "/reception/"), (imani, "/desk/")):
        assert f'href="{door}{one.reference}/"' in page_of(browser, door).split(f"<h2>{OPEN}")[1]
    assert imani.post(f"/desk/{one.reference}/visit/", {"change": "no_show"}).status_code == 302
    assert fresh(one).status == "no_show"
    for browser, door in ((sam, "/reception/"), (imani, "/desk/")):
        assert f'href="{door}{one.reference}/"' not in page_of(browser, door).split(f"<h2>{OPEN}")[-1]


def test_visits_of_the_next_two_days_that_nobody_has_prepared_stand_out(as_sam):
    assert "Within 48 hours, not reviewed yet" in page_of(as_sam, "/reception/")


# --- looking for somebody --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("term", ["Alice", "alice wong", "  ALICE ", "wong", "alice@patients"])
def test_a_patient_is_found_by_the_beginning_of_a_name_or_of_the_address(as_sam, term):
    page = page_of(as_sam, f"/reception/?q={term}")
    assert "Alice Wong" in page
    assert "Bob Chan" not in page


def test_a_patient_is_found_by_the_whole_reference_and_not_by_a_piece_of_it(as_sam, alices_visit):
    assert "Alice Wong" in page_of(as_sam, f"/reception/?q={alices_visit.reference.lower()}")
    assert "Nobody found." in page_of(as_sam, f"/reception/?q={alices_visit.reference[:4]}")


@pytest.mark.parametrize("between", ["", " "])
def test_a_reference_that_was_read_aloud_is_found_without_its_dash(as_sam, alices_visit, between):
    read = alices_visit.reference.lower().replace("-", between)
    assert "Alice Wong" in page_of(as_sam, f"/reception/?q={read}")


@pytest.mark.parametrize("term", ["%", "_", "ong", "patients.test", "x" * 500, "<script>alert(1)</script>", "\u202e"])
def test_a_search_that_finds_nobody_says_so(as_sam, term):
    answer = as_sam.get("/reception/", {"q": term})
    assert "Nobody found." in answer.content.decode()
    assert "<script>alert" not in answer.content.decode()


# --- requests and the day itself -------------------------------------------------------------------------------------


def test_a_request_is_confirmed_and_the_patient_hears_of_it(as_sam, request_of_alice):
    assert "Requests to answer" in page_of(as_sam, "/reception/")
    change(as_sam, request_of_alice, "accept")
    assert fresh(request_of_alice).status == "confirmed"
    assert "Requests to answer" not in page_of(as_sam, "/reception/")
    subjects = OutboundMessage.objects.filter(to="alice@patients.test").values_list("subject", flat=True)
    assert any("booked" in subject for subject in subjects)


def test_a_request_is_declined_by_the_clinic_and_costs_nothing(as_sam, request_of_alice):
    assert "Decline the request" in page_of(as_sam, f"/reception/{request_of_alice.reference}/")
    change(as_sam, request_of_alice, "cancel")
    after = fresh(request_of_alice)
    assert (after.status, after.cancelled_by, after.owed_minor) == ("cancelled", "clinic", 0)


def test_a_request_answered_by_a_colleague_says_that_it_changed(as_sam, request_of_alice):
    change(as_sam, request_of_alice, "cancel")
    answer = change(as_sam, request_of_alice, "accept")
    assert answer.status_code == 409
    assert "has changed in the meantime" in answer.content.decode()


def test_an_arrival_is_noted_on_the_day_with_who_noted_it(sam, alices_visit, monday):
    monday.move_to(alices_visit.starts - timedelta(minutes=10))
    desk = signed_in(sam)
    change(desk, alices_visit, "arrived")
    assert fresh(alices_visit).status == "arrived"
    assert alices_visit.events.get(kind="arrived").actor == sam


def test_nobody_is_marked_absent_before_the_visit_should_have_begun(as_sam, alices_visit):
    assert "Did not come" not in page_of(as_sam, f"/reception/{alices_visit.reference}/")
    assert change(as_sam, alices_visit, "no_show").status_code == 409
    assert fresh(alices_visit).status == "confirmed"


def test_a_visit_early_in_the_morning_leads_back_to_its_own_day(as_sam, alices_visit):
    early = alices_visit.starts.replace(hour=23) - timedelta(days=1)  # seven on Tuesday in Hong Kong
    type(alices_visit).objects.filter(pk=alices_visit.pk).update(
        starts=early,
        ends=early + timedelta(minutes=30),
        blocked_from=early,
        blocked_until=early + timedelta(minutes=30),
    )
    assert DAY in page_of(as_sam, f"/reception/{alices_visit.reference}/")


def test_a_change_that_nobody_offers_is_not_there(as_sam, alices_visit):
    assert change(as_sam, alices_visit, "completed").status_code == 404


def test_only_the_desk_and_the_owner_stand_at_reception(visitor, as_alice, as_dr_imani, as_owner, alices_visit):
    assert visitor.get("/reception/").status_code == 302
    for browser in (as_alice, as_dr_imani):
        assert browser.get("/reception/").status_code == 404
        assert browser.get(f"/reception/{alices_visit.reference}/").status_code == 404
    assert as_owner.get("/reception/").status_code == 200


def test_a_hold_is_no_patient_at_the_desk(as_sam):
    held = hold("16:00", Practitioner.objects.get(slug="dr-imani"))
    assert as_sam.get(f"/reception/{held.reference}/").status_code == 404
    assert held.reference not in page_of(as_sam, DAY)
