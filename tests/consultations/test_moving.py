"""A patient moves a visit: to another time of their practitioner, or to somebody else, whose fee they read first."""

from datetime import timedelta

import pytest

from clinic.premises.models import Clinic
from consultations.models import Cancelled, Consultation
from practitioners.models import Practitioner, PractitionerKind, TimeOff
from tests.cast import TUESDAY
from tests.consultations.bookings import cancel, fresh, mails, move
from tests.consultations.scene import works
from tests.factories import NOW, at

TWO = "2027-05-04T06:00Z"
TEN = "2027-05-04T02:00Z"


@pytest.fixture
def address(alices_visit) -> str:
    return f"/my/{alices_visit.reference}/move/"


@pytest.fixture
def reyes(cast) -> Practitioner:
    """Who does the same for less."""
    who: Practitioner = cast.dr_reyes.practitioner
    PractitionerKind.objects.filter(practitioner=who, kind="first_visit").update(fee_minor=25000)
    return who


def agreed(page: str) -> str:
    """What the page that asks sends back."""
    return page.split('name="agreed" value="')[1].split('"')[0]


def the_fee(one: Consultation) -> int:
    fee: int = fresh(one).quote["fee_minor"]
    return fee


def test_the_page_offers_the_own_practitioner_first_and_everybody_beside(as_alice, address, reyes) -> None:
    page = as_alice.get(address).content.decode()
    assert "Soonest with Dr Imani" in page
    assert "Soonest with anyone" in page
    assert f'<option value="{reyes.slug}"' in page


def test_a_time_with_somebody_else_is_asked_about_with_its_fee_before_anything_changes(
    as_alice, address, alices_visit, reyes
) -> None:
    before = the_fee(alices_visit)
    page = as_alice.post(f"{address}?practitioner={reyes.slug}", {"starts": TWO}).content.decode()
    assert "Move to another practitioner?" in page
    assert f"HK$250 instead of HK${before // 100}" in page
    assert f"{reyes.name} will read your answers before the visit; Dr Imani no longer can." in page
    assert fresh(alices_visit).ics_sequence == 0
    sent = {"starts": TWO, "agreed": agreed(page)}
    as_alice.post(f"{address}?practitioner={reyes.slug}", sent)
    moved = fresh(alices_visit)
    assert (moved.practitioner, moved.starts, the_fee(moved)) == (reyes, at("14:00", TUESDAY), 25000)
    assert [mail.subject for mail in mails(moved)] == ["Your consultation has a new time"]
    assert as_alice.post(f"{address}?practitioner={reyes.slug}", sent).status_code == 302
    assert fresh(alices_visit).ics_sequence == 1


def test_a_fee_that_has_changed_since_it_was_read_is_asked_about_again(as_alice, address, alices_visit, reyes) -> None:
    there = f"{address}?practitioner={reyes.slug}"
    read = agreed(as_alice.post(there, {"starts": TWO}).content.decode())
    PractitionerKind.objects.filter(practitioner=reyes).update(fee_minor=90000)
    page = as_alice.post(there, {"starts": TWO, "agreed": read}).content.decode()
    assert "HK$900 instead of" in page
    assert fresh(alices_visit).ics_sequence == 0


def test_with_anyone_a_visit_stays_with_its_practitioner_where_they_are_free(
    as_alice, address, alices_visit, reyes
) -> None:
    as_alice.post(f"{address}?practitioner=anyone", {"starts": TWO})
    moved = fresh(alices_visit)
    assert (moved.practitioner.name, moved.starts) == ("Dr Imani", at("14:00", TUESDAY))
    assert [mail.subject for mail in mails(moved)] == ["Your consultation has a new time"]


def test_with_anyone_a_time_that_only_somebody_else_has_is_theirs_after_a_question(
    as_alice, address, alices_visit, reyes
) -> None:
    works(reyes, alices_visit.location, "20:00", "21:00")
    sent = {"starts": "2027-05-04T12:00Z"}
    page = as_alice.post(f"{address}?practitioner=anyone", sent).content.decode()
    assert f'action="?practitioner={reyes.slug}"' in page
    as_alice.post(f"{address}?practitioner={reyes.slug}", sent | {"agreed": agreed(page)})
    assert fresh(alices_visit).practitioner == reyes


def test_whom_the_clinic_has_moved_pays_no_more_with_somebody_else_than_they_were_told(
    as_alice, address, alices_visit, reyes
) -> None:
    told = the_fee(alices_visit)
    PractitionerKind.objects.filter(practitioner=reyes).update(fee_minor=900000)
    move(alices_visit, "15:00", by=Cancelled.BY_CLINIC, now=NOW + timedelta(minutes=1))
    there = f"{address}?practitioner={reyes.slug}"
    page = as_alice.post(there, {"starts": TWO}).content.decode()
    assert f"HK${told // 100}, as before" in page
    as_alice.post(there, {"starts": TWO, "agreed": agreed(page)})
    assert (fresh(alices_visit).practitioner, the_fee(alices_visit)) == (reyes, told)


def test_a_time_that_somebody_else_has_lost_is_answered_with_others(as_alice, address, bobs_visit, reyes) -> None:
    sent = {"starts": "2027-05-04T03:00Z"}  # eleven, when bob sees dr_reyes
    answer = as_alice.post(f"{address}?practitioner={reyes.slug}", sent)
    assert answer.status_code == 409
    assert "Please choose another time" in answer.content.decode()


def test_a_late_move_to_somebody_else_shows_the_late_fee_beside_their_own(as_alice, address, reyes, monday) -> None:
    Clinic.objects.update(free_move_hours=48, grace_minutes=0, late_fee_minor=30000)
    monday.shift(timedelta(minutes=1))
    page = as_alice.post(f"{address}?practitioner={reyes.slug}", {"starts": TWO}).content.decode()
    assert "Moving is late now and costs HK$300" in page
    assert page.index("Moving is late now") < page.index("Move to this time</button>")


def test_the_time_that_it_has_is_not_called_a_new_one(as_alice, address, alices_visit) -> None:
    assert " checked" not in as_alice.get(address).content.decode().split('class="choices"')[1]
    page = as_alice.post(address, {"starts": TEN}, follow=True).content.decode()
    assert "Nothing was changed" in page
    assert "new time" not in page
    assert fresh(alices_visit).ics_sequence == 0


def test_the_time_that_it_has_is_not_among_the_others(as_alice, as_sam, address, alices_visit, reyes) -> None:
    day = f"day={alices_visit.starts:%Y-%m-%d}"
    for client, page in ((as_alice, address), (as_sam, f"/reception/{alices_visit.reference}/move/")):
        shown = client.get(f"{page}?{day}").content.decode()
        assert f'value="{TWO}"' in shown
        assert f'value="{TEN}"' not in shown
    assert f'value="{TEN}"' in as_alice.get(f"{address}?{day}&practitioner={reyes.slug}").content.decode()


def test_the_soonest_time_is_another_than_it_has(as_alice, address, alices_visit) -> None:
    TimeOff.objects.create(practitioner=alices_visit.practitioner, starts=NOW, ends=alices_visit.starts)
    soonest = as_alice.get(address).context["side_by_side"][0]["slot"]
    assert soonest.practitioner_id == alices_visit.practitioner_id
    assert soonest.starts > alices_visit.starts


def test_nor_is_it_among_the_nearest_to_one_that_is_lost(as_alice, address, alices_visit, bobs_visit) -> None:
    works(alices_visit.practitioner, alices_visit.location, "21:00", "22:00")
    answer = as_alice.post(address, {"starts": "2027-05-04T01:00Z"})
    assert answer.status_code == 409
    assert answer.context["nearest"]
    assert alices_visit.starts not in [slot.starts for slot in answer.context["nearest"]]


def test_the_desk_too_reads_that_nothing_was_changed(as_sam, alices_visit) -> None:
    page = as_sam.post(f"/reception/{alices_visit.reference}/move/", {"starts": TEN}, follow=True).content.decode()
    assert "This is the time that the consultation has already. Nothing was changed." in page
    assert "gets an e-mail" not in page


def test_a_visit_that_is_cancelled_meanwhile_leads_back(as_alice, address, alices_visit) -> None:
    cancel(alices_visit)
    assert as_alice.post(address, {"starts": TWO}).status_code == 302
