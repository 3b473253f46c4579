"""What patients are told by mail: neutral subjects, the clinic's clock, never a treatment or an answer.

Called inside the transaction of the verb that has something to tell; the outbox sends later.
"""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from clinic import outbox
from clinic.premises.models import Clinic
from consultations import mail
from consultations.models import (
    Cancelled,
    Consultation,
    Draft,
    Enquiry,
    ReminderStep,
    Status,
    Suggestion,
    ToldStory,
    VisitInvitation,
    What,
)
from consultations.scheduling.invite import Method
from practitioners.models import Practitioner

# Later than this, what the mail leads to is of the past.
AFTERCARE_FOR = timedelta(days=3)


def code(*, to: str, code: str, language: str, key: str, until: datetime, now: datetime) -> None:
    """The code that proves an address while booking; until it does, the mail names nobody. A dead one is not sent."""
    with translation.override(language):
        clinic = Clinic.objects.the()
        subject = _("Your code for %(clinic)s") % {"clinic": clinic.name}
        mail.send(
            key=key,
            to=to,
            subject=subject,
            template="code",
            language=language,
            about="",
            clinic=clinic,
            now=now,
            expires_at=until,
            code=code,
        )


def resume(*, to: str, language: str, draft: Draft, hold: Consultation | None, now: datetime) -> None:
    """The way back to a booking that was put aside: until when it is kept, never what was entered."""
    with translation.override(language):
        mail.send(
            key=f"resume:{draft.pk}:{now.timestamp()}",
            to=to,
            subject=_("Your booking is not finished yet"),
            template="resume",
            language=language,
            about=f"draft:{draft.pk}",
            clinic=Clinic.objects.the(),
            now=now,
            expires_at=draft.expires_at,
            kept_until=draft.expires_at,
            held_until=hold.held_until if hold and hold.status == Status.HELD else None,
            resume_url=settings.PUBLIC_BASE_URL + reverse("my:consultations"),
        )


def reminded(consultation: Consultation, step: ReminderStep, *, clinic: Clinic, now: datetime) -> None:
    """What a step of the schedule says before a visit: rather not at all than twice, and not after it has begun."""
    mail.tell(
        consultation,
        step.what,
        _REMINDERS[What(step.what)],
        None,
        clinic,
        now,
        # The time and not the sequence: whoever cancels and takes it back has the same visit, and one reminder of it.
        key=f"{step.what}:{consultation.pk}:{consultation.starts:%Y%m%d%H%M}:{step.hours}",
        once=True,
        expires_at=consultation.starts,
        look_url=mail.page_url("my:answers", consultation),
    )


def runs_late(consultation: Consultation, *, minutes: int, clinic: Clinic, now: datetime) -> None:
    """That the visit may begin later than planned: of what was said before, only the newest is still sent."""
    outbox.withdraw(about=mail.about(consultation), occasions=["late"], now=now)
    mail.tell(
        consultation,
        "late",
        _late_subject,
        None,
        clinic,
        now,
        key=f"late:{consultation.pk}:{consultation.starts:%Y%m%d%H%M}:{minutes}",
        expires_at=consultation.starts,
        behind=minutes,
    )


def booked(consultation: Consultation, *, clinic: Clinic, now: datetime) -> None:
    """The confirmation, with the calendar file and the link to manage it."""
    mail.tell(consultation, "booked", _booked_subject, Method.REQUEST, clinic, now)


def accepted(consultation: Consultation, *, clinic: Clinic, now: datetime) -> None:
    """The confirmation of a request; that it was received need not be said any more."""
    outbox.withdraw(about=mail.about(consultation), now=now)
    booked(consultation, clinic=clinic, now=now)


def restored(consultation: Consultation, *, clinic: Clinic, now: datetime) -> None:
    """That a cancelled consultation stands again, or a withdrawn request waits again."""
    outbox.withdraw(about=mail.about(consultation), now=now)
    tell = booked if consultation.status == Status.CONFIRMED else requested
    tell(consultation, clinic=clinic, now=now)


def requested(consultation: Consultation, *, clinic: Clinic, now: datetime) -> None:
    """That the request is with the clinic and when it will be answered."""
    mail.tell(consultation, "requested", _requested_subject, None, clinic, now)


def request_lapsed(consultation: Consultation, *, now: datetime) -> None:
    """That nobody could confirm the request in time."""
    outbox.withdraw(about=mail.about(consultation), now=now)
    mail.tell(consultation, "request_lapsed", _lapsed_subject, None, Clinic.objects.the(), now)


def moved(
    consultation: Consultation, *, before: datetime, with_whom: Practitioner, clinic: Clinic, now: datetime
) -> None:
    """The new time, updating the same calendar entry; and who it is with, where the clinic has changed that."""
    outbox.withdraw(about=mail.about(consultation), now=now)
    is_given_away = consultation.moved_by_clinic_at and with_whom.pk != consultation.practitioner_id
    instead_of = with_whom if is_given_away else None
    mail.tell(consultation, "moved", _moved_subject, Method.REQUEST, clinic, now, before=before, instead_of=instead_of)


def readdressed(consultation: Consultation, *, clinic: Clinic, now: datetime) -> None:
    """Where the visit is now, or by which link it is joined, updating the same calendar entry."""
    outbox.withdraw(about=mail.about(consultation), occasions=["readdressed"], now=now)
    mail.tell(consultation, "readdressed", _readdressed_subject, Method.REQUEST, clinic, now)


def cancelled(consultation: Consultation, *, clinic: Clinic, now: datetime) -> None:
    """That the consultation is cancelled, by whom, what it costs and how to undo it; takes the calendar entry away."""
    outbox.withdraw(about=mail.about(consultation), now=now)
    not_asked_any_more(consultation, now=now)
    not_suggested_any_more(consultation, now=now)
    was_asked_for = consultation.held_until is not None  # and has not been in a calendar
    if was_asked_for and consultation.cancelled_by == Cancelled.BY_CLINIC:
        mail.tell(consultation, "declined", _lapsed_subject, None, clinic, now)
    else:
        mail.tell(
            consultation,
            "cancelled",
            _withdrawn_subject if was_asked_for else _cancelled_subject,
            None if was_asked_for else Method.CANCEL,
            clinic,
            now,
            was_asked_for=was_asked_for,
        )


def not_reminded_any_more(consultation: Consultation, *, now: datetime) -> None:
    """Nothing more to remind of: the patient is here, or was not."""
    outbox.withdraw(about=mail.about(consultation), occasions=What.values, now=now)


def aftercare(consultation: Consultation, *, clinic: Clinic, now: datetime) -> None:
    """After a visit at which something was carried out: where to read about the days that follow; never what it was."""
    with translation.override(consultation.language):
        mail.send(
            key=f"aftercare:{consultation.pk}",
            to=mail.reader(consultation),
            subject=_("After your visit"),
            template="aftercare",
            language=consultation.language,
            about=f"aftercare:{consultation.pk}",
            clinic=clinic,
            now=now,
            expires_at=consultation.ends + AFTERCARE_FOR,
            page_url=mail.page_url("my:consultation", consultation),
            **mail.needed(consultation, clinic=clinic, now=now),
        )


def asked(enquiry: Enquiry, *, now: datetime) -> None:
    """That the practitioner would like to know more, by when, and where to answer; never what."""
    mail.turn_to(
        enquiry.consultation,
        "enquiry",
        enquiry.pk,
        _enquiry_subject,
        "my:enquiry",
        now,
        until=min(enquiry.due_at, enquiry.consultation.starts),
    )


def not_asked_any_more(consultation: Consultation, *, now: datetime) -> None:
    """Nothing more about questions that are answered or withdrawn, or whose visit is off."""
    outbox.withdraw(about=f"enquiry:{consultation.pk}", now=now)


def suggested(suggestion: Suggestion, *, now: datetime) -> None:
    """That the practitioner suggests something, and where to read it; never what."""
    mail.turn_to(suggestion.consultation, "suggestion", suggestion.pk, _suggestion_subject, "my:suggestion", now)


def not_suggested_any_more(consultation: Consultation, *, now: datetime) -> None:
    """Nothing more about a suggestion that is answered or withdrawn, or whose visit is off."""
    outbox.withdraw(about=f"suggestion:{consultation.pk}", now=now)


def invited_to_review(invited: VisitInvitation, *, token: str, now: datetime) -> None:
    """An invitation to review the visit; never what was done there."""
    _about_review(invited, "review", f"review:{invited.pk}", _review_subject, token, now)


def told_about_review(invited: VisitInvitation, *, token: str, now: datetime) -> None:
    """What a moderator decided about the patient's review, and where to answer to that."""
    _about_review(
        invited, "review_decided", f"review_decided:{invited.pk}:{now:%Y%m%d%H%M%S}", _decided_subject, token, now
    )


def told_about_story(told: ToldStory, *, now: datetime) -> None:
    """What a moderator decided about the patient's story; the page behind asks for a mailed code."""
    consultation = told.consultation
    with translation.override(consultation.language):
        mail.send(
            key=f"story_decided:{told.pk}:{now:%Y%m%d%H%M%S}",
            to=mail.reader(consultation),
            subject=_("What became of your words"),
            template="story_decided",
            language=consultation.language,
            about=f"story:{told.pk}",
            clinic=Clinic.objects.the(),
            now=now,
            consultation=consultation,
            story=told.story,
            story_url=settings.PUBLIC_BASE_URL + reverse("my:photographs", args=[consultation.reference]),
        )


def _about_review(invited: VisitInvitation, template: str, key: str, subject: Any, token: str, now: datetime) -> None:
    consultation = invited.consultation
    with translation.override(consultation.language):
        mail.send(
            key=key,
            to=mail.reader(consultation),
            subject=subject(),
            template=template,
            language=consultation.language,
            about=f"review:{invited.pk}",
            clinic=Clinic.objects.the(),
            now=now,
            consultation=consultation,
            review=getattr(invited.invitation, "review", None),
            review_url=settings.PUBLIC_BASE_URL + reverse("reviews:write", args=[token]),
        )


def _late_subject() -> str:
    return _("Your visit may begin later")


def _booked_subject() -> str:
    return _("Your consultation is booked")


def _requested_subject() -> str:
    return _("We have your request")


def _lapsed_subject() -> str:
    return _("Your request could not be confirmed")


def _withdrawn_subject() -> str:
    return _("Your request is withdrawn")


def _moved_subject() -> str:
    return _("Your consultation has a new time")


def _readdressed_subject() -> str:
    return _("Where your visit takes place")


def _cancelled_subject() -> str:
    return _("Your consultation is cancelled")


def _review_subject() -> str:
    return _("How was your visit?")


def _decided_subject() -> str:
    return _("About your review")


def _enquiry_subject() -> str:
    return _("A question about your visit")


def _suggestion_subject() -> str:
    return _("A suggestion about your visit")


def _answers_subject() -> str:
    return _("Before your visit: please look at your answers")


def _coming_subject() -> str:
    return _("Are you coming?")


def _reminder_subject() -> str:
    return _("Your visit is near")


_REMINDERS = {What.ANSWERS: _answers_subject, What.COMING: _coming_subject, What.REMINDER: _reminder_subject}
