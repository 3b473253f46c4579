"""Moderating, reporting and replying over HTTP; what everybody reads, and the open ledger."""

from datetime import timedelta

import pytest

from clinic.audit.models import Action, AuditEntry
from practitioners import moderation, reviews
from practitioners.models import Practitioner, Reply, Review, ReviewReport, WithheldFor
from tests import factories
from tests.cast import signed_in
from tests.factories import NOW


@pytest.fixture
def imani(cast):
    return Practitioner.objects.get(slug="dr-imani")


@pytest.fixture
def waiting(imani):
    return factories.review(imani, stars=2, text="Waited for an hour.")


@pytest.fixture
def published(cast, waiting):
    return moderation.publish(actor=cast.sam, review=waiting, now=NOW)


def state(review):
    return Review.objects.get(pk=review.pk).state


# --- moderating ------------------------------------------------------------------------------------------------------


def test_only_staff_and_the_owner_moderate(visitor, as_alice, as_dr_imani, as_owner, waiting):
    for browser in (as_alice, as_dr_imani):
        assert browser.get("/moderation/").status_code == 404
        assert browser.post(f"/moderation/{waiting.pk}/", {"decision": "publish"}).status_code == 404
    assert visitor.post(f"/moderation/{waiting.pk}/", {"decision": "publish"}).status_code == 302
    assert state(waiting) == "pending"
    assert as_owner.get("/moderation/").status_code == 200


def test_what_waits_longest_stands_first_and_what_is_overdue_is_said(as_sam, imani):
    for days, text in ((1, "newer"), (4, "oldest"), (2, "older")):
        factories.review(imani, text=text, now=NOW - timedelta(days=days))
    page = as_sam.get("/moderation/").content.decode()
    assert page.index("oldest") < page.index("older") < page.index("newer")
    assert "1 waits longer than three days." in page


def test_a_published_review_shows_on_the_profile_with_count_and_distribution(as_sam, visitor, imani, waiting, monday):
    profile = imani.get_absolute_url()
    assert waiting.text not in visitor.get(profile).content.decode()
    as_sam.post(f"/moderation/{waiting.pk}/", {"decision": "publish"})
    other = factories.review(imani, stars=5, text="Explained everything.")
    as_sam.post(f"/moderation/{other.pk}/", {"decision": "publish"})
    monday.shift(timedelta(minutes=1))  # a visitor's page is drawn anew each minute
    answer = visitor.get(profile)
    page = answer.content.decode()
    assert "Waited for an hour." in page
    assert answer.context["said"].practitioner.counts == {5: 1, 2: 1}
    assert "3.5" in page


def test_a_review_is_withheld_only_for_a_stated_reason(as_sam, waiting):
    address = f"/moderation/{waiting.pk}/"
    refused = as_sam.post(address, {"decision": "withhold", "reason": ""})
    assert refused.status_code == 422
    assert "Choose why the review is withheld." in refused.content.decode()
    assert state(waiting) == "pending"
    reason = next(iter(WithheldFor))
    as_sam.post(address, {"decision": "withhold", "reason": reason})
    assert (state(waiting), Review.objects.get().withheld_for) == ("withheld", reason)


def test_whoever_withheld_a_review_does_not_hear_the_appeal(cast, as_sam, as_owner, waiting):
    held = moderation.withhold(actor=cast.sam, review=waiting, reason=WithheldFor.ABUSE, now=NOW)
    reviews.appeal(review=held, words="I was polite.", now=NOW)
    refused = as_sam.post(f"/moderation/{waiting.pk}/", {"decision": "publish"})
    assert refused.status_code == 409
    assert "Somebody else has to hear the appeal." in refused.content.decode()
    assert "I was polite." in as_owner.get(f"/moderation/{waiting.pk}/").content.decode()
    assert as_owner.post(f"/moderation/{waiting.pk}/", {"decision": "publish"}).status_code == 302
    assert state(waiting) == "published"


def test_a_moderator_is_shown_what_looks_like_a_person(as_sam, imani):
    review = factories.review(imani, text="My sister Ann, 5550 1234, told me.")
    page = as_sam.get(f"/moderation/{review.pk}/").content.decode()
    assert "<mark>My sister</mark>" in page
    assert "<mark>5550 1234</mark>" in page


def test_a_moderator_is_signed_in_and_named_in_the_trail(sam, waiting):
    signed_in(sam).post(f"/moderation/{waiting.pk}/", {"decision": "publish"})
    entry = AuditEntry.objects.get(action=Action.REVIEW_MODERATED)
    assert (entry.actor, entry.object_id, entry.patient_id) == (sam, str(waiting.pk), None)


# --- reporting -------------------------------------------------------------------------------------------------------


def test_anybody_reports_a_review_that_stays_until_somebody_has_looked(visitor, as_sam, imani, published):
    path = f"/reviews/{published.pk}/report/"
    assert published.text in visitor.get(path).content.decode()
    assert visitor.post(path, {"reason": "", "words": ""}).status_code == 422
    told = {"reason": "abuse", "words": "The second sentence."}
    assert visitor.post(path, told).headers["Location"] == f"{imani.get_absolute_url()}#reviews"
    assert ReviewReport.objects.get().words == "The second sentence."
    assert state(published) == "flagged"
    assert published.text in visitor.get(imani.get_absolute_url()).content.decode()
    assert "The second sentence." in as_sam.get(f"/moderation/{published.pk}/").content.decode()


def test_what_is_not_published_cannot_be_reported_or_found_out(visitor, waiting):
    assert visitor.get(f"/reviews/{waiting.pk}/report/").status_code == 404
    assert visitor.post(f"/reviews/{waiting.pk}/report/", {"reason": "abuse"}).status_code == 404


def test_reports_from_one_place_end_somewhere(visitor, published):
    answers = [visitor.post(f"/reviews/{published.pk}/report/", {"reason": "abuse"}).status_code for _ in range(11)]
    assert answers == [302] * 10 + [429]


# --- replying --------------------------------------------------------------------------------------------------------


def test_a_practitioner_reads_their_own_reviews_and_replies_once(as_dr_imani, as_sam, visitor, imani, published):
    assert published.text in as_dr_imani.get("/own-reviews/").content.decode()
    path = f"/own-reviews/{published.pk}/reply/"
    assert as_dr_imani.get(path).status_code == 200
    assert as_dr_imani.post(path, {"text": ""}).status_code == 422
    as_dr_imani.post(path, {"text": "We start on time now."})
    as_dr_imani.post(path, {"text": "Another thing."})
    reply = Reply.objects.get()
    assert (reply.text, reply.state) == ("We start on time now.", "pending")
    profile = imani.get_absolute_url()
    assert reply.text not in visitor.get(f"{profile}?page=1").content.decode()
    assert reply.text in as_sam.get("/moderation/").content.decode()
    as_sam.post(f"/moderation/replies/{reply.pk}/", {"decision": "publish"})
    assert "Dr Imani replied:" in visitor.get(f"{profile}?page=1").content.decode()


def test_nobody_replies_for_another(as_dr_reyes, as_sam, as_alice, published):
    for browser in (as_dr_reyes, as_sam, as_alice):
        assert browser.post(f"/own-reviews/{published.pk}/reply/", {"text": "Thank you."}).status_code == 404
    assert published.text not in as_dr_reyes.get("/own-reviews/").content.decode()
    assert not Reply.objects.exists()


def test_a_reply_is_decided_by_a_moderator_only(as_dr_imani, cast, imani, published):
    reply = moderation.reply(
        actor=cast.dr_imani, practitioner=imani, review=published, text="Thanks.", language="en", now=NOW
    )
    path = f"/moderation/replies/{reply.pk}/"
    assert as_dr_imani.post(path, {"decision": "publish"}).status_code == 404
    assert signed_in(cast.sam).post(path, {"decision": "shred"}).status_code == 404
    assert Reply.objects.get().state == "pending"
