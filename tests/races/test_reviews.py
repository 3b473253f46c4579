"""Many authors, readers and moderators at once: one review each, one decision each, and a chain without a gap."""

import pytest

from consultations.models import VisitInvitation
from practitioners import ledger, moderation
from practitioners.models import Act, LedgerAct, Practitioner, Review, ReviewState
from tests import factories
from tests.cast import Cast, enter, signed_in
from tests.factories import NOW
from tests.races.conftest import presses
from tests.races.crowd import race, session_of, session_with, tally

pytestmark = pytest.mark.usefixtures("calm")

SAID = {"stars": "4", "text": "She took her time.", "author": "A."}


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return enter()


@pytest.fixture
def imani(cast: Cast) -> Practitioner:
    found: Practitioner = Practitioner.objects.get(slug="dr-imani")
    return found


def test_one_link_pressed_twelve_times_makes_one_review(live_server, cast: Cast, imani: Practitioner) -> None:
    invitation, secret = factories.invitation(imani)
    VisitInvitation.objects.create(consultation=cast.alices_visit, moment="consultation", invitation=invitation)
    answers = race(live_server.url, [(session_with(), presses(f"/review/{secret}/", **SAID))] * 12)
    assert tally(answers) == {302: 12}, "everybody is shown what became of it"
    assert Review.objects.count() == 1
    assert list(LedgerAct.objects.values_list("act", flat=True)) == [Act.RECEIVED]


def test_two_moderators_and_a_reader_at_once_leave_one_decision_each(live_server, cast: Cast, imani) -> None:
    waiting = [factories.review(imani, stars=stars) for stars in (1, 2, 4, 5)]
    reported = moderation.publish(actor=cast.sam, review=factories.review(imani, stars=3), now=NOW)
    sam, owner = session_of(signed_in(cast.sam)), session_of(signed_in(cast.owner))
    errands = [
        (who, presses(f"/moderation/{review.pk}/", decision="publish", seen=str(moderation.newest_act(review))))
        for review in waiting
        for who in (sam, owner)
    ]
    errands += [(session_with(), presses(f"/reviews/{reported.pk}/report/", reason="abuse"))] * 4
    answers = race(live_server.url, errands)
    assert set(tally(answers)) <= {302, 409}
    acts = [list(review.acts.values_list("act", flat=True)) for review in waiting]
    assert acts == [[Act.RECEIVED, Act.PUBLISHED]] * 4
    assert Review.objects.get(pk=reported.pk).state == ReviewState.FLAGGED
    assert LedgerAct.objects.filter(act=Act.REPORTED).count() == 1
    verdict = ledger.verify()
    assert verdict.broken == {}
    assert verdict.acts == LedgerAct.objects.count()
    rated = Practitioner.objects.with_rating(NOW).get(pk=imani.pk)
    assert (rated.rating, rated.review_count) == (3.0, 5)
