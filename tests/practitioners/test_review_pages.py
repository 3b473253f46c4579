"""Moderating, reporting and replying over HTTP; what everybody reads, and the open ledger."""

import re
from datetime import timedelta

import pytest

from clinic.accounts import roles
from clinic.accounts.roles import Role
from clinic.audit.models import Action, AuditEntry
from practitioners import moderation, reviews
from practitioners.models import Practitioner, Reply, ReplyState, Review, ReviewReport, WithheldFor
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


def decide(browser, review, decision="publish", **more):
    """What the form of the page sends, with what the page was about."""
    seen = moderation.newest_act(review)
    return browser.post(f"/moderation/{review.pk}/", {"seen": seen, "decision": decision, **more})


def state(review):
    return Review.objects.get(pk=review.pk).state


# --- moderating ------------------------------------------------------------------------------------------------------


def test_only_staff_and_the_owner_moderate(visitor, as_alice, as_dr_imani, as_owner, waiting):
    for browser in (as_alice, as_dr_imani):
        assert browser.get("/moderation/").status_code == 404
        assert decide(browser, waiting).status_code == 404
    assert decide(visitor, waiting).status_code == 302
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
    decide(as_sam, waiting)
    other = factories.review(imani, stars=5, text="Explained everything.")
    decide(as_sam, other)
    monday.shift(timedelta(minutes=1))  # a visitor's page is drawn anew each minute
    answer = visitor.get(profile)
    page = answer.content.decode()
    assert "Waited for an hour." in page
    assert answer.context["said"].practitioner.counts == {5: 1, 2: 1}
    assert "3.5" in page


def test_a_review_is_withheld_only_for_a_stated_reason(as_sam, waiting):
    refused = decide(as_sam, waiting, "withhold", reason="")
    assert refused.status_code == 422
    assert "Choose why the review is withheld." in refused.content.decode()
    assert state(waiting) == "pending"
    reason = next(iter(WithheldFor))
    decide(as_sam, waiting, "withhold", reason=reason)
    assert (state(waiting), Review.objects.get().withheld_for) == ("withheld", reason)


def test_whoever_withheld_a_review_does_not_hear_the_appeal(cast, as_sam, as_owner, waiting):
    held = moderation.withhold(actor=cast.sam, review=waiting, reason=WithheldFor.ABUSE, now=NOW)
    reviews.appeal(review=held, words="I was polite.", now=NOW)
    refused = decide(as_sam, waiting)
    assert refused.status_code == 409
    assert "Somebody else has to hear the appeal." in refused.content.decode()
    assert "I was polite." in as_owner.get(f"/moderation/{waiting.pk}/").content.decode()
    assert decide(as_owner, waiting).status_code == 302
    assert state(waiting) == "published"


def test_a_moderator_is_shown_what_looks_like_a_person(as_sam, imani):
    review = factories.review(imani, text="My sister Ann, 5550 1234, told me.")
    page = as_sam.get(f"/moderation/{review.pk}/").content.decode()
    assert "<mark>My sister</mark>" in page
    assert "<mark>5550 1234</mark>" in page


def test_a_moderator_is_signed_in_and_named_in_the_trail(sam, waiting):
    decide(signed_in(sam), waiting)
    entry = AuditEntry.objects.get(action=Action.REVIEW_MODERATED)
    assert (entry.actor, entry.object_id, entry.patient_id) == (sam, str(waiting.pk), None)


# --- what was shown --------------------------------------------------------------------------------------------------


def shown(browser, review):
    """The number that stands in the form as it is open in a browser."""
    return re.findall(r'name="seen" value="(\d+)"', browser.get(f"/moderation/{review.pk}/").text)[0]


def test_words_that_changed_after_the_page_was_opened_are_not_published_unseen(as_sam, waiting):
    seen = shown(as_sam, waiting)
    reviews.edit(review=waiting, words=factories.words(text="Call my sister, 5550 1234."), now=NOW)
    answer = as_sam.post(f"/moderation/{waiting.pk}/", {"seen": seen, "decision": "publish"})
    assert (answer.status_code, state(waiting)) == (409, "pending")
    assert "Please look again." in answer.text
    assert "Call my sister" in answer.text
    again = re.findall(r'name="seen" value="(\d+)"', answer.text)[0]
    as_sam.post(f"/moderation/{waiting.pk}/", {"seen": again, "decision": "publish"})
    assert state(waiting) == "published"


def test_an_appeal_that_nobody_has_read_is_not_turned_down(as_owner, cast, waiting):
    held = moderation.withhold(actor=cast.sam, review=waiting, reason=WithheldFor.ABUSE, now=NOW)
    seen = shown(as_owner, held)
    reviews.appeal(review=held, words="I was polite.", now=NOW)
    for reason in WithheldFor:
        told = {"seen": seen, "decision": "withhold", "reason": reason}
        assert as_owner.post(f"/moderation/{waiting.pk}/", told).status_code == 409
    assert Review.objects.get().appeal == "I was polite."
    assert list(Review.objects.to_decide()) == [waiting]


@pytest.mark.parametrize("seen", ["", "x", "0", "-1"])
def test_without_what_was_shown_nothing_is_decided(as_sam, waiting, seen):
    assert as_sam.post(f"/moderation/{waiting.pk}/", {"seen": seen, "decision": "publish"}).status_code in {409, 422}
    assert state(waiting) == "pending"


def test_another_reply_than_the_one_shown_is_not_published(as_sam, cast, imani, published):
    by = {"actor": cast.dr_imani, "practitioner": imani, "review": published, "language": "en"}
    first = moderation.reply(**by, text="Thank you.", now=NOW)
    page = as_sam.get("/moderation/").text
    told = {"decision": "publish", "written": re.findall(r'name="written" value="([^"]+)"', page)[0]}
    moderation.decide_reply(actor=cast.owner, reply=first, state=ReplyState.WITHHELD, now=NOW)
    moderation.reply(**by, text="You came for your scars.", now=NOW + timedelta(minutes=1))
    answer = as_sam.post(f"/moderation/replies/{first.pk}/", told, follow=True)
    assert "Please look again." in answer.text
    assert Reply.objects.get().state == "pending"


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
    (written,) = re.findall(r'name="written" value="([^"]+)"', as_sam.get("/moderation/").text)
    as_sam.post(f"/moderation/replies/{reply.pk}/", {"decision": "publish", "written": written})
    assert "Dr Imani replied:" in visitor.get(f"{profile}?page=1").content.decode()


def test_nobody_replies_for_another(as_dr_reyes, as_sam, as_alice, published):
    for browser in (as_dr_reyes, as_sam, as_alice):
        assert browser.post(f"/own-reviews/{published.pk}/reply/", {"text": "Thank you."}).status_code == 404
    assert published.text not in as_dr_reyes.get("/own-reviews/").content.decode()
    assert not Reply.objects.exists()


def test_a_practitioner_at_the_desk_decides_nothing_about_themselves(cast, dr_imani, imani, published):
    roles.give(dr_imani, Role.STAFF)
    waiting = factories.review(imani, stars=1)
    reply = moderation.reply(
        actor=dr_imani, practitioner=imani, review=published, text="Thanks.", language="en", now=NOW
    )
    browser = signed_in(dr_imani)
    assert "This review is about you." in browser.get(f"/moderation/{waiting.pk}/").text
    for told in ({"decision": "publish"}, {"decision": "withhold", "reason": "abuse"}):
        answer = decide(browser, waiting, **told)
        assert (answer.status_code, state(waiting)) == (409, "pending")
    written = {"decision": "publish", "written": reply.written_at.isoformat()}
    assert "This review is about you." in browser.post(f"/moderation/replies/{reply.pk}/", written, follow=True).text
    assert Reply.objects.get().state == "pending"
    other = factories.review(Practitioner.objects.get(slug="dr-reyes"))
    assert decide(browser, other).status_code == 302


def test_a_reply_is_decided_by_a_moderator_only(as_dr_imani, cast, imani, published):
    reply = moderation.reply(
        actor=cast.dr_imani, practitioner=imani, review=published, text="Thanks.", language="en", now=NOW
    )
    path = f"/moderation/replies/{reply.pk}/"
    assert as_dr_imani.post(path, {"decision": "publish"}).status_code == 404
    assert signed_in(cast.sam).post(path, {"decision": "shred"}).status_code == 404
    assert Reply.objects.get().state == "pending"
