"""Who may book which kind of visit by themselves: decided by the verb, and explained on the page."""

from datetime import timedelta

import pytest

from clinic.accounts.roles import Role
from consultations import admission, booking, visits
from consultations.errors import NotBeforeFirstVisit, NotForNewPatients, NotForYou
from consultations.models import Audience, Kind, Patient
from practitioners.models import Practitioner
from tests import factories
from tests.cast import TUESDAY, signed_in
from tests.factories import NOW, at

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
