"""The pages of the waiting list: joined by a guest, answered behind the link, and at the desk."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from clinic.outbox.models import OutboundMessage
from consultations import drafts, offering
from consultations.models import Consultation, Draft, Kind, OfferState, WaitingState, WaitlistEntry
from practitioners.models import Practitioner, PractitionerKind
from tests import factories
from tests.cast import signed_in
from tests.consultations import bookings
from tests.consultations.waiting import TUESDAY, fresh, joins, offered_to, only
from tests.factories import NOW

WISHES = {
    "kind": "first_visit",
    "first_day": "2027-05-03",
    "last_day": "2027-05-09",
    "parts": ["afternoon"],
    "notice_hours": "24",
}
TYPED = {
    "relation": "self",
    "full_name": "Dora Yu",
    "date_of_birth": "1990-01-02",
    "sex_at_birth": "female",
    "email": "dora@patients.test",
}


@pytest.fixture
def carol(cast):
    return factories.patient("Carol Lim", factories.user("carol@patients.test"))


def link_in(key):
    """The path that a mail leads to."""
    text = str(OutboundMessage.objects.get(key=key).text)
    found = re.search(r"https?://[^/]+(/wait/\S+)", text)
    assert found is not None
    return found[1]


def test_a_guest_joins_by_a_mailed_code_and_leaves_with_one_press(visitor):
    assert visitor.get("/book/when/").status_code == 302
    assert visitor.post("/wait/", WISHES).headers["Location"] == "/wait/details/"
    assert visitor.post("/wait/details/", TYPED).headers["Location"] == "/wait/code/"
    assert not WaitlistEntry.objects.exists()
    code = re.search(r"\b\d{6}\b", str(OutboundMessage.objects.get(to="dora@patients.test").text))
    assert code is not None
    assert visitor.post("/wait/code/", {"code": code[0]}).status_code == 302
    entry = WaitlistEntry.objects.get()
    assert (entry.patient.full_name, entry.parts, entry.state) == ("Dora Yu", ["afternoon"], "waiting")
    link = link_in(f"waitlist_joined:{entry.pk}")
    page = Client().get(link)
    assert b"no promise" in page.content
    assert Client().get(f"{link}leave/").status_code == 405
    assert fresh(entry).state == WaitingState.WAITING
    assert Client().post(f"{link}leave/").status_code == 302
    assert fresh(entry).state == WaitingState.LEFT


def test_a_code_sent_again_because_no_answer_came_joins_once(visitor):
    """The site may die once the code is proved, or once they have joined; the same button then leads on."""
    visitor.post("/wait/", WISHES)
    visitor.post("/wait/details/", TYPED)
    code = re.search(r"\b\d{6}\b", str(OutboundMessage.objects.get(to="dora@patients.test").text))
    assert code is not None
    drafts.prove(draft=Draft.objects.get(), code=code[0], now=NOW)
    for _ in range(2):
        assert (
            visitor.post("/wait/code/", {"code": code[0]}).headers["Location"].startswith("http://127.0.0.1:8000/wait/")
        )
        assert WaitlistEntry.objects.get().patient.full_name == "Dora Yu"
    assert OutboundMessage.objects.filter(occasion="waitlist_joined").count() == 1


def test_what_a_refused_form_held_is_shown_again(visitor):
    refused = visitor.post("/wait/", {**WISHES, "last_day": "2027-05-01"})
    assert refused.status_code == 422
    assert b'value="2027-05-01"' in refused.content


def test_too_many_tries_keep_what_was_typed(visitor, settings, monday):
    settings.MAILS_TO_AN_ADDRESS_FROM_ONE_PLACE_PER_HOUR = 0
    visitor.post("/wait/", WISHES)
    refused = visitor.post("/wait/details/", TYPED)
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert b'value="Dora Yu"' in visitor.get("/wait/details/").content


def test_looking_at_an_offer_decides_nothing_and_accepting_leads_to_the_last_steps(carol):
    entry = joins(carol)
    offering.sweep(now=NOW)
    offer = offered_to(entry)
    link = link_in(f"waitlist_offer:{offer.pk}")
    page = Client().get(link).content
    assert b"Accept and go on to book" in page
    assert b"We send a code to your e-mail address first." in page, "accepting leads to the sign-in page"
    offer.refresh_from_db()
    assert offer.state == OfferState.OPEN
    browser = Client()
    accepted = browser.post(f"{link}answer/", {"offer": offer.pk, "answer": "accept"})
    assert accepted.headers["Location"] == f"/my/offer/{offer.pk}/"
    asked = browser.get(accepted.headers["Location"])
    assert asked.headers["Location"].startswith("/account/login/")
    assert b"The time is kept for you. We send you a code" in browser.get(asked.headers["Location"]).content
    me = signed_in(entry.user)
    assert b"The time is kept for you" in me.get(f"/my/offer/{offer.pk}/").content
    begun = me.post(f"/my/offer/{offer.pk}/", {"concern": "enlarged-pores"})
    assert begun.headers["Location"] == "/book/check/", "no step twice for somebody who has consented before"


def test_who_declines_stays_and_who_comes_too_late_is_told_so(carol):
    entry = joins(carol)
    offering.sweep(now=NOW)
    offer = offered_to(entry)
    link = link_in(f"waitlist_offer:{offer.pk}")
    assert Client().post(f"{link}answer/", {"offer": offer.pk, "answer": "decline"}).status_code == 302
    late = Client().post(f"{link}answer/", {"offer": offer.pk, "answer": "accept"})
    assert late.status_code == 409
    assert b"This offer is over" in late.content


def test_somebody_with_a_booking_waits_for_an_earlier_time_from_their_own_page(as_alice, alices_visit):
    page = f"/my/{alices_visit.reference}/"
    assert f"{page}earlier/".encode() in as_alice.get(page).content
    wanted = {name: value for name, value in WISHES.items() if name != "kind"} | {"last_day": "2027-05-04"}
    joined = as_alice.post(f"{page}earlier/", wanted)
    entry = WaitlistEntry.objects.get()
    assert joined.headers["Location"] == f"/my/waiting/{entry.pk}/"
    assert entry.instead_of == alices_visit
    assert f"/my/waiting/{entry.pk}/".encode() in as_alice.get("/my/").content


def test_the_desk_sees_who_waits_and_who_was_offered_what(cast, carol, as_sam):
    assert b"Nobody waits." in as_sam.get("/reception/waiting/").content
    entry = joins(carol, **only(TUESDAY, "afternoon"))
    offering.sweep(now=NOW)
    assert b"Carol Lim" in as_sam.get("/reception/waiting/?kind=first_visit").content
    assert b"Nobody waits for this." in as_sam.get("/reception/waiting/?kind=video").content
    page = as_sam.get(f"/reception/waiting/{entry.pk}/").content.decode()
    assert "Was offered a time" in page
    assert "carol@patients.test" in page
    assert as_sam.post(f"/reception/waiting/{entry.pk}/remove/", {"reason": ""}).status_code == 422
    assert as_sam.post(f"/reception/waiting/{entry.pk}/remove/", {"reason": "Booked by phone."}).status_code == 302
    assert fresh(entry).state == WaitingState.REMOVED


def test_the_desk_picks_among_those_whom_a_time_suits(cast, carol, as_sam):
    imani = Practitioner.objects.get(user=cast.dr_imani)
    entry = joins(carol)
    other = joins(factories.patient("Dan Ho", factories.user("dan@patients.test")), **only(TUESDAY, "morning"))
    chosen = as_sam.post(f"/reception/waiting/times/?practitioner={imani.slug}", {"starts": "2027-05-04T08:00Z"})
    page = as_sam.get(chosen.headers["Location"]).content.decode()
    assert page.index("Carol Lim") < page.index("Dan Ho")
    assert "Would like another time of the day." in page
    assert as_sam.post(chosen.headers["Location"], {"entry": entry.pk}).status_code == 302
    assert offered_to(entry).made_by == cast.sam
    late = as_sam.post(chosen.headers["Location"], {"entry": other.pk})
    assert b"This time is not free any more." in late.content
    assert Consultation.objects.filter(waitlist_offer__isnull=False).count() == 1


def test_a_patient_who_has_enough_reads_what_they_may_do(cast, carol):
    imani = Practitioner.objects.get(user=cast.dr_imani)
    for n in range(3):
        factories.consultation(carol, imani, factories.at("15:00", TUESDAY + timedelta(days=n)))
    entry = joins(carol, now=NOW + timedelta(seconds=1))
    offering.sweep(now=NOW + timedelta(seconds=2))
    offer, me = offered_to(entry), signed_in(entry.user)
    offering.accept(actor=None, offer=offer, now=NOW + timedelta(seconds=3))
    assert me.post(f"/my/offer/{offer.pk}/", {"concern": "enlarged-pores"}).status_code == 302
    draft = Draft.objects.get(hold=offer.consultation)
    drafts.answer(draft=draft, answers=factories.clean_answers(), now=NOW)
    refused = me.post("/book/check/")
    assert refused.status_code == 409
    assert b"as many visits to come" in refused.content
    assert b"The nearest free times" not in refused.content
    assert b'href="/my/"' in refused.content


def test_an_offer_with_somebody_else_shows_their_fee_and_moves_the_visit_for_what_was_read(cast, carol):
    """The same words as in a move by the patient, and the quote goes with them."""
    imani, reyes = cast.dr_imani.practitioner, cast.dr_reyes.practitioner
    PractitionerKind.objects.filter(practitioner=reyes).update(fee_minor=25000)
    booked = factories.consultation(carol, imani, factories.at("15:00", TUESDAY + timedelta(days=1)))
    entry = joins(carol, instead_of=booked, practitioners=(reyes,), **only(TUESDAY))
    offering.sweep(now=NOW)
    link, accepts = (
        link_in(f"waitlist_offer:{offered_to(entry).pk}"),
        {"answer": "accept", "offer": offered_to(entry).pk},
    )
    mail = OutboundMessage.objects.get(key=f"waitlist_offer:{offered_to(entry).pk}")
    for words in (str(mail.text), str(mail.html)):
        assert f"With {reyes.name} the visit costs HK$250 instead of HK${booked.quote['fee_minor'] // 100}." in words
    page = Client().get(link).text
    assert f"HK$250 instead of HK${booked.quote['fee_minor'] // 100}" in page
    assert f"{reyes.name} will read your answers before the visit; {imani.name} no longer can." in page
    read = page.split('name="agreed" value="')[1].split('"')[0]
    PractitionerKind.objects.filter(practitioner=reyes).update(fee_minor=90000)
    again = Client().post(f"{link}answer/", {**accepts, "agreed": read})
    assert again.status_code == 409
    assert "HK$900 instead of" in again.text
    assert bookings.fresh(booked).practitioner == imani
    read = again.text.split('name="agreed" value="')[1].split('"')[0]
    assert Client().post(f"{link}answer/", {**accepts, "agreed": read}).status_code == 302
    moved = bookings.fresh(booked)
    assert (moved.practitioner, moved.quote) == (reyes, {**booked.quote, "fee_minor": 90000})


def test_an_offer_with_the_same_practitioner_asks_nothing_about_a_fee(cast, carol):
    imani = cast.dr_imani.practitioner
    booked = factories.consultation(carol, imani, factories.at("15:00", TUESDAY + timedelta(days=1)))
    PractitionerKind.objects.filter(practitioner=imani).update(fee_minor=90000)
    entry = joins(carol, instead_of=booked, practitioners=(imani,), **only(TUESDAY))
    offering.sweep(now=NOW)
    offer = offered_to(entry)
    link = link_in(f"waitlist_offer:{offer.pk}")
    assert "HK$900" not in Client().get(link).text
    Client().post(f"{link}answer/", {"answer": "accept", "offer": offer.pk})
    moved = bookings.fresh(booked)
    assert (moved.starts, moved.quote) == (offer.starts, booked.quote)


def test_nobody_waits_for_an_earlier_time_that_could_never_be_offered(alice, alices_visit, monday):
    monday.move_to(alices_visit.starts - timedelta(hours=10))
    page = f"/my/{alices_visit.reference}/earlier/"
    as_alice = signed_in(alice)
    form = as_alice.get(page).content.decode()
    assert re.search(r'<input[^>]*value="3"[^>]*checked', form), "a day before is more than is left"
    day = f"{TUESDAY}"
    answer = as_alice.post(page, {"first_day": day, "last_day": day, "notice_hours": "24"})
    assert answer.status_code == 422
    assert "no earlier time could be offered. Choose less, or call us." in answer.content.decode()
    assert not WaitlistEntry.objects.filter(instead_of=alices_visit).exists()


@pytest.mark.parametrize(("code", "said"), [("phone", "calls you by phone"), ("video", "by video")])
def test_an_offer_by_phone_or_video_sends_nobody_to_an_address(carol, code, said):
    entry = joins(carol)
    Kind.objects.update(code=code)
    PractitionerKind.objects.update(kind=code)
    offering.sweep(now=NOW)
    key = f"waitlist_offer:{offered_to(entry).pk}"
    mail = OutboundMessage.objects.get(key=key)
    for words in (str(mail.text), str(mail.html), Client().get(link_in(key)).text):
        assert said in words
        assert "1 Example Road" not in words.split("When")[1].split("With")[0]
