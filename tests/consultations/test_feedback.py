"""What patients say after a visit: invited without choice, one review each, sealed answers, the author's own page."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from clinic.accounts import roles
from clinic.accounts.roles import Role
from clinic.outbox.models import OutboundMessage
from consultations import feedback, inviting, visits
from consultations.models import Consultation, Feedback, Performed, VisitInvitation
from consultations.visits import Done, Early
from practitioners import moderation
from practitioners.models import Moment, Review, WithheldFor
from tests.cast import signed_in
from treatments.models import Treatment

GOOD = {"stars": "4", "text": "She took her time.", "author": "A."}
DAY = timedelta(days=1)
EARLY = Early("She leaves for a year tonight.")


def link(moment=Moment.CONSULTATION):
    """The page behind the newest mail about a review."""
    invited = VisitInvitation.objects.get(moment=moment)
    mail = OutboundMessage.objects.filter(about=f"review:{invited.pk}").order_by("created_at").last()
    assert mail is not None
    return "/review/" + str(mail.text).split("/review/")[1].split()[0]


@pytest.fixture
def completed(alices_visit, dr_imani, monday):
    """Alice's visit is over, and three days have passed."""
    visits.complete(actor=dr_imani, consultation=alices_visit, now=alices_visit.starts)
    monday.move_to(alices_visit.ends + 3 * DAY)
    inviting.invite(now=alices_visit.ends + 3 * DAY)
    return alices_visit


@pytest.fixture
def treated(alices_visit, dr_imani, monday):
    """Alice had a treatment for which she was told two days, and six weeks have passed."""
    done = [Done(Treatment.objects.order_by("position")[0], 2)]
    visits.complete(actor=dr_imani, consultation=alices_visit, done=done, early=EARLY, now=alices_visit.starts)
    monday.move_to(alices_visit.ends + timedelta(weeks=6))
    inviting.invite(now=alices_visit.ends + timedelta(weeks=6))
    return alices_visit


# --- being asked -----------------------------------------------------------------------------------------------------


def test_nobody_is_written_to_before_the_moment_and_nobody_twice(alices_visit, dr_imani):
    visits.complete(actor=dr_imani, consultation=alices_visit, now=alices_visit.starts)
    due = alices_visit.ends + 3 * DAY
    assert inviting.invite(now=due - timedelta(seconds=1)) == 0
    assert inviting.invite(now=due) == 1
    assert inviting.invite(now=due + DAY) == 0
    mail = OutboundMessage.objects.get(key__startswith="review:")
    assert (mail.to, mail.subject) == ("alice@patients.test", "How was your visit?")


def test_each_treatment_asks_at_its_three_moments(alices_visit, dr_imani):
    done = [Done(Treatment.objects.order_by("position")[0])]
    visits.complete(actor=dr_imani, consultation=alices_visit, done=done, early=EARLY, now=alices_visit.starts)
    ends = alices_visit.ends
    sent = [inviting.invite(now=ends + after) for after in (3 * DAY, timedelta(weeks=6), 181 * DAY, 182 * DAY)]
    assert sent == [1, 1, 0, 1]
    assert set(VisitInvitation.objects.values_list("moment", flat=True)) == {"comfort", "result", "again"}
    assert Performed.objects.get().session == 1


def test_a_visit_that_was_entered_in_error_asks_for_nothing(alices_visit, dr_imani):
    visits.complete(actor=dr_imani, consultation=alices_visit, now=alices_visit.starts)
    Consultation.objects.update(status="entered_in_error")
    assert inviting.invite(now=alices_visit.ends + 3 * DAY) == 0


def test_the_database_completes_no_visit_without_an_invitation(alices_visit):
    with pytest.raises(IntegrityError), transaction.atomic():
        Consultation.objects.filter(pk=alices_visit.pk).update(status="completed")


def test_no_mail_says_what_was_done(treated):
    name = Performed.objects.get().treatment.name
    mails = OutboundMessage.objects.filter(key__startswith="review")
    assert len(mails) == 2
    for mail in mails:
        assert name not in f"{mail.subject} {mail.text} {mail.html}"


# --- writing ---------------------------------------------------------------------------------------------------------


def test_a_completed_visit_mails_a_link_that_lets_one_write(visitor, completed):
    path = link()
    assert "Your visit with Dr Imani" in visitor.get(path).content.decode()
    assert visitor.post(path, GOOD).headers["Location"] == f"{path}yours/"
    review = Review.objects.get()
    assert (review.practitioner, review.state, review.language) == (completed.practitioner, "pending", "en")
    assert "A moderator reads your review" in visitor.get(f"{path}yours/").content.decode()


def test_opening_the_link_changes_nothing(visitor, completed):
    for _ in range(2):
        page = visitor.get(link()).content.decode()
    assert "A moderator reads it before it appears." in page
    assert not Review.objects.exists()


def test_a_link_is_good_for_one_review(visitor, completed):
    path = link()
    visitor.post(path, GOOD)
    assert visitor.get(path).headers["Location"] == f"{path}yours/"
    assert visitor.post(path, {**GOOD, "stars": "1"}).headers["Location"] == f"{path}yours/"
    assert [review.stars for review in Review.objects.all()] == [4]


def test_a_link_ends_after_ninety_days(visitor, completed, monday):
    path = link()
    monday.shift(90 * DAY - timedelta(hours=1))
    assert visitor.get(path).status_code == 200
    monday.shift(timedelta(hours=1))
    for answer in (visitor.get(path), visitor.post(path, GOOD)):
        assert answer.status_code == 410
        assert "This link has ended" in answer.content.decode()
    assert not Review.objects.exists()


def test_a_link_that_was_never_minted_is_not_there(visitor, cast):
    for page in ("", "yours/", "edit/"):
        assert visitor.get(f"/review/made-up/{page}").status_code == 404


def test_there_is_nothing_of_one_s_own_before_it_is_written(visitor, completed):
    for page in ("yours/", "edit/"):
        assert visitor.get(link() + page).status_code == 404
    for page in ("withdraw/", "appeal/"):
        assert visitor.post(link() + page, {"words": "Why?"}).status_code == 404


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"stars": ""}, "Choose one to five stars."),
        ({"stars": "6"}, "Select a valid choice"),
        ({"author": ""}, "Enter a first name or an initial."),
        ({"text": "Turned \u202e round"}, "Please remove the invisible characters"),
        ({"text": "x" * 1001}, "at most 1000 characters"),
        ({"listened": "maybe"}, "Select a valid choice"),
        ({"show": ["downtime"]}, "Select a valid choice"),
    ],
)
def test_a_review_that_cannot_be_kept_answers_422_with_everything_still_there(visitor, completed, typed, sentence):
    answer = visitor.post(link(), {**GOOD, **typed})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count(sentence) == 2, "in the summary and at the field"
    assert str({**GOOD, **typed}["text"]) in page
    assert not Review.objects.exists()


# --- what stays with us ----------------------------------------------------------------------------------------------


def test_answers_stay_sealed_with_the_clinic_until_their_author_shows_them(visitor, treated):
    visitor.post(link(Moment.RESULT), {**GOOD, "result": "less", "downtime_had": "5"})
    review, kept = Review.objects.get(), Feedback.objects.get()
    assert (review.downtime_had, review.treatment, review.concern, review.skin_band) == (None, None, None, "")
    assert kept.answers == {"result": "less", "downtime_had": 5}
    with connection.cursor() as cursor:
        cursor.execute("select answers from consultations_feedback")
        assert "downtime" not in str(cursor.fetchone()[0])


def test_what_its_author_ticks_stands_beside_the_words(visitor, treated):
    shows = {"show": ["treatment", "concern", "downtime"], "skin_band": "3-4", "downtime_had": "5"}
    visitor.post(link(Moment.RESULT), {**GOOD, **shows})
    review, performed = Review.objects.get(), Performed.objects.get()
    assert (review.treatment, review.sessions, review.concern) == (performed.treatment, 1, treated.concern)
    assert (review.downtime_told, review.downtime_had, review.skin_band) == (2, 5, "3-4")
    assert "Days it showed: told 2, had 5." in visitor.get(f"{link(Moment.RESULT)}yours/").content.decode()


def test_an_answer_that_is_left_out_of_a_change_stays_as_it_was_given(visitor, treated):
    path = link(Moment.RESULT)
    visitor.post(path, {**GOOD, "result": "less", "downtime_had": "5"})
    page = visitor.get(f"{path}edit/").content.decode()
    assert GOOD["text"] in page
    assert "checked" in page
    assert 'value="5"' not in page.split('name="downtime_had"')[1].split(">")[0], "a link alone shows no answer"
    visitor.post(f"{path}edit/", {**GOOD, "stars": "3", "show": ["downtime"]})
    assert Review.objects.get().downtime_had == 5
    assert Feedback.objects.get().answers == {"result": "less", "downtime_had": 5}


# --- afterwards ------------------------------------------------------------------------------------------------------


def test_an_author_changes_withdraws_and_hears(visitor, completed, cast, monday):
    path = link()
    visitor.post(path, GOOD)
    moderation.publish(actor=cast.sam, review=Review.objects.get(), now=completed.ends + 4 * DAY)
    assert inviting.tell(now=completed.ends + 4 * DAY) == 1
    assert inviting.tell(now=completed.ends + 5 * DAY) == 0
    told = link()
    assert told != path, "a new link in each mail"
    assert "Your review is published." in visitor.get(f"{told}yours/").content.decode()
    visitor.post(f"{told}edit/", {**GOOD, "text": "She took her time, and mine."})
    assert Review.objects.get().state == "pending"
    visitor.post(f"{path}withdraw/")
    assert Review.objects.get().state == "withdrawn"
    assert "You have withdrawn your review." in visitor.get(f"{path}yours/").content.decode()
    assert inviting.tell(now=completed.ends + 6 * DAY) == 0


def test_an_author_reads_why_and_asks_for_a_second_look(visitor, completed, cast):
    path = link()
    visitor.post(path, GOOD)
    review, at = Review.objects.get(), completed.ends + 4 * DAY
    moderation.withhold(actor=cast.sam, review=review, reason=WithheldFor.ADVERTISING, now=at)
    assert inviting.tell(now=at) == 1
    assert "Your review is not published. The reason: Advertising" in visitor.get(f"{path}yours/").content.decode()
    assert visitor.post(f"{path}appeal/", {"words": ""}).status_code == 422
    visitor.post(f"{path}appeal/", {"words": "I only named the cream."})
    assert "You have asked for a second look." in visitor.get(f"{path}yours/").content.decode()
    moderation.withhold(actor=cast.owner, review=Review.objects.get(), reason=WithheldFor.ADVERTISING, now=at + DAY)
    assert inviting.tell(now=at + DAY) == 1
    assert "A second person has looked at it" in visitor.get(f"{path}yours/").content.decode()


def test_after_thirty_days_a_review_is_only_withdrawn(visitor, completed, monday):
    path = link()
    visitor.post(path, GOOD)
    monday.shift(30 * DAY)
    assert "Change my review" not in visitor.get(f"{path}yours/").content.decode()
    assert visitor.get(f"{path}edit/").headers["Location"] == f"{path}yours/"
    visitor.post(f"{path}edit/", {**GOOD, "stars": "1"})
    assert Review.objects.get().stars == 4
    visitor.post(f"{path}withdraw/")
    assert Review.objects.get().state == "withdrawn"


# --- completing ------------------------------------------------------------------------------------------------------


def test_a_practitioner_says_what_was_carried_out(dr_imani, alices_visit, monday):
    monday.move_to(alices_visit.starts)
    as_dr_imani = signed_in(dr_imani)
    path = f"/desk/{alices_visit.reference}/treated/"
    offered = Treatment.objects.order_by("position")[0]
    alices_visit.practitioner.offerings.get_or_create(treatment=offered)
    page = as_dr_imani.get(path).content.decode()
    assert offered.name in page
    assert as_dr_imani.post(path, {"go": "1"}).status_code == 422
    why = {"reason": EARLY.reason, "consented": "on"}
    as_dr_imani.post(path, {"done": [str(offered.pk)], f"told_{offered.pk}": "4", **why})
    performed = Performed.objects.get()
    assert (performed.treatment, performed.code, performed.downtime_told) == (offered, offered.facts_id, 4)
    assert as_dr_imani.post(path, {"done": [str(offered.pk)], **why}).status_code == 409
    assert Performed.objects.count() == 1


# --- from within -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", list(Role))
def test_nobody_who_works_here_reviews_the_house(completed, visitor, alice, role):
    """Not even after a visit of their own that they booked and that was completed."""
    roles.give(alice, role)
    address = link()
    page = visitor.get(address)
    assert page.status_code == 403
    assert "by people who do not work at the clinic" in page.text
    assert visitor.post(address, GOOD).status_code == 403
    told = feedback.Told(5, "The best.", "A.", "en", {}, (), "")
    with pytest.raises(feedback.OfTheHouse):
        feedback.give(invited=VisitInvitation.objects.get(), told=told, now=completed.ends + 4 * DAY)
    assert not Review.objects.exists()


def test_nobody_else_says_what_was_carried_out(cast, alices_visit, monday):
    monday.move_to(alices_visit.starts)
    for person in (cast.dr_reyes, cast.sam, cast.alice):
        assert signed_in(person).get(f"/desk/{alices_visit.reference}/treated/").status_code == 404
