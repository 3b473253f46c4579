"""What patients are told by mail: neutral subjects, the clinic's clock, never a treatment or an answer.

Called inside the transaction of the verb that has something to tell; the outbox sends later.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from clinic import outbox
from clinic.crypto import digest, token
from clinic.premises.models import Clinic
from consultations.models import (
    Consultation,
    Draft,
    Enquiry,
    ManageLink,
    PatientAccess,
    Status,
    Suggestion,
    ToldStory,
    VisitInvitation,
)
from consultations.scheduling.invite import Entry, Method, calendar_file


def code(*, to: str, code: str, language: str, key: str, until: datetime, now: datetime) -> None:
    """The code that proves an address while booking; until it does, the mail names nobody. A dead one is not sent."""
    with translation.override(language):
        clinic = Clinic.objects.the()
        subject = _("Your code for %(clinic)s") % {"clinic": clinic.name}
        _send(
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
        _send(
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


def before_visit(consultation: Consultation, *, now: datetime) -> None:
    """That some answers are open or may have changed, a few days before the visit; never which."""
    with translation.override(consultation.language):
        answers = reverse("my:answers", args=[consultation.reference])
        _send(
            key=f"before:{consultation.pk}:{consultation.ics_sequence}",
            to=_address(consultation),
            subject=_("Before your visit: please look at your answers"),
            template="before_visit",
            language=consultation.language,
            about=_about(consultation),
            clinic=Clinic.objects.the(),
            now=now,
            expires_at=consultation.starts,
            consultation=consultation,
            answers_url=settings.PUBLIC_BASE_URL + answers,
        )


def booked(consultation: Consultation, *, clinic: Clinic, now: datetime) -> None:
    """The confirmation, with the calendar file and the link to manage it."""
    _tell(consultation, "booked", _booked_subject, Method.REQUEST, clinic, now)


def accepted(consultation: Consultation, *, clinic: Clinic, now: datetime) -> None:
    """The confirmation of a request; that it was received need not be said any more."""
    outbox.withdraw(about=_about(consultation), now=now)
    booked(consultation, clinic=clinic, now=now)


def restored(consultation: Consultation, *, clinic: Clinic, now: datetime) -> None:
    """That a cancelled consultation stands again, or a withdrawn request waits again."""
    outbox.withdraw(about=_about(consultation), now=now)
    tell = booked if consultation.status == Status.CONFIRMED else requested
    tell(consultation, clinic=clinic, now=now)


def requested(consultation: Consultation, *, clinic: Clinic, now: datetime) -> None:
    """That the request is with the clinic and when it will be answered."""
    _tell(consultation, "requested", _requested_subject, None, clinic, now)


def request_lapsed(consultation: Consultation, *, now: datetime) -> None:
    """That nobody could confirm the request in time."""
    outbox.withdraw(about=_about(consultation), now=now)
    _tell(consultation, "request_lapsed", _lapsed_subject, None, Clinic.objects.the(), now)


def moved(consultation: Consultation, *, before: datetime, clinic: Clinic, now: datetime) -> None:
    """The new time, updating the same calendar entry."""
    outbox.withdraw(about=_about(consultation), now=now)
    _tell(consultation, "moved", _moved_subject, Method.REQUEST, clinic, now, before=before)


def cancelled(consultation: Consultation, *, clinic: Clinic, now: datetime) -> None:
    """That the consultation is cancelled, by whom, what it costs and how to undo it; takes the calendar entry away."""
    outbox.withdraw(about=_about(consultation), now=now)
    not_asked_any_more(consultation, now=now)
    not_suggested_any_more(consultation, now=now)
    entered = consultation.held_until is None  # a request has not been in a calendar
    _tell(consultation, "cancelled", _cancelled_subject, Method.CANCEL if entered else None, clinic, now)


def asked(enquiry: Enquiry, *, now: datetime) -> None:
    """That the practitioner would like to know more, by when, and where to answer; never what."""
    _turn_to(
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
    _turn_to(suggestion.consultation, "suggestion", suggestion.pk, _suggestion_subject, "my:suggestion", now)


def not_suggested_any_more(consultation: Consultation, *, now: datetime) -> None:
    """Nothing more about a suggestion that is answered or withdrawn, or whose visit is off."""
    outbox.withdraw(about=f"suggestion:{consultation.pk}", now=now)


def _turn_to(
    consultation: Consultation, template: str, pk: UUID, subject: Any, page: str, now: datetime, **context: Any
) -> None:
    """Ask whoever may answer for the patient to open a page, which asks for a mailed code first."""
    with translation.override(consultation.language):
        _send(
            key=f"{template}:{pk}",
            to=_reader(consultation),
            subject=subject(),
            template=template,
            language=consultation.language,
            about=f"{template}:{consultation.pk}",
            clinic=Clinic.objects.the(),
            now=now,
            expires_at=consultation.starts,
            consultation=consultation,
            page_url=settings.PUBLIC_BASE_URL + reverse(page, args=[consultation.reference]),
            **context,
        )


def _reader(consultation: Consultation) -> str:
    """The address of somebody who may read and answer what is about health; a partner who booked may not."""
    readers = PatientAccess.objects.filter(patient=consultation.patient, may_read_health=True, may_manage=True)
    emails = list(readers.order_by("relation", "pk").values_list("user__email", flat=True))
    booked_by = _address(consultation)
    return booked_by if booked_by in emails or not emails else emails[0]


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
        _send(
            key=f"story_decided:{told.pk}:{now:%Y%m%d%H%M%S}",
            to=_reader(consultation),
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
        _send(
            key=key,
            to=_reader(consultation),
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


def calendar_of(consultation: Consultation, method: Method, *, clinic: Clinic, now: datetime) -> str:
    """The consultation as a calendar file in the language of the booking."""
    with translation.override(consultation.language):
        place = ", ".join([clinic.name, *consultation.location.address.splitlines()])
        description = "\n".join(
            [
                _("Reference: %(reference)s") % {"reference": consultation.reference},
                _("With: %(name)s") % {"name": consultation.practitioner.name},
                _("To move or cancel, use the link in our e-mail. Declining in your calendar does not cancel."),
            ]
        )
        return calendar_file(
            Entry(
                uid=f"{consultation.pk}@complexion",
                sequence=consultation.ics_sequence,
                starts=consultation.starts,
                ends=consultation.ends,
                made_at=now,
                summary=_("Consultation, %(clinic)s") % {"clinic": clinic.name},
                description=description,
                location=place,
                organizer_name=clinic.name,
                organizer_email=clinic.email or settings.DEFAULT_FROM_EMAIL,
                attendee_name=consultation.patient.full_name if consultation.patient else "",
                attendee_email=_address(consultation),
                reminder=_("Consultation tomorrow"),
                language=consultation.language,
            ),
            method,
        )


def _tell(
    consultation: Consultation,
    template: str,
    subject: Any,
    method: Method | None,
    clinic: Clinic,
    now: datetime,
    **context: Any,
) -> None:
    with translation.override(consultation.language):
        _send(
            # A consultation may be moved twice: the sequence keeps the messages apart, a repeat of one is refused.
            key=f"{template}:{consultation.pk}:{consultation.ics_sequence}",
            to=_address(consultation),
            subject=subject(),
            template=template,
            language=consultation.language,
            about=_about(consultation),
            calendar=calendar_of(consultation, method, clinic=clinic, now=now) if method else "",
            calendar_method=method.value if method else "",
            clinic=clinic,
            now=now,
            consultation=consultation,
            manage_url=_fresh_link(consultation, now),
            **context,
        )


def _send(  # noqa: PLR0913  a message has that many parts
    *,
    key: str,
    to: str,
    subject: str,
    template: str,
    language: str,
    about: str,
    clinic: Clinic,
    now: datetime,
    calendar: str = "",
    calendar_method: str = "",
    due_at: datetime | None = None,
    expires_at: datetime | None = None,
    **context: Any,
) -> None:
    context |= {"clinic": clinic, "base_url": settings.PUBLIC_BASE_URL, "now": now}
    outbox.enqueue(
        key=key,
        to=to,
        subject=subject,
        text=render_to_string(f"emails/{template}.txt", context),
        html=render_to_string(f"emails/{template}.html", context),
        language=language,
        calendar=calendar,
        calendar_method=calendar_method,
        due_at=due_at or now,
        expires_at=expires_at,
        about=about,
        now=now,
    )


def _fresh_link(consultation: Consultation, now: datetime) -> str:
    """A new link for each message: only hashes are kept, so an old link cannot be written out again."""
    secret = token()
    ManageLink.objects.create(consultation=consultation, token_hash=digest(secret), created_at=now)
    return settings.PUBLIC_BASE_URL + reverse("manage:visit", args=[secret])


def _address(consultation: Consultation) -> str:
    return consultation.booked_by.email if consultation.booked_by else ""


def _about(consultation: Consultation) -> str:
    return f"consultation:{consultation.pk}"


def _booked_subject() -> str:
    return _("Your consultation is booked")


def _requested_subject() -> str:
    return _("We have your request")


def _lapsed_subject() -> str:
    return _("Your request could not be confirmed")


def _moved_subject() -> str:
    return _("Your consultation has a new time")


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
