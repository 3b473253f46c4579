"""How a mail to a patient is put together: its address, its language, a fresh link, the calendar file.

What is told and when is in messages.py, and in the modules of those who have something of their own to tell.
"""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from clinic import outbox
from clinic.crypto import digest, token
from clinic.premises.models import Clinic
from consultations import change_words
from consultations.models import Consultation, ManageLink, PatientAccess
from consultations.scheduling.invite import Entry, Method, calendar_file

LINKS = {
    "manage_url": "visit",
    "move_url": "move",
    "cancel_url": "cancel",
    "calendar_url": "calendar",
}
MAP = "https://www.openstreetmap.org/search?"


def tell(
    consultation: Consultation,
    template: str,
    subject: Any,
    method: Method | None,
    clinic: Clinic,
    now: datetime,
    *,
    key: str = "",
    **context: Any,
) -> None:
    """Write about a consultation to whoever booked it, with a fresh link to manage it."""
    with translation.override(consultation.language):
        send(
            # A consultation may be moved twice: the sequence keeps the messages apart, a repeat of one is refused.
            key=key or f"{template}:{consultation.pk}:{consultation.ics_sequence}",
            to=address(consultation),
            subject=subject(),
            template=template,
            language=consultation.language,
            about=about(consultation),
            calendar=calendar_of(consultation, method, clinic=clinic, now=now) if method else "",
            calendar_method=method.value if method else "",
            clinic=clinic,
            now=now,
            **needed(consultation, clinic=clinic, now=now),
            **context,
        )


def turn_to(
    consultation: Consultation, template: str, pk: UUID, subject: Any, page: str, now: datetime, **context: Any
) -> None:
    """Ask whoever may answer for the patient to open a page, which asks for a mailed code first."""
    clinic = Clinic.objects.the()
    with translation.override(consultation.language):
        send(
            key=f"{template}:{pk}",
            to=reader(consultation),
            subject=subject(),
            template=template,
            language=consultation.language,
            about=f"{template}:{consultation.pk}",
            clinic=clinic,
            now=now,
            expires_at=consultation.starts,
            page_url=page_url(page, consultation),
            **needed(consultation, clinic=clinic, now=now),
            **context,
        )


def send(  # noqa: PLR0913  a message has that many parts
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
    once: bool = False,
    **context: Any,
) -> None:
    """Draw one mail as text and HTML and queue it, in the transaction of what it tells of.

    Whoever booked at the desk without an address is told by the desk, and by nobody else.
    """
    if not to:
        return
    about_one: Consultation | None = context.get("consultation")
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
        once=once,
        about=about,
        reference=about_one.reference if about_one else "",
        now=now,
    )


def needed(consultation: Consultation, *, clinic: Clinic, now: datetime) -> dict[str, Any]:
    """What every mail about a visit is drawn from: the visit, a link of its own, what a change costs, ways and lengths.

    A new link for each message: only hashes are kept, so an old link cannot be written out again.
    """
    secret = token()
    ManageLink.objects.create(consultation=consultation, token_hash=digest(secret), created_at=now)
    ways = {name: f"manage:{page}" for name, page in LINKS.items()}
    is_open = hasattr(consultation, "intake") and not consultation.intake.is_complete
    return {
        "consultation": consultation,
        **{name: settings.PUBLIC_BASE_URL + reverse(way, args=[secret]) for name, way in ways.items()},
        "prepare_url": page_url("my:prepare", consultation),
        "answers_url": page_url("my:answers", consultation) if is_open else "",
        "rebook_url": settings.PUBLIC_BASE_URL + reverse("booking:what"),
        "map_url": MAP + urlencode({"query": ", ".join(consultation.location.address.splitlines())}),
        "minutes": int((consultation.ends - consultation.starts).total_seconds() // 60),
        "terms": change_words.of_either(consultation, clinic, now),
    }


def page_url(page: str, consultation: Consultation) -> str:
    """The whole address of a page of the patient's own, which asks for a mailed code first."""
    return settings.PUBLIC_BASE_URL + reverse(page, args=[consultation.reference])


def reader(consultation: Consultation) -> str:
    """The address of somebody who may read and answer what is about health; a partner who booked may not."""
    readers = PatientAccess.objects.filter(patient=consultation.patient, may_read_health=True, may_manage=True)
    emails = list(readers.order_by("relation", "pk").values_list("user__email", flat=True))
    booked_by = address(consultation)
    return booked_by if booked_by in emails or not emails else emails[0]


def address(consultation: Consultation) -> str:
    """Where whoever booked is written to; for a visit that the desk booked, whoever may change the patient's times."""
    booked_by = consultation.booked_by
    if booked_by and not booked_by.has_usable_password():
        return booked_by.email
    people = PatientAccess.objects.filter(patient=consultation.patient, may_manage=True).order_by("relation", "pk")
    emails = list(people.values_list("user__email", flat=True))
    return booked_by.email if booked_by and booked_by.email in emails else next(iter(emails), "")


def about(consultation: Consultation) -> str:
    """By what name the outbox knows what is about this time of a visit."""
    return f"consultation:{consultation.pk}"


def calendar_of(consultation: Consultation, method: Method, *, clinic: Clinic, now: datetime) -> str:
    """The consultation as a calendar file in the language of the booking."""
    with translation.override(consultation.language):
        description = "\n".join(
            [
                *_how(consultation),
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
                location=_place(consultation, clinic),
                organizer_name=clinic.name,
                organizer_email=clinic.email or settings.DEFAULT_FROM_EMAIL,
                attendee_name=consultation.patient.full_name if consultation.patient else "",
                attendee_email=address(consultation),
                reminder=_("Consultation tomorrow"),
                language=consultation.language,
                joining_url=consultation.joining_url,
            ),
            method,
        )


def _place(consultation: Consultation, clinic: Clinic) -> str:
    """Where the visit is; the link of one by video, of which calendars make something to press."""
    is_elsewhere = consultation.kind.is_by_video or consultation.kind.is_by_phone
    address = () if is_elsewhere else consultation.location.address.splitlines()
    return consultation.joining_url or ", ".join([clinic.name, *address])


def _how(consultation: Consultation) -> list[str]:
    """How a visit that is not at the clinic comes about: by which link, or that the patient is called."""
    if consultation.is_called:
        return [_("%(name)s calls you on the number you gave us.") % {"name": consultation.practitioner.name}]
    if not consultation.is_joined:
        return []
    if not consultation.joining_url:
        return [_("The clinic sends the link before the visit.")]
    return [
        _("Join by video: %(url)s") % {"url": consultation.joining_url},
        _("If the link has changed, the page of your visit shows the new one."),
    ]
