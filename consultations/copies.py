"""Copies for those who work here: that a visit is new, moved or cancelled; time and place, never whose or why.

A chore of the worker, so that booking does not wait for it: a visit as it stands is held against what was last told of
it. Who books and cancels within a moment is not told of at all.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from clinic.accounts.models import User
from clinic.premises.models import Clinic
from consultations import mail
from consultations.models import Announced, Consultation, Status
from practitioners.models import Practitioner

BATCH = 50
# What changed before that is no news; a clinic that begins to want copies is not flooded.
NEWS_FOR = timedelta(days=1)
RELATED = ("practitioner__user", "location", "room")
TOLD_OF = (Status.REQUESTED, Status.CONFIRMED, Status.CANCELLED, Status.EXPIRED)


class Change(StrEnum):
    """What has happened to a visit."""

    NEW = "new"
    ASKED = "asked"
    MOVED = "moved"
    HANDED_ON = "handed_on"
    CANCELLED = "cancelled"
    NOT_ASKED = "not_asked"


# The desk's alone: a request is theirs to answer. And the practitioner's alone.
OF_THE_DESK, OF_THE_PRACTITIONER = {Change.ASKED, Change.NOT_ASKED}, {Change.HANDED_ON}


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who gets a copy: a name for the key, an address, a language, and the page that is open to them."""

    name: str
    email: str
    language: str
    page: str


def write(*, now: datetime) -> int:
    """Queue the copies of what has changed since they were last written; returns how many visits were told of."""
    clinic = Clinic.objects.the()
    if not (clinic.copies_to or clinic.copies_for_practitioners):
        return 0
    news = Q(announced=None) | Q(announced__status_at__lt=F("status_at"))
    changed = Consultation.objects.filter(
        news, status__in=TOLD_OF, patient__isnull=False, starts__gt=now, status_at__gt=now - NEWS_FOR
    )
    return sum(_tell(pk, clinic, now) for pk in changed.order_by("status_at").values_list("pk", flat=True)[:BATCH])


def _tell(pk: UUID, clinic: Clinic, now: datetime) -> bool:
    with transaction.atomic():
        row = Consultation.objects.select_related(*RELATED).select_for_update(no_key=True, of=("self",)).get(pk=pk)
        told = Announced.objects.select_related("practitioner__user").filter(consultation=row).first()
        if told is not None and told.status_at >= row.status_at:
            return False
        copies = _news(row, told)
        for change, practitioner in copies:
            for reader in _readers(change, practitioner, row, clinic):
                _write(row, change, reader, told.starts if told else None, clinic, now)
        Announced.objects.update_or_create(
            consultation=row,
            defaults={
                "practitioner": row.practitioner,
                "starts": row.starts,
                "status": row.status,
                "status_at": row.status_at,
            },
        )
    return bool(copies)


def _news(row: Consultation, told: Announced | None) -> list[tuple[Change, Practitioner]]:
    """What is new, and for whom; nothing where a visit came and went unannounced."""
    before = told.status if told else ""
    if row.status in {Status.CANCELLED, Status.EXPIRED}:
        over = {Status.CONFIRMED: Change.CANCELLED, Status.REQUESTED: Change.NOT_ASKED}
        return [(over[Status(before)], told.practitioner)] if told is not None and before in over else []
    if row.status == Status.REQUESTED:
        return [] if before == Status.REQUESTED else [(Change.ASKED, row.practitioner)]
    if told is None or before != Status.CONFIRMED:
        return [(Change.NEW, row.practitioner)]
    if told.practitioner_id != row.practitioner_id:
        return [(Change.HANDED_ON, told.practitioner), (Change.NEW, row.practitioner)]
    return [(Change.MOVED, row.practitioner)] if told.starts != row.starts else []


def _readers(change: Change, practitioner: Practitioner, row: Consultation, clinic: Clinic) -> list[Reader]:
    found, user = [], practitioner.user
    if clinic.copies_to and change not in OF_THE_PRACTITIONER:
        person = User.objects.of(clinic.copies_to)
        language = person.language if person else settings.LANGUAGE_CODE
        found.append(Reader("desk", clinic.copies_to, language, "reception:consultation"))
    if clinic.copies_for_practitioners and change not in OF_THE_DESK and user is not None and user.is_active:
        # What is no longer theirs a practitioner may not open.
        page = "" if change == Change.HANDED_ON else "desk:brief"
        found.append(Reader(f"practitioner-{practitioner.pk}", user.email, user.language, page))
    return found


def _write(
    row: Consultation, change: Change, reader: Reader, before: datetime | None, clinic: Clinic, now: datetime
) -> None:
    with translation.override(reader.language):
        heading, page = _heading(change), reader.page
        mail.send(
            key=f"copy:{row.pk}:{row.status_at:%Y%m%d%H%M%S%f}:{change}:{reader.name}",
            to=reader.email,
            subject=f"{heading} ({row.reference})",
            template="copy",
            language=reader.language,
            about=f"copy:{row.pk}",
            clinic=clinic,
            now=now,
            expires_at=row.ends,
            consultation=row,
            change=change.value,
            heading=heading,
            before=before,
            starts=before if change == Change.HANDED_ON else row.starts,
            desk_url=settings.PUBLIC_BASE_URL + reverse(page, args=[row.reference]) if page else "",
        )


def _heading(change: Change) -> str:
    match change:
        case Change.NEW:
            return _("A new visit")
        case Change.ASKED:
            return _("A request to answer")
        case Change.MOVED:
            return _("A visit has moved")
        case Change.HANDED_ON:
            return _("A visit is no longer yours")
        case Change.CANCELLED:
            return _("A visit is cancelled")
        case Change.NOT_ASKED:
            return _("A request is over")
