"""Who may book which kind of visit by themselves: decided by the verb, and explained on the page."""

from datetime import timedelta

import pytest

from clinic.accounts.roles import Role
from consultations import admission, booking, departures, offering, quoting, reserving, visits, waitlist
from consultations.errors import NotBeforeFirstVisit, NotForNewPatients, NotForYou
from consultations.models import Audience, BookingMode, Consultation, Kind, Patient, WaitlistEntry
from practitioners.models import Practitioner
from tests import factories
from tests.cast import TUESDAY, signed_in
from tests.consultations.waiting import WEDNESDAY, wishes
from tests.factories import NOW, at
from treatments.models import Concern

pytestmark = pytest.mark.django_db


@pytest.fixture
def again(cast) -> Kind:
    kind = factories.kind("follow_up", notice_hours=0, name="Follow-up", audience=Audience.KNOWN)
    imani().kinds.create(kind=kind.code, fee_minor=50000)
    return kind


def imani() -> Practitioner:
    who: Practitioner = Practitioner.objects.get(slug="dr-imani")
    return who


def carol() -> Patient:
    return factories.patient("Carol Lee", factories.user("carol@patients.test"))


def been_here(cast) -> None:
    """Alice's first visit is over."""
    visit, later = cast.alices_visit, cast.alices_visit.ends
    visits.arrive(actor=cast.sam, consultation=visit, now=visit.starts)
    visits.complete(actor=cast.dr_imani, consultation=visit, now=later)


def joins(whose: Patient, kind: Kind, *, instead_of: Consultation | None = None) -> WaitlistEntry:
    person = whose.access.get().user
    return waitlist.join(
        actor=person,
        user=person,
        patient=whose,
        kind=kind,
        wishes=wishes(),
        instead_of=instead_of,
        language="en",
        now=NOW,
    )


def book(whose: Patient, kind: Kind, wall: str = "15:00"):
    return factories.consultation(whose, imani(), at(wall, TUESDAY + timedelta(days=1)), at_kind=kind)


@pytest.mark.parametrize(
    ("audience", "refusal"),
    [(Audience.KNOWN, NotForNewPatients), (Audience.AFTER_FIRST, NotBeforeFirstVisit), (Audience.CALLERS, NotForYou)],
)
def test_a_new_patient_is_refused_and_staff_book_it_for_anybody(cast, again, audience, refusal) -> None:
    """A user complained: there was no way to say who may book what."""
    again.audience = audience
    again.save()
    new = carol()
    with pytest.raises(refusal):
        book(new, again)
    admission.let_in(actor=cast.sam, patient=new, kind=again)
    admission.let_in(actor=factories.user("o@clinic.test", Role.OWNER), patient=new, kind=again)


BY_STAFF = pytest.mark.parametrize("change", [{"mode": BookingMode.STAFF_ONLY}, {"audience": Audience.CALLERS}])


@BY_STAFF
def test_what_only_staff_book_no_patient_holds_and_the_desk_does(cast, again, change) -> None:
    Kind.objects.filter(pk=again.pk).update(**change)
    again.refresh_from_db()
    time = {"kind": again, "practitioners": [imani()], "starts": at("15:00", WEDNESDAY), "now": NOW}
    for who in (None, cast.alice, cast.dr_imani):
        with pytest.raises(NotForYou):
            booking.hold(actor=who, draft=factories.browser("hers") if who else None, **time)
    with pytest.raises(NotForYou):
        departures.hold(
            actor=cast.alice, kind=again, practitioner=imani(), starts=time["starts"], reason="I want it", now=NOW
        )
    assert not Consultation.objects.filter(kind=again).exists()
    for who in (cast.sam, cast.owner):
        held = reserving.hold(actor=who, **time)
        assert held.status == "held"
        booking.release(actor=who, consultation=held, now=NOW)


@BY_STAFF
def test_what_only_staff_book_by_now_is_not_confirmed_by_who_held_it_before(cast, again, change) -> None:
    Kind.objects.filter(pk=again.pk).update(audience=Audience.ANYONE)
    again.refresh_from_db()
    held, whose = factories.held(imani(), at("15:00", WEDNESDAY), at_kind=again), cast.alices_visit.patient
    Kind.objects.filter(pk=again.pk).update(**change)
    held = Consultation.objects.get(pk=held.pk)
    wish = quoting.Wish(Concern.objects.get(), (), "en")
    with pytest.raises(NotForYou):
        booking.confirm(
            actor=cast.alice, consultation=held, patient=whose, wish=wish, answers=factories.clean_answers(), now=NOW
        )
    assert Consultation.objects.get(pk=held.pk).patient is None
    admission.let_in(actor=cast.sam, patient=whose, kind=held.kind)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"audience": Audience.KNOWN}, NotForNewPatients),
        ({"audience": Audience.AFTER_FIRST}, NotBeforeFirstVisit),
        ({"audience": Audience.CALLERS}, NotForYou),
        ({"mode": BookingMode.STAFF_ONLY, "audience": Audience.ANYONE}, NotForYou),
    ],
)
def test_who_could_not_book_it_does_not_wait_for_it_either(cast, again, change, refusal) -> None:
    Kind.objects.filter(pk=again.pk).update(**change)
    again.refresh_from_db()
    with pytest.raises(refusal):
        joins(cast.alices_visit.patient, again)
    assert not WaitlistEntry.objects.exists()


def test_who_has_such_a_visit_waits_for_an_earlier_one(cast, again) -> None:
    assert joins(cast.alices_visit.patient, again, instead_of=cast.alices_visit).is_open


def test_what_only_staff_book_by_now_is_offered_to_nobody_who_waits_for_it(cast, again) -> None:
    been_here(cast)
    entry = joins(cast.alices_visit.patient, again)
    Kind.objects.filter(pk=again.pk).update(mode=BookingMode.STAFF_ONLY)
    entry.kind.refresh_from_db()
    with pytest.raises(NotForYou):
        offering.make(actor=None, entry=entry, practitioner=imani(), starts=at("15:00", WEDNESDAY), now=NOW)


def test_no_form_of_a_patients_takes_a_status(cast, again) -> None:
    """A user complained: patients could choose the states that were meant for staff."""
    visit = cast.alices_visit
    browser = signed_in(cast.alice)
    forged = {"status": "completed", "cancelled_by": "clinic", "owed_minor": "0"}
    for address in ("", "move/", "cancel/"):
        assert 'name="status"' not in browser.get(f"/my/{visit.reference}/{address}").content.decode()
    for address in ("", "move/"):
        browser.post(f"/my/{visit.reference}/{address}", forged)
        assert Consultation.objects.values_list("status", "starts").get(pk=visit.pk) == ("confirmed", visit.starts)
    browser.post(f"/my/{visit.reference}/cancel/", forged)
    assert Consultation.objects.values_list("status", "cancelled_by").get(pk=visit.pk) == ("cancelled", "patient")


@pytest.mark.parametrize("audience", [Audience.KNOWN, Audience.AFTER_FIRST])
def test_who_has_been_here_is_let_in(cast, again, audience) -> None:
    again.audience = audience
    again.save()
    whose = cast.alices_visit.patient
    with pytest.raises((NotForNewPatients, NotBeforeFirstVisit)):
        book(whose, again)
    been_here(cast)
    booking.sweep(now=NOW + timedelta(days=2))
    assert book(whose, again).status == "confirmed"


def test_another_completed_visit_is_no_first_visit(cast, again) -> None:
    been_here(cast)
    cast.alices_visit.kind = factories.kind("video", room_kind=None)
    cast.alices_visit.save()
    again.audience = Audience.AFTER_FIRST
    with pytest.raises(NotBeforeFirstVisit):
        admission.let_in(actor=cast.alice, patient=cast.alices_visit.patient, kind=again)


def test_the_page_says_who_may_book_and_what_to_do_instead(cast, again) -> None:
    call = factories.kind("phone", name="Laser review", room_kind=None, audience=Audience.CALLERS)
    browser = signed_in(cast.bob)
    browser.post("/book/", {"concern": "enlarged-pores"})
    assert "if you are new, book a first visit" in browser.get("/wait/").content.decode()
    page = browser.get("/book/who/").content.decode()
    assert "if you are new, book a first visit" in page
    assert "Laser review" in page
    assert "+852 5550 0100" in page
    assert f'value="{call.code}"' not in page
    assert browser.post("/book/who/", {"kind": call.code, "practitioner": "anyone"}).status_code == 422


def test_it_is_told_as_soon_as_the_patient_is_known_and_not_after_all_questions(cast, again) -> None:
    browser = signed_in(cast.bob)
    browser.post("/book/", {"concern": "enlarged-pores"})
    browser.post("/book/who/", {"kind": again.code, "practitioner": "dr-imani"})
    starts = at("15:00", TUESDAY + timedelta(days=1))
    browser.post("/book/when/", {"starts": f"{starts:%Y-%m-%dT%H:%M}Z"})
    browser.post("/book/details/", {"patient": str(cast.bobs_visit.patient.pk)})
    answer = browser.get("/book/check/", follow=True)
    assert answer.redirect_chain[-1][0] == "/book/who/"
    assert "for people who have been here before. Please book a first visit instead" in answer.content.decode()
