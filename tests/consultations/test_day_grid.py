"""The desk's day as a table: who comes when to whom, what is free, and what stands in the way."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clinic.premises.models import Closure
from consultations.models import Kind
from practitioners.models import Practitioner, TimeOff
from tests import factories
from tests.cast import TUESDAY, signed_in
from tests.consultations.bookings import cancel, confirm, hold
from tests.factories import MONDAY, NOW, at

DAY = f"/reception/?day={TUESDAY}"


def table(browser, address=DAY):
    """The table alone, without the list beneath it."""
    page = browser.get(address).text
    found = re.search(r"<table class=\"day-grid__table\".*?</table>", page, re.DOTALL)
    return found[0] if found else ""


def test_each_practitioner_has_a_column_and_each_visit_a_cell_with_its_state_in_words(as_sam):
    drawn = table(as_sam)
    assert drawn.index("Dr Imani") < drawn.index("Dr Reyes") < drawn.index("Alice Wong") < drawn.index("Bob Chan")
    assert drawn.count("visit--confirmed") == 2
    assert drawn.count(">Confirmed<") == 2


def test_every_row_of_the_table_is_filled_to_the_last_column(as_sam):
    Kind.objects.update(minutes_after=10)
    rows = re.findall(r"<tr class=\"minutes--\d+.*?</tr>", table(as_sam), re.DOTALL)
    spans = [[int(span) for span in re.findall(r"<t[dh][^>]* rowspan=\"(\d+)\"", row)] for row in rows]
    covered = [0] * len(rows)
    for place, row in enumerate(spans):
        for span in row:
            for below in range(place, place + span):
                covered[below] += 1
    assert set(covered) == {3}, "the time and two practitioners"


def test_a_free_time_leads_to_a_booking_with_its_practitioner(as_sam):
    sent = f"{at('14:00', TUESDAY):%Y-%m-%dT%H}%3A00Z"
    assert f'href="/reception/book/?starts={sent}&amp;practitioner=dr-imani"' in table(as_sam)


def test_what_is_over_leads_nowhere(as_sam):
    assert 'href="/reception/book/?' not in table(as_sam, f"/reception/?day={MONDAY - timedelta(days=1)}")


def test_time_off_closed_days_and_buffers_are_shaded_with_a_word(as_sam, alices_visit):
    imani = alices_visit.practitioner
    TimeOff.objects.create(practitioner=imani, starts=at("15:00", TUESDAY), ends=at("16:00", TUESDAY))
    type(alices_visit).objects.filter(pk=alices_visit.pk).update(
        blocked_until=alices_visit.ends + timedelta(minutes=10)
    )
    drawn = table(as_sam)
    assert "slot--away" in drawn
    assert ">Away<" in drawn
    assert ">Buffer<" in drawn
    Closure.objects.create(first_day=TUESDAY, last_day=TUESDAY, reason="Training")
    assert table(as_sam).count(">Closed<") >= 2


def test_a_hold_is_drawn_without_a_name_and_a_cancelled_visit_stands_beneath(as_sam, alices_visit):
    held = hold("16:00", alices_visit.practitioner)
    cancel(alices_visit)
    drawn = table(as_sam)
    assert "visit--held" in drawn
    assert held.reference not in drawn
    assert "Alice Wong" not in drawn
    assert "Alice Wong" in as_sam.get(DAY).text


def test_the_rooms_have_columns_of_their_own(as_sam):
    drawn = table(as_sam, f"{DAY}&by=room")
    assert "Room 1" in drawn
    assert "Room 2" in drawn
    assert "Alice Wong" in drawn
    assert "data-move" not in drawn


def test_a_location_shows_its_own_visits(as_sam):
    factories.location("Kowloon")
    assert "Alice Wong" in as_sam.get(f"{DAY}&location=central").text
    assert "Alice Wong" not in as_sam.get(f"{DAY}&location=kowloon").text
    assert as_sam.get(f"{DAY}&location=nowhere").status_code == 200


def test_the_neighbouring_days_are_named_with_their_weekday(as_sam):
    page = as_sam.get(DAY).text
    assert "Mon 3 May" in page
    assert "Wed 5 May" in page


def test_now_is_a_line_on_today_and_on_no_other_day(sam, monday):
    monday.move_to(at("11:20", TUESDAY))
    as_sam = signed_in(sam)
    assert table(as_sam).count("is-now") == 1
    assert "is-now" not in table(as_sam, f"/reception/?day={TUESDAY + timedelta(days=1)}")


@pytest.mark.parametrize("by", ["practitioner", "room"])
def test_a_full_day_takes_as_many_questions_as_an_empty_one(as_sam, django_assert_num_queries, by):
    address = f"{DAY}&by={by}"
    as_sam.get(address)
    with CaptureQueriesContext(connection) as first:
        as_sam.get(address)
    assert len(first) <= 26
    for number, who in enumerate([*Practitioner.objects.order_by("pk")] * 5):
        person = factories.user(f"patient{number}@patients.test", name=f"Patient {number}")
        half = f"{12 + number // 4}:{'30' if number // 2 % 2 else '00'}"
        confirm(hold(half, who), factories.patient(person.name, person))
    with django_assert_num_queries(len(first)):
        as_sam.get(address)


# --- on paper --------------------------------------------------------------------------------------------------------


def test_the_day_on_paper_has_a_sheet_for_each_practitioner_or_location(as_sam, alices_visit):
    cancel(alices_visit)
    page = as_sam.get(f"/reception/paper/?day={TUESDAY}").text
    assert page.count("sheet-of-the-day") == 1
    assert "Bob Chan" in page
    assert "Alice Wong" not in page
    assert "Central · Tuesday 4 May" in as_sam.get(f"/reception/paper/?day={TUESDAY}&per=location").text


# --- asked every twenty seconds --------------------------------------------------------------------------------------

POLL = f"/reception/poll/?day={TUESDAY}"


def poll(browser, etag="", **how):
    return browser.get(POLL, headers={"If-None-Match": etag, "X-Poll": "1"}, **how)


def test_nothing_new_is_answered_in_a_few_questions_and_without_a_cookie(as_sam, django_assert_max_num_queries):
    etag = poll(as_sam).headers["ETag"]
    assert f'data-etag="{etag}"'.replace('"', "&quot;")[10:] in as_sam.get(DAY).text.replace('"', "&quot;")
    with django_assert_max_num_queries(6):
        answer = poll(as_sam, etag)
    assert (answer.status_code, answer.content, dict(answer.cookies)) == (304, b"", {})


def test_whatever_changes_about_the_day_brings_it_anew(as_sam, sam, alices_visit, dr_imani):
    etag, seen = poll(as_sam).headers["ETag"], set()
    imani = alices_visit.practitioner
    changes = (
        lambda: hold("16:00", imani),
        lambda: cancel(alices_visit),
        lambda: TimeOff.objects.create(practitioner=imani, starts=at("17:00", TUESDAY), ends=at("18:00", TUESDAY)),
        lambda: Closure.objects.create(first_day=TUESDAY, last_day=TUESDAY, reason="Training"),
    )
    for change in changes:
        change()
        answer = poll(as_sam, etag)
        assert answer.status_code == 200
        etag = answer.headers["ETag"]
        seen.add(etag)
        assert poll(as_sam, etag).status_code == 304
    assert len(seen) == len(changes)


def test_what_comes_anew_is_the_day_and_not_a_page(as_sam):
    as_sam.get(DAY)
    answer = poll(as_sam, '"another"')
    assert "Alice Wong" in answer.text
    assert "<html" not in answer.text
    assert "csrf" not in answer.text
    assert dict(answer.cookies) == {}


def test_a_desk_that_only_ever_polls_is_signed_out(sam, monday):
    as_sam = signed_in(sam)
    etag = poll(as_sam).headers["ETag"]
    for minutes in range(1, 21):
        monday.move_to(NOW + timedelta(minutes=minutes))
        assert poll(as_sam, etag).status_code == 304
    monday.move_to(NOW + timedelta(minutes=21))
    assert poll(as_sam, etag).status_code == 302


def test_only_the_desk_may_ask(visitor, as_alice, as_dr_imani):
    assert visitor.get(POLL).status_code == 302
    assert as_alice.get(POLL).status_code == 404
    assert as_dr_imani.get(POLL).status_code == 404
