"""What the desk books: by phone for a patient, and for somebody who walks in. Nobody is asked about health."""

from datetime import timedelta

import pytest

from clinic.accounts.models import User
from clinic.audit.models import AuditEntry
from clinic.outbox.models import OutboundMessage
from consultations import intake, offering
from consultations.models import Consultation, Patient
from tests import factories
from tests.cast import TUESDAY, signed_in
from tests.consultations import waiting
from tests.consultations.bookings import fresh
from tests.factories import NOW, at

TWO = at("14:00", TUESDAY)
SENT = f"{TWO:%Y-%m-%dT%H:%MZ}"
CAROL = {
    "full_name": "Carol Lim",
    "preferred_name": "",
    "date_of_birth": "1991-08-29",
    "sex_at_birth": "female",
    "phone": "+852 5550 7123",
    "email": "carol@patients.test",
    "relation": "self",
    "language": "en",
    "told": "mail",
}


@pytest.fixture
def held(as_sam):
    answer = as_sam.post("/reception/book/?kind=first_visit&practitioner=dr-imani", {"starts": SENT})
    assert answer.status_code == 302
    return Consultation.objects.get(status="held")


def page_for(held):
    return f"/reception/book/{held.reference}/"


def test_a_new_patient_is_booked_by_phone_and_the_intake_stays_open(as_sam, sam, held):
    assert as_sam.post(page_for(held), CAROL).status_code == 302
    booked = fresh(held)
    assert (booked.status, booked.source, booked.starts) == ("confirmed", "phone", TWO)
    assert [str(booked.patient), booked.booked_by and booked.booked_by.email] == ["Carol Lim", "carol@patients.test"]
    assert booked.intake.is_complete is False
    assert intake.newest(booked).revision.answers == {}
    assert booked.quote["fee_minor"] == 80000
    told = AuditEntry.objects.filter(actor=sam, patient_id=booked.patient_id).values_list("action", flat=True)
    assert sorted(told) == ["consultation_booked", "patient_registered"]
    assert "Booked, intake incomplete" in as_sam.get(f"/reception/{booked.reference}/").text


def test_who_presses_again_because_no_answer_came_holds_once_and_books_once(as_sam, as_owner, held):
    page = "/reception/book/?kind=first_visit&practitioner=dr-imani"
    assert as_sam.post(page, {"starts": SENT}).headers["Location"] == page_for(held)
    assert as_owner.post(page, {"starts": SENT}).status_code == 409, "a colleague's hold is a colleague's"
    for _ in range(2):
        assert as_sam.post(page_for(held), CAROL).headers["Location"] == f"/reception/{held.reference}/"
    assert Consultation.objects.filter(starts=TWO).count() == Patient.objects.filter(full_name="Carol Lim").count() == 1


def test_the_patient_is_mailed_the_link_and_later_asked_to_answer(as_sam, held):
    as_sam.post(page_for(held), CAROL)
    mail = OutboundMessage.objects.get(to="carol@patients.test")
    assert "/visit/" in (mail.text or "")
    assert mail.calendar


def test_a_time_that_is_over_is_not_booked_any_more(sam, held, monday):
    monday.move_to(held.ends)
    assert signed_in(sam).post(page_for(held), CAROL).status_code == 409
    assert fresh(held).patient is None
    assert not OutboundMessage.objects.filter(to="carol@patients.test").exists()


def test_who_has_been_told_on_the_phone_gets_no_mail(as_sam, held):
    as_sam.post(page_for(held), {**CAROL, "told": "in_person"})
    assert fresh(held).status == "confirmed"
    assert not OutboundMessage.objects.filter(to="carol@patients.test").exists()


def test_somebody_without_an_address_is_booked_moved_and_cancelled_without_mail(as_sam, held):
    as_sam.post(page_for(held), {**CAROL, "email": ""})
    booked = fresh(held)
    assert (booked.status, booked.booked_by) == ("confirmed", None)
    later = f"{at('15:00', TUESDAY):%Y-%m-%dT%H:%MZ}"
    assert as_sam.post(f"/reception/{booked.reference}/move/", {"starts": later}).status_code == 302
    as_sam.post(f"/reception/{booked.reference}/change/", {"change": "cancel"})
    assert fresh(booked).status == "cancelled"
    assert not OutboundMessage.objects.filter(about=f"consultation:{booked.pk}").exists()


def test_a_patient_has_to_be_reachable(as_sam, held):
    answer = as_sam.post(page_for(held), {**CAROL, "email": "", "phone": ""})
    assert answer.status_code == 422
    assert "Enter a phone number or an e-mail address." in answer.text
    assert fresh(held).status == "held"


@pytest.mark.parametrize(
    "known",
    [
        {"full_name": "alice wong", "date_of_birth": "1987-11-23", "email": "new@patients.test"},
        {"email": "Alice@patients.test"},
    ],
)
def test_who_may_be_known_already_is_shown_before_anybody_is_written_down_twice(as_sam, held, known):
    count = Patient.objects.count()
    answer = as_sam.post(page_for(held), {**CAROL, **known})
    assert answer.status_code == 422
    assert "Is it one of these?" in answer.text
    assert "Alice Wong" in answer.text
    assert "1987" not in answer.text.replace(known.get("date_of_birth", "-"), "")
    assert Patient.objects.count() == count
    as_sam.post(page_for(held), {**CAROL, **known, "new": "all_the_same"})
    assert Patient.objects.count() == count + 1


def test_whoever_has_the_address_of_somebody_else_is_not_called_by_the_patients_name(as_sam, held):
    as_sam.post(page_for(held), {**CAROL, "full_name": "Ben Lim", "relation": "partner"})
    booked = fresh(held)
    assert (str(booked.patient), str(booked.booked_by)) == ("Ben Lim", "carol@patients.test")


def test_a_known_patient_is_found_and_booked(as_sam, held, alices_visit):
    page = as_sam.get(f"{page_for(held)}?q=wong").text
    assert "alice@patients.test" in page
    as_sam.post(page_for(held), {"patient": alices_visit.patient_id, "told": "mail"})
    booked = fresh(held)
    assert (booked.patient_id, booked.booked_by) == (alices_visit.patient_id, alices_visit.booked_by)


def test_a_colleague_who_is_quicker_takes_the_time_and_what_was_typed_stays(as_sam, held, monday):
    monday.move_to(NOW + timedelta(minutes=20))
    factories.held(held.practitioner, TWO, now=NOW + timedelta(minutes=20))
    answer = as_sam.post(page_for(held), CAROL)
    assert answer.status_code == 409
    assert "Carol Lim" in answer.text


def test_a_hold_is_given_back(as_sam, held):
    as_sam.post(f"{page_for(held)}leave/")
    assert fresh(held).status == "expired"


def test_the_desk_books_kinds_that_patients_cannot_choose(as_sam, held):
    factories.kind("treatment_visit", mode="staff_only")
    held.practitioner.kinds.create(kind="treatment_visit", fee_minor=0)
    page = as_sam.get(f"/reception/book/?kind=treatment_visit&practitioner=dr-imani&day={TUESDAY}").text
    assert "Hold this time and continue" in page


def test_a_free_time_of_the_grid_leads_to_one_press(as_sam, cast):
    page = as_sam.get(f"/reception/book/?starts={SENT}&practitioner=dr-imani").text
    assert "Hold 14:00 and continue" in page
    taken = as_sam.get(f"/reception/book/?starts={at('10:00', TUESDAY):%Y-%m-%dT%H:%MZ}&practitioner=dr-imani").text
    assert "This time is not offered" in taken
    assert "This very time, with a reason" in taken


def test_what_a_phone_booking_leaves_open_the_practitioner_reads_as_not_answered(as_sam, held, as_dr_imani):
    as_sam.post(page_for(held), CAROL)
    page = as_dr_imani.get(f"/desk/{held.reference}/")
    assert page.status_code == 200
    assert ">Not answered<" in page.text
    assert "level--clear" not in page.text


def test_the_patient_consents_and_answers_by_themselves(as_sam, held):
    as_sam.post(page_for(held), CAROL)
    as_carol = signed_in(User.objects.get(email="carol@patients.test"))
    assert as_carol.get(f"/my/{held.reference}/answers/").status_code == 200
    first = as_carol.get(f"/my/{held.reference}/answers/skin-inherited/")
    assert first.headers["Location"].startswith(f"/my/{held.reference}/consent/")


# --- walking in ------------------------------------------------------------------------------------------------------


def test_who_walks_in_gets_the_next_free_minute_and_has_arrived(sam, monday):
    monday.move_to(at("14:07", TUESDAY))
    as_sam = signed_in(sam)
    page = as_sam.get("/reception/book/walk-in/?kind=first_visit").text
    assert "14:07 with Dr Imani" in page
    answer = as_sam.post("/reception/book/walk-in/?kind=first_visit", {"who": "dr-imani"})
    as_sam.post(answer.headers["Location"], {**CAROL, "told": "in_person"})
    booked = Consultation.objects.get(source="walk_in")
    assert (booked.status, booked.starts) == ("arrived", at("14:07", TUESDAY))


def test_the_minute_of_who_walks_in_is_kept_while_they_are_written_down(sam, owner, monday):
    monday.move_to(at("14:07", TUESDAY))
    as_sam = signed_in(sam)
    page = as_sam.post("/reception/book/walk-in/?kind=first_visit", {"who": "dr-imani"}).headers["Location"]
    monday.move_to(at("14:12", TUESDAY))
    assert "Held until 14:22." in as_sam.get(page).text
    assert "14:12 with Dr Imani" not in signed_in(owner).get("/reception/book/walk-in/?kind=first_visit").text
    as_sam.post(page, {**CAROL, "told": "in_person"})
    assert Consultation.objects.get(source="walk_in").status == "arrived"


def test_nobody_walks_in_when_nobody_works_any_more(sam, monday):
    monday.move_to(at("21:00", TUESDAY))
    as_sam = signed_in(sam)
    assert "Nobody is free for this any more today." in as_sam.get("/reception/book/walk-in/").text
    assert as_sam.post("/reception/book/walk-in/").status_code == 409


def test_only_the_desk_and_the_owner_book_here(visitor, as_alice, as_dr_imani, as_owner, held):
    assert as_owner.get("/reception/book/").status_code == 200
    for browser in (as_alice, as_dr_imani):
        for address in ("/reception/book/", "/reception/book/walk-in/", page_for(held)):
            assert browser.get(address).status_code == 404
            assert browser.post(address, CAROL).status_code == 404


def test_a_time_that_is_kept_for_somebody_who_waits_is_not_the_desks_to_give(as_sam, alices_visit):
    entry, who = waiting.joins(alices_visit.patient), alices_visit.practitioner
    offering.make(actor=None, entry=entry, practitioner=who, starts=at("16:00", waiting.WEDNESDAY), now=NOW)
    kept = Consultation.objects.get(status="held")
    assert as_sam.get(page_for(kept)).status_code == 404
    assert as_sam.post(page_for(kept), CAROL).status_code == 404
