"""Many authors, readers and moderators at once: one review each, one decision each, and a chain without a gap."""

import pytest

from clinic.audit.models import Action, AuditEntry
from clinic.outbox.models import OutboundMessage
from consultations.models import VisitInvitation
from practitioners import ledger, moderation, proposals
from practitioners.models import Act, LedgerAct, Practitioner, ProposedWords, Review, ReviewState
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


def test_two_at_the_desk_decide_once_about_a_practitioners_words(live_server, cast: Cast, imani: Practitioner) -> None:
    sam, owner = session_of(signed_in(cast.sam)), session_of(signed_in(cast.owner))
    reyes = Practitioner.objects.get(slug="dr-reyes")
    waiting = [factories.proposal(who, bio_en=f"I am {who.name}.") for who in (imani, reyes)]
    errands = [
        (who, presses(f"/moderation/words/{each.pk}/{how}/", reason="Too long."))
        for each in waiting
        for who, how in ((sam, "publish"), (owner, "decline"), (sam, "decline"), (owner, "publish"))
    ]
    answers = race(live_server.url, errands)
    assert tally(answers) == {302: 8}
    for each in ProposedWords.objects.select_related("practitioner"):
        assert each.state in {"approved", "declined"}
        published = proposals.public_words(each.practitioner)["bio_en"] == f"I am {each.practitioner.name}."
        assert published is (each.state == "approved")
    decided = AuditEntry.objects.filter(action__in=[Action.WORDS_APPROVED, Action.WORDS_DECLINED])
    assert sorted(decided.values_list("object_id", flat=True)) == sorted(str(each.pk) for each in waiting)
    assert OutboundMessage.objects.filter(key__startswith="words_decided:").count() == 2


def test_an_author_who_proposes_anew_while_staff_decide_leaves_no_half(live_server, cast: Cast, imani) -> None:
    sam, author = session_of(signed_in(cast.sam)), session_of(signed_in(cast.dr_imani))
    first, seen = factories.proposal(imani, bio_en="First."), proposals.fingerprint(imani)
    errands = [
        (sam, presses(f"/moderation/words/{first.pk}/publish/")),
        (author, presses("/own-profile/", bio_en="Second.", seen=seen)),
        (author, presses("/own-profile/withdraw/")),
    ]
    assert set(tally(race(live_server.url, errands))) <= {302, 404, 409}
    imani.refresh_from_db()
    first.refresh_from_db()
    assert proposals.public_words(imani)["bio_en"] == ("First." if first.state == "approved" else "")
    assert ProposedWords.objects.pending().count() <= 1


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
