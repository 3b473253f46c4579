"""The clinic moves from place to place, and somebody walks through its public pages and tries to book."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from clinic.outbox.models import OutboundMessage
from clinic.premises import law, overrides
from clinic.premises.law import Matter, Setting
from clinic.premises.models import Clinic, Jurisdiction
from consultations import inviting, visits
from consultations.errors import NotForMinors
from consultations.models import Patient, Status
from practitioners import moderation
from practitioners.models import Practitioner, Review
from tests import factories
from tests.cast import Cast, signed_in
from tests.consultations.test_feedback import GOOD, link
from tests.factories import NOW
from tests.journeys.visitor import Visitor, sentences
from tests.site import street

PAGES = [
    "/", "/about/", "/privacy/", "/concerns/", "/concerns/enlarged-pores/", "/treatments/",
    "/treatments/microneedling/", "/practitioners/", "/practitioners/dr-imani/",
    "/practitioners/dr-imani/?order=lowest", "/reviews/ledger/", "/book/",
]  # fmt: skip
SHOW_REVIEWS = ["/", "/practitioners/", "/practitioners/dr-imani/", "/practitioners/dr-imani/?order=lowest"]
WORDS = "Words of 5 stars."
NOT_SHOWN = "The rules that this clinic follows do not let it show reviews."
COUNTED = "reviews, all after a completed visit"
HIDDEN = "Reviews are not shown here: the rules that this clinic follows do not allow it."
NORMAL = "It is normal to leave a consultation without booking anything else. You have at least 24 hours to decide."
ADULTS_ONLY = str(NotForMinors.sentence)
CHILD = "2012-06-01"
REASON = "Our lawyer wrote on 3 May that it is allowed."
NO_REVIEWS = [place for place in Jurisdiction.values if not law.profile(place).allows(Matter.TESTIMONIALS)]
NO_MINORS = [place for place in Jurisdiction.values if not law.profile(place).allows(Matter.MINORS)]


@pytest.fixture
def reviewed(cast: Cast) -> None:
    street.reviewed(Practitioner.objects.get(slug="dr-imani"), 5, 5)


@pytest.fixture
def carol(cast: Cast) -> Visitor:
    return Visitor()


def move_to(place: str) -> None:
    Clinic.objects.update(jurisdiction=place)


def walk(prefix: str = "") -> dict[str, str]:
    pages = {}
    for page in PAGES:
        answer = Client().get(prefix + page)
        assert answer.status_code == 200, page
        pages[page] = " ".join(answer.text.split())
    return pages


@pytest.mark.parametrize("place", Jurisdiction.values)
def test_reviews_are_shown_exactly_where_the_place_allows_them(reviewed, place):
    move_to(place)
    pages = walk()
    shown = place not in NO_REVIEWS
    assert {page for page in PAGES if WORDS in pages[page] or COUNTED in pages[page]} == set(SHOW_REVIEWS * shown)
    assert (HIDDEN in pages["/practitioners/dr-imani/"]) is not shown
    if shown:
        assert escape(str(law.profile(place)["testimonials"].notice)) in pages["/practitioners/dr-imani/"]


def test_no_star_is_left_where_reviews_are_off(reviewed):
    move_to("AU")
    left = [page for page, text in walk().items() if 'class="stars"' in text or 'class="rating"' in text]
    assert left == []


@pytest.mark.parametrize("place", Jurisdiction.values)
@pytest.mark.parametrize("prefix", ["", "/zh-hant"])
def test_every_page_ends_with_the_notices_of_the_place(cast, place, prefix):
    move_to(place)
    for page, text in walk(prefix).items():
        for notice in law.profile(place).notices:
            assert escape(notice.words.zh_hant if prefix else notice.words.en) in text, page


def test_a_review_may_still_be_written_and_says_that_it_is_not_shown(cast, monday):
    move_to("TW")
    visit, later = cast.alices_visit, cast.alices_visit.ends + timedelta(days=3)
    visits.complete(actor=cast.dr_imani, consultation=visit, now=visit.starts)
    monday.move_to(later)
    inviting.invite(now=later)
    address = link()
    assert NOT_SHOWN in Client().get(address).text
    told = Client().post(address, GOOD, follow=True)
    assert NOT_SHOWN in told.text
    assert "It appears on the practitioner" not in told.text
    review = moderation.publish(actor=cast.sam, review=Review.objects.get(), now=later)
    assert NOT_SHOWN in Client().get(f"{address}yours/").text
    assert GOOD["text"] not in Client().get(f"/reviews/{review.pk}/report/").text
    inviting.tell(now=later)
    mail = OutboundMessage.objects.get(key__startswith="review_decided:")
    assert NOT_SHOWN in (mail.text or "")
    assert NOT_SHOWN in (mail.html or "")


def test_an_override_shows_to_the_owner_at_once_and_to_a_visitor_within_the_minute(reviewed, cast, monday):
    """A visitor's page lies in the shop window for a minute; whoever is signed in walks past it."""
    move_to("AU")
    assert WORDS not in Client().get("/practitioners/dr-imani/").text
    overrides.make(actor=cast.owner, matter=Matter.TESTIMONIALS, setting=Setting.ON, reason=REASON, now=NOW)
    assert WORDS in signed_in(cast.alice).get("/practitioners/dr-imani/").text
    monday.move_to(NOW + timedelta(minutes=1, seconds=1))
    assert WORDS in Client().get("/practitioners/dr-imani/").text


# --- time to decide ---


def test_the_time_to_decide_is_told_before_during_and_after_booking(carol):
    for page in ("/treatments/microneedling/", "/practitioners/dr-imani/", "/book/"):
        answer: Any = Client().get(page)
        assert NORMAL in sentences(answer), page
    carol.come_to("check").check()
    assert NORMAL in sentences(carol.get("booked/"))
    mine: Any = signed_in(Patient.objects.get(full_name=carol.name).access.get().user).get(
        f"/my/{Patient.objects.get(full_name=carol.name).consultations.get().reference}/"
    )
    assert NORMAL in sentences(mine)
    mail = OutboundMessage.objects.get(key__startswith="booked:", to=carol.email)
    assert NORMAL in (mail.text or "")
    assert NORMAL in " ".join((mail.html or "").split())


def test_an_owner_may_take_the_sentence_away(cast):
    overrides.make(actor=cast.owner, matter=Matter.COOLING_OFF, setting=Setting.OFF, reason=REASON, now=NOW)
    assert not any("It is normal to leave" in page for page in walk().values())


# --- under 18 ---


@pytest.mark.parametrize("place", Jurisdiction.values)
def test_a_child_is_booked_with_a_guardian_or_refused_in_words(carol, place):
    move_to(place)
    answer = carol.come_to("details").details(date_of_birth=CHILD, preferred_name="Cee")
    told = sentences(answer)
    assert answer.status_code == 422
    assert (ADULTS_ONLY in told) is (place in NO_MINORS)
    assert ("Will a parent or guardian come along?" in told) is (place not in NO_MINORS)
    assert 'value="Cee"' in answer.text, "what was typed stays"


@pytest.mark.parametrize("place", NO_MINORS)
def test_saying_that_a_guardian_comes_does_not_open_the_door(carol, place):
    move_to(place)
    assert carol.come_to("details").details(date_of_birth=CHILD, guardian_present="yes").status_code == 422
    assert "details" not in carol.draft.steps
    assert not Patient.objects.filter(full_name=carol.name).exists()


def test_an_adult_is_booked_everywhere(carol):
    move_to("custom")
    carol.come_to("check").check()
    assert Patient.objects.get(full_name=carol.name).consultations.get().status == Status.CONFIRMED


def test_a_child_who_has_been_here_is_refused_where_the_patient_is_chosen(cast):
    move_to("TW")
    ben = factories.patient("Ben Wong", cast.alice, date_of_birth=CHILD, relation="guardian")
    answer = Visitor(signed_in(cast.alice), name="Ben Wong").come_to("details").post("details/", patient=str(ben.pk))
    assert answer.status_code == 422
    assert ADULTS_ONLY in sentences(answer)


def test_a_child_who_began_before_the_place_changed_is_refused_at_the_end(carol):
    carol.come_to("details").details(date_of_birth=CHILD, guardian_present="yes")
    for step in ("code", "consent", "intake"):
        carol.take(step)
    move_to("TW")
    answer = carol.check()
    assert ADULTS_ONLY in sentences(answer)
    assert not Patient.objects.get(full_name=carol.name).consultations.exists()
