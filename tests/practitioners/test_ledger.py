"""The chain of the open ledger: whatever is changed, taken out or put in shows."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from clinic.constraints import lifted
from practitioners import ledger, moderation, reviews
from practitioners.models import LedgerAct, LedgerHead, Review, ReviewVersion, WithheldFor
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def chain() -> list[Review]:
    """Three reviews with nine acts."""
    imani, sam = factories.practitioner("Dr Imani"), factories.user("sam@clinic.test")
    bad, good, gone = (factories.review(imani, stars=stars, text=f"{stars} stars.") for stars in (1, 5, 3))
    moderation.publish(actor=sam, review=bad, now=NOW)
    moderation.withhold(actor=sam, review=good, reason=WithheldFor.ADVERTISING, now=NOW)
    reviews.appeal(review=Review.objects.get(pk=good.pk), words="It is my own.", now=NOW)
    reviews.edit(review=Review.objects.get(pk=bad.pk), words=factories.words(2, "2 stars."), now=NOW)
    moderation.publish(actor=sam, review=Review.objects.get(pk=bad.pk), now=NOW + timedelta(hours=1))
    reviews.withdraw(review=Review.objects.get(pk=gone.pk), now=NOW)
    assert LedgerAct.objects.count() == 9
    return [bad, good, gone]


def test_a_chain_that_nobody_touched_is_whole(chain) -> None:
    verdict = ledger.verify()
    assert (verdict.acts, verdict.broken) == (9, {})
    assert verdict.head == LedgerHead.objects.get().digest == LedgerAct.objects.get(number=9).digest


def test_acts_are_added_and_never_changed(chain) -> None:
    with pytest.raises(Exception, match="append-only"):
        LedgerAct.objects.filter(number=3).delete()


@pytest.mark.parametrize("number", range(1, 10))
def test_an_act_that_is_taken_out_shows(chain, number: int) -> None:
    with lifted(LedgerAct):
        LedgerAct.objects.filter(number=number).delete()
    assert ledger.verify().broken


@pytest.mark.parametrize("field", ["act", "reason", "at", "content", "previous", "digest", "by", "review"])
def test_an_act_that_is_changed_shows(chain, field: str) -> None:
    other = {
        "act": "published", "reason": "abuse", "at": NOW + timedelta(days=1), "content": "0" * 64,
        "previous": "0" * 64, "digest": "0" * 64, "by": factories.user("eve@clinic.test"), "review": chain[2],
    }  # fmt: skip
    with lifted(LedgerAct):
        LedgerAct.objects.filter(number=2).update(**{field: other[field]})
    assert 2 in ledger.verify().broken or 3 in ledger.verify().broken


def test_words_that_are_changed_behind_their_author_s_back_show(chain) -> None:
    Review.objects.filter(pk=chain[0].pk).update(stars=5)
    assert ledger.verify().broken == {8: f"review {chain[0].pk} says something else"}


def test_a_state_that_no_act_made_shows(chain) -> None:
    Review.objects.filter(pk=chain[1].pk).update(state="pending", withheld_for="")
    assert ledger.verify().broken == {6: f"review {chain[1].pk} is pending, which no act made it"}


def test_a_review_without_an_act_shows(chain) -> None:
    invitation, _secret = factories.invitation(chain[0].practitioner)
    Review.objects.create(
        invitation=invitation, practitioner=invitation.practitioner, moment="consultation", stars=5, submitted_at=NOW
    )
    assert "has no act" in ledger.verify().broken[10]


def test_a_chain_that_was_forged_anew_does_not_hold_the_head_that_somebody_noted(chain) -> None:
    noted = LedgerHead.objects.get().digest
    with lifted(LedgerAct, ReviewVersion):  # somebody with the keys of the house forgets the last act
        LedgerAct.objects.filter(number=9).delete()
        Review.objects.filter(pk=chain[2].pk).update(state="pending")
        LedgerHead.objects.update(number=8, digest=LedgerAct.objects.get(number=8).digest)
    assert ledger.verify().broken == {}
    assert not ledger.holds(noted)
    with pytest.raises(CommandError, match="cut off"):
        call_command("verify_ledger", "--noted", noted[:16], stdout=StringIO())


def test_the_command_says_whether_the_chain_is_whole(chain) -> None:
    said = StringIO()
    call_command("verify_ledger", stdout=said)
    assert said.getvalue() == f"the chain of 9 acts is whole; its head is {LedgerHead.objects.get().digest}\n"
    with lifted(LedgerAct):
        LedgerAct.objects.filter(number=4).delete()
    said = StringIO()
    with pytest.raises(CommandError, match="the chain of 8 acts is broken"):
        call_command("verify_ledger", stdout=said)
    assert said.getvalue().startswith("act 5: acts are missing before it")
