"""A practitioner's own words: they wait, somebody else decides, and the profile changes only as it was proposed."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from clinic.accounts.models import User
from clinic.accounts.roles import Role
from clinic.audit.models import Action, AuditEntry
from clinic.outbox.models import OutboundMessage
from practitioners import proposals
from practitioners.models import Practitioner, ProposedWords
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=2)
ABOUT = "I trained in Leeds.\n\nI listen first."


@pytest.fixture
def dr_imani() -> User:
    return factories.user("imani@clinic.test", Role.PRACTITIONER, Role.STAFF)


@pytest.fixture
def imani(dr_imani) -> Practitioner:
    return factories.practitioner("Dr Imani", user=dr_imani, bio_en="Trained.", approach_en="Slowly.")


@pytest.fixture
def sam() -> User:
    return factories.user("sam@clinic.test", Role.STAFF)


def trail() -> list[tuple[str, int]]:
    of_words = AuditEntry.objects.filter(action__startswith="words_").order_by("at")
    return list(of_words.values_list("action", "actor"))


def shown() -> dict[str, str]:
    return proposals.public_words(Practitioner.objects.get())


# --- proposing -------------------------------------------------------------------------------------------------------


def test_what_is_proposed_waits_and_holds_only_what_would_change(imani, dr_imani) -> None:
    before = shown()
    words = {**before, "bio_en": ABOUT, "bio_zh_hant": "我先聆聽。"}
    seen = proposals.fingerprint(imani)
    proposal = proposals.propose(actor=dr_imani, practitioner=imani, words=words, seen=seen, now=NOW)
    assert proposal.words == {"bio_en": ABOUT, "bio_zh_hant": "我先聆聽。"}
    assert proposal.instead_of == {"bio_en": "Trained.", "bio_zh_hant": ""}
    assert (proposal.state, proposal.proposed_by, proposal.proposed_at) == ("pending", dr_imani, NOW)
    assert shown() == before
    assert trail() == [(Action.WORDS_PROPOSED, dr_imani.pk)]


@pytest.mark.parametrize("same", ["Trained.", "  Trained.\r\n"])
def test_words_that_the_profile_shows_already_are_nothing_to_decide_about(imani, dr_imani, same) -> None:
    with pytest.raises(proposals.NothingNew):
        factories.proposal(imani, bio_en=same)
    assert not ProposedWords.objects.exists()
    assert trail() == []


def test_new_words_take_the_place_of_those_that_wait(imani, dr_imani) -> None:
    first = factories.proposal(imani, bio_en="First.")
    second = factories.proposal(imani, approach_en="Second.", now=LATER)
    first.refresh_from_db()
    assert (first.state, first.decided_at, first.decided_by) == ("withdrawn", LATER, dr_imani)
    assert list(ProposedWords.objects.pending()) == [second]
    assert second.words == {"approach_en": "Second."}


def test_words_are_taken_back_while_they_wait(imani, dr_imani, sam) -> None:
    proposal = factories.proposal(imani, bio_en=ABOUT)
    read = ProposedWords.objects.get()
    proposals.withdraw(actor=dr_imani, proposal=proposal, now=LATER)
    assert (proposal.state, proposal.decided_at) == ("withdrawn", LATER)
    with pytest.raises(proposals.Decided):
        proposals.approve(actor=sam, proposal=read, now=LATER)
    assert shown()["bio_en"] == "Trained."
    assert trail() == [(Action.WORDS_PROPOSED, dr_imani.pk), (Action.WORDS_WITHDRAWN, dr_imani.pk)]


# --- deciding --------------------------------------------------------------------------------------------------------


def test_approved_words_stand_on_the_profile_and_its_history_keeps_the_old(imani, sam) -> None:
    proposal = factories.proposal(imani, bio_en=ABOUT, education_zh_hant="香港大學")
    Practitioner.objects.filter(pk=imani.pk).update(approach_en="Slowly, as staff wrote it.")
    proposals.approve(actor=sam, proposal=proposal, now=LATER)
    after = shown()
    assert (after["bio_en"], after["education_zh_hant"]) == (ABOUT, "香港大學")
    assert after["approach_en"] == "Slowly, as staff wrote it.", "what was not proposed stays"
    assert (proposal.state, proposal.decided_by, proposal.decided_at) == ("approved", sam, LATER)
    newest, oldest = imani.history.first(), imani.history.last()
    assert (newest.bio_en, newest.history_user) == (ABOUT, sam)
    assert oldest.bio_en == "Trained."
    assert trail()[-1] == (Action.WORDS_APPROVED, sam.pk)


def test_words_about_a_text_that_has_moved_on_are_not_published(imani, sam) -> None:
    proposal = factories.proposal(imani, bio_en=ABOUT, approach_en="Gently.")
    Practitioner.objects.filter(pk=imani.pk).update(bio_en="Trained in London.")
    with pytest.raises(proposals.MovedOn):
        proposals.approve(actor=sam, proposal=proposal, now=LATER)
    assert (shown()["bio_en"], shown()["approach_en"]) == ("Trained in London.", "Slowly.")
    assert ProposedWords.objects.get().state == "pending"
    assert [action for action, _who in trail()] == [Action.WORDS_PROPOSED]


def test_words_are_declined_with_a_reason(imani, sam) -> None:
    proposal = factories.proposal(imani, bio_en=ABOUT)
    proposals.decline(actor=sam, proposal=proposal, reason="Leeds is not in the register.", now=LATER)
    assert (proposal.state, proposal.reason, proposal.decided_by) == ("declined", "Leeds is not in the register.", sam)
    assert shown()["bio_en"] == "Trained."
    assert trail()[-1] == (Action.WORDS_DECLINED, sam.pk)
    assert "Leeds" not in str(list(AuditEntry.objects.values()))


def test_the_second_of_two_hears_that_the_first_has_decided(imani, sam) -> None:
    factories.proposal(imani, bio_en=ABOUT)
    one, other = ProposedWords.objects.get(), ProposedWords.objects.get()
    proposals.decline(actor=sam, proposal=one, reason="Too long.", now=LATER)
    with pytest.raises(proposals.Decided):
        proposals.approve(actor=factories.user("tao@clinic.test"), proposal=other, now=LATER)
    assert shown()["bio_en"] == "Trained."


def test_nobody_decides_about_their_own_words(imani, dr_imani) -> None:
    """Neither who wrote them, nor who signs in as the practitioner now."""
    proposal = factories.proposal(imani, bio_en=ABOUT)
    heir = factories.user("heir@clinic.test", Role.PRACTITIONER, Role.OWNER)
    Practitioner.objects.filter(pk=imani.pk).update(user=heir)
    read = ProposedWords.objects.get()
    for person in (dr_imani, heir):
        with pytest.raises(proposals.NotYours):
            proposals.approve(actor=person, proposal=read, now=LATER)
        with pytest.raises(proposals.NotYours):
            proposals.decline(actor=person, proposal=read, reason="Mine.", now=LATER)
    assert ProposedWords.objects.get().state == proposal.state == "pending"


# --- being told ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["approve", "decline"])
def test_the_practitioner_is_told_that_it_was_decided_and_not_how(imani, dr_imani, sam, how) -> None:
    factories.clinic()
    User.objects.filter(pk=dr_imani.pk).update(language="zh-hant")
    proposal = factories.proposal(imani, bio_en=ABOUT)
    assert not OutboundMessage.objects.exists()
    reason = {"reason": "Leeds is not in the register."} if how == "decline" else {}
    getattr(proposals, how)(actor=sam, proposal=ProposedWords.objects.get(), now=LATER, **reason)
    mail = OutboundMessage.objects.get()
    assert (mail.to, mail.language, mail.due_at) == ("imani@clinic.test", "zh-hant", LATER)
    assert "/zh-hant/own-profile/" in str(mail.text)
    for words in (ABOUT, "Leeds", "sam@clinic.test"):
        assert words not in f"{mail.subject} {mail.text} {mail.html}"
    with pytest.raises(proposals.Decided):
        proposals.approve(actor=sam, proposal=proposal, now=LATER)
    assert OutboundMessage.objects.count() == 1


def test_nobody_is_told_what_they_did_themselves_nor_where_they_no_longer_work(imani, dr_imani, sam) -> None:
    proposals.withdraw(actor=dr_imani, proposal=factories.proposal(imani, bio_en=ABOUT), now=LATER)
    User.objects.filter(pk=dr_imani.pk).update(is_active=False)
    proposals.approve(actor=sam, proposal=factories.proposal(imani, bio_en="Mine."), now=LATER)
    assert not OutboundMessage.objects.exists()


# --- what the database refuses ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("a_decided_proposal_says_when_and_by_whom", {"state": "approved", "decided_at": LATER}),
        ("a_decided_proposal_says_when_and_by_whom", {"decided_at": LATER}),
        ("a_declined_proposal_says_why", {"state": "declined", "decided_at": LATER, "decided_by": "sam"}),
        ("a_declined_proposal_says_why", {"reason": "Too long."}),
        ("nobody_decides_about_their_own_words", {"state": "approved", "decided_at": LATER, "decided_by": "dr_imani"}),
    ],
)
def test_the_database_refuses_a_decision_that_is_none(imani, dr_imani, sam, rule: str, change: dict[str, Any]) -> None:
    proposal = factories.proposal(imani, bio_en=ABOUT)
    people = {"sam": sam, "dr_imani": dr_imani}
    change = {name: people.get(value, value) for name, value in change.items()}
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        ProposedWords.objects.filter(pk=proposal.pk).update(**change)


def test_one_proposal_of_a_practitioner_waits(imani, dr_imani) -> None:
    factories.proposal(imani, bio_en=ABOUT)
    with pytest.raises(IntegrityError), transaction.atomic():
        ProposedWords.objects.create(
            practitioner=imani, words={}, instead_of={}, proposed_at=LATER, proposed_by=dr_imani
        )
    assert ProposedWords.objects.count() == 1
