"""Reviews: one for each completed visit, read by a moderator, shown with count and distribution."""

from datetime import timedelta

import pytest
from django.db import IntegrityError

from clinic.audit.models import Action, AuditEntry
from clinic.outbox.models import OutboundMessage
from consultations import visits
from practitioners import reviews
from practitioners.models import Practitioner, Review, WithheldFor
from tests import factories
from tests.cast import signed_in
from tests.factories import NOW

GOOD = {"stars": "4", "text": "She took her time.", "author": "A."}


@pytest.fixture
def imani(cast):
    return Practitioner.objects.get(slug="dr-imani")


@pytest.fixture
def link(imani):
    _invitation, secret = factories.invitation(imani)
    return f"/review/{secret}/"


@pytest.fixture
def waiting(imani):
    return factories.review(imani, stars=2, text="Waited for an hour.")


def state(review):
    return Review.objects.get(pk=review.pk).state


# --- writing ---------------------------------------------------------------------------------------------------------


def test_a_completed_visit_mails_a_link_that_lets_one_write(visitor, alices_visit, dr_imani, monday):
    monday.move_to(alices_visit.starts)
    visits.complete(actor=dr_imani, consultation=alices_visit, now=alices_visit.starts)
    mail = OutboundMessage.objects.get(to="alice@patients.test", text__isnull=False, key__startswith="review")
    path = "/review/" + str(mail.text).split("/review/")[1].split()[0]
    assert "Your visit with Dr Imani" in visitor.get(path).content.decode()
    assert visitor.post(path, GOOD).headers["Location"] == f"{path}thanks/"
    assert Review.objects.get().practitioner == alices_visit.practitioner


def test_opening_the_link_changes_nothing_and_says_what_happens_to_the_review(visitor, link):
    for _ in range(2):
        page = visitor.get(link).content.decode()
    assert "A moderator reads it before it appears." in page
    assert not Review.objects.exists()


def test_a_review_waits_for_a_moderator_and_the_page_says_so(visitor, link):
    page = visitor.post(link, GOOD, follow=True).content.decode()
    assert "A moderator reads your review" in page
    review = Review.objects.get()
    assert (review.state, review.stars, review.language) == ("pending", 4, "en")
    assert AuditEntry.objects.get(action=Action.REVIEW_SUBMITTED).actor is None


def test_a_link_is_good_for_one_review(visitor, link):
    visitor.post(link, GOOD)
    assert visitor.get(link).headers["Location"] == f"{link}thanks/"
    assert visitor.post(link, {**GOOD, "stars": "1"}).headers["Location"] == f"{link}thanks/"
    assert [review.stars for review in Review.objects.all()] == [4]


def test_a_link_ends_after_ninety_days(visitor, link, monday):
    monday.move_to(NOW + timedelta(days=89, hours=23))
    assert visitor.get(link).status_code == 200
    monday.move_to(NOW + timedelta(days=90))
    for answer in (visitor.get(link), visitor.post(link, GOOD)):
        assert answer.status_code == 410
        assert "This link has ended" in answer.content.decode()
    assert not Review.objects.exists()


def test_a_link_that_was_never_minted_is_not_there(visitor, cast):
    assert visitor.get("/review/made-up/").status_code == 404
    assert visitor.get("/review/made-up/thanks/").status_code == 404


def test_thanks_are_given_for_a_review_and_not_before_it(visitor, link):
    assert visitor.get(f"{link}thanks/").status_code == 404


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"stars": ""}, "Choose one to five stars."),
        ({"stars": "6"}, "Select a valid choice"),
        ({"author": ""}, "Enter a first name or an initial."),
        ({"text": "Turned \u202e round"}, "Please remove the invisible characters"),
        ({"text": "x" * 1001}, "at most 1000 characters"),
    ],
)
def test_a_review_that_cannot_be_kept_answers_422_with_everything_still_there(visitor, link, typed, sentence):
    answer = visitor.post(link, {**GOOD, **typed})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count(sentence) == 2, "in the summary and at the field"
    assert {**GOOD, **typed}["text"] in page
    assert not Review.objects.exists()


def test_no_review_without_the_invitation_of_a_completed_visit(imani):
    with pytest.raises(IntegrityError):
        Review.objects.create(practitioner=imani, stars=5, text="", author="A.", language="en", submitted_at=NOW)


# --- moderating ------------------------------------------------------------------------------------------------------


def test_only_staff_and_the_owner_moderate(visitor, as_alice, as_dr_imani, as_owner, waiting):
    for browser in (as_alice, as_dr_imani):
        assert browser.get("/moderation/").status_code == 404
        assert browser.post(f"/moderation/{waiting.pk}/", {"decision": "publish"}).status_code == 404
    assert visitor.post(f"/moderation/{waiting.pk}/", {"decision": "publish"}).status_code == 302
    assert state(waiting) == "pending"
    assert as_owner.get("/moderation/").status_code == 200


def test_those_that_wait_stand_oldest_first(as_sam, imani):
    for days, text in ((1, "newer"), (3, "oldest"), (2, "older")):
        factories.review(imani, text=text, now=NOW - timedelta(days=days))
    page = as_sam.get("/moderation/").content.decode()
    assert page.index("oldest") < page.index("older") < page.index("newer")


def test_a_published_review_shows_on_the_profile_with_count_and_distribution(as_sam, visitor, imani, waiting, monday):
    profile = imani.get_absolute_url()
    assert waiting.text not in visitor.get(profile).content.decode()
    as_sam.post(f"/moderation/{waiting.pk}/", {"decision": "publish"})
    other = factories.review(imani, stars=5, text="Explained everything.")
    reviews.publish(actor=as_sam.get("/moderation/").wsgi_request.user, review=other, now=NOW)
    monday.shift(timedelta(minutes=1))  # a visitor's page is drawn anew each minute
    answer = visitor.get(profile)
    page = answer.content.decode()
    assert "Waited for an hour." in page
    assert answer.context["counts"] == {5: 1, 2: 1}
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


def test_what_is_withheld_shows_nowhere_but_its_author_reads_why(as_sam, visitor, imani, link):
    visitor.post(link, GOOD)
    review, reason = Review.objects.get(), next(iter(WithheldFor))
    as_sam.post(f"/moderation/{review.pk}/", {"decision": "withhold", "reason": reason})
    assert GOOD["text"] not in visitor.get(imani.get_absolute_url()).content.decode()
    assert "Your review is not published. The reason:" in visitor.get(f"{link}thanks/").content.decode()


def test_the_second_of_two_moderators_hears_that_the_first_has_decided(cast, waiting):
    seen_by_sam, seen_by_the_owner = Review.objects.get(), Review.objects.get()
    reviews.publish(actor=cast.sam, review=seen_by_sam, now=NOW)
    with pytest.raises(reviews.MovedOn):
        reviews.publish(actor=cast.owner, review=seen_by_the_owner, now=NOW)
    assert AuditEntry.objects.filter(action=Action.REVIEW_MODERATED).count() == 1


def test_a_moderator_is_signed_in_and_named_in_the_trail(sam, waiting):
    signed_in(sam).post(f"/moderation/{waiting.pk}/", {"decision": "publish"})
    entry = AuditEntry.objects.get(action=Action.REVIEW_MODERATED)
    assert (entry.actor, entry.object_id, entry.patient_id) == (sam, str(waiting.pk), None)
