"""Another treatment or a later date: suggested, accepted or declined, and what the patient pays for it: nothing."""

from datetime import timedelta

import pytest

from clinic.audit.models import Action, AuditEntry
from clinic.outbox.models import OutboundMessage
from consultations import intake, suggestions, visits
from consultations.errors import MovedOn, StillOpen, TooSoon
from consultations.models import Cancelled, Consultation, Intake, Screening, Suggestion
from tests import factories
from tests.cast import TUESDAY
from tests.consultations.bookings import audited, cancel, fresh, move, stored
from tests.factories import NOW, at
from treatments.models import Treatment

MINUTE = timedelta(minutes=1)
LATER = NOW + MINUTE
WORDS = "canary: a light peel would be kinder to your skin."
NEXT_WEEK = TUESDAY + timedelta(days=7)


@pytest.fixture
def suggest(alices_visit, dr_imani):
    def suggest(treatments=(), not_before=None, now=NOW):
        return suggestions.make(
            actor=dr_imani,
            practitioner=alices_visit.practitioner,
            consultation=alices_visit,
            treatments=treatments,
            not_before=not_before,
            words=WORDS,
            now=now,
        )

    return suggest


@pytest.fixture
def peel(cast):
    return factories.treatment("peel_superficial", "peels")


def mails(state="pending"):
    return list(OutboundMessage.objects.filter(key__startswith="suggestion:", state=state))


def stamped(visit):
    Intake.objects.filter(consultation=visit).update(reviewed_at=NOW, reviewed_by=visit.practitioner)


# --- suggesting ------------------------------------------------------------------------------------------------------


def test_a_suggestion_is_kept_under_seal_written_down_and_mailed_without_a_word_of_it(suggest, alices_visit, peel):
    suggest([peel], NEXT_WEEK)
    assert b"peel" not in stored(Suggestion, "treatments", "words", "not_before")
    assert Action.SUGGESTION_MADE in audited(alices_visit)
    [mail] = mails()
    whole = "\n".join(filter(None, (mail.subject, mail.text, mail.html)))
    assert f"/my/{alices_visit.reference}/suggestion/" in whole
    for secret in ("canary", "peel", "needling", "pore", "11 May"):
        assert secret not in whole.lower()


def test_one_suggestion_at_a_time_and_none_of_nothing(suggest, peel):
    suggest([peel])
    with pytest.raises(StillOpen):
        suggest([peel])
    with pytest.raises(MovedOn):
        suggest()
    assert Suggestion.objects.count() == 1


def test_nothing_is_suggested_once_the_patient_is_there(suggest, peel, alices_visit, dr_imani):
    visits.arrive(actor=dr_imani, consultation=alices_visit, now=alices_visit.starts)
    with pytest.raises(MovedOn):
        suggest([peel])


def test_withdrawing_takes_the_mail_back_and_another_may_follow(suggest, peel, alices_visit, dr_imani, alice):
    first = suggest([peel])
    for _ in range(2):
        suggestions.withdraw(actor=dr_imani, consultation=alices_visit, now=LATER)
    assert AuditEntry.objects.filter(action=Action.SUGGESTION_WITHDRAWN).count() == 1
    assert (len(mails()), len(mails("withdrawn"))) == (0, 1)
    with pytest.raises(MovedOn):
        suggestions.accept(actor=alice, suggestion=first, now=LATER)
    suggest([peel], now=LATER)


# --- accepting and declining -----------------------------------------------------------------------------------------


def test_accepting_a_treatment_changes_what_is_discussed_and_screens_for_it(suggest, peel, alices_visit, alice):
    stamped(alices_visit)
    accepted = suggestions.accept(actor=alice, suggestion=suggest([peel]), now=LATER)
    assert accepted.accepted is True
    assert list(alices_visit.treatments.values_list("slug", flat=True)) == ["peel-superficial"]
    assert Screening.objects.filter(revision__intake__consultation=alices_visit).count() == 2
    assert Intake.objects.get(consultation=alices_visit).reviewed_at is None
    assert Action.SUGGESTION_ANSWERED in audited(alices_visit)
    assert mails() == []


def test_declining_leaves_everything_as_it_is(suggest, peel, alices_visit, alice):
    stamped(alices_visit)
    declined = suggestions.decline(actor=alice, suggestion=suggest([peel], NEXT_WEEK), now=LATER)
    assert declined.accepted is False
    assert Treatment.objects.get(pk=alices_visit.treatments.get().pk).slug == "microneedling"
    assert Intake.objects.get(consultation=alices_visit).reviewed_at == NOW
    assert suggestions.later_than(alices_visit, LATER) is None


@pytest.mark.parametrize("second", [suggestions.accept, suggestions.decline])
def test_what_was_answered_stays_answered(suggest, peel, alice, second):
    suggestion = suggestions.accept(actor=alice, suggestion=suggest([peel]), now=LATER)
    with pytest.raises(MovedOn):
        second(actor=alice, suggestion=suggestion, now=LATER)
    assert Suggestion.objects.get().accepted is True


def test_nothing_is_accepted_for_a_visit_that_is_off_or_has_begun(suggest, peel, alice, alices_visit):
    suggestion = suggest([peel])
    with pytest.raises(MovedOn):
        suggestions.accept(actor=alice, suggestion=suggestion, now=alices_visit.starts)
    cancel(alices_visit, now=LATER)
    with pytest.raises(MovedOn):
        suggestions.accept(actor=alice, suggestion=suggestion, now=LATER)
    assert Suggestion.objects.get().answered_at is None
    assert len(mails("withdrawn")) == 1


# --- the later time --------------------------------------------------------------------------------------------------

TOO_LATE_TO_BE_FREE = at("09:30", TUESDAY)  # half an hour before the visit


@pytest.fixture
def accepted(suggest, alice):
    return suggestions.accept(actor=alice, suggestion=suggest(not_before=NEXT_WEEK), now=LATER)


def move_to(visit, wall, day, person, now=TOO_LATE_TO_BE_FREE):
    return suggestions.move(actor=person, consultation=visit, starts=at(wall, day), now=now)


def test_the_later_time_costs_nothing_however_late_it_is_chosen(accepted, alices_visit, alice):
    assert suggestions.later_than(alices_visit, TOO_LATE_TO_BE_FREE) == NEXT_WEEK
    move_to(alices_visit, "15:00", NEXT_WEEK, alice)
    moved = fresh(alices_visit)
    assert (moved.starts, moved.owed_minor, moved.ics_sequence) == (at("15:00", NEXT_WEEK), 0, 1)


def test_a_move_by_the_patients_own_wish_still_costs_what_it_costs(accepted, alices_visit):
    move(alices_visit, "15:00", by=Cancelled.BY_PATIENT, now=TOO_LATE_TO_BE_FREE)
    assert fresh(alices_visit).owed_minor == 30000


def test_the_day_before_the_suggested_one_is_too_soon(accepted, alices_visit, alice):
    with pytest.raises(TooSoon):
        move_to(alices_visit, "15:00", NEXT_WEEK - timedelta(days=1), alice)
    assert fresh(alices_visit).starts == alices_visit.starts


def test_the_later_time_is_chosen_once(accepted, alices_visit, alice):
    move_to(alices_visit, "15:00", NEXT_WEEK, alice)
    with pytest.raises(MovedOn):
        move_to(fresh(alices_visit), "16:00", NEXT_WEEK, alice)


@pytest.mark.parametrize("answer", [None, suggestions.decline])
def test_who_has_not_accepted_moves_by_the_usual_terms(suggest, alices_visit, alice, answer):
    suggestion = suggest(not_before=NEXT_WEEK)
    if answer:
        answer(actor=alice, suggestion=suggestion, now=LATER)
    with pytest.raises(MovedOn):
        move_to(alices_visit, "15:00", NEXT_WEEK, alice)


def test_the_answers_are_screened_for_the_later_day(accepted, alices_visit, alice):
    move_to(alices_visit, "15:00", NEXT_WEEK, alice)
    assert intake.newest(Consultation.objects.get(pk=alices_visit.pk)).screening.as_of == NEXT_WEEK
