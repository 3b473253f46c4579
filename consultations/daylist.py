"""The list of a practitioner's visits: a row holds what the list shows and nothing else of a patient."""

from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.conf import settings
from django.db import transaction
from modeltranslation.utils import build_localized_fieldname

from clinic.accounts.models import User
from clinic.audit.models import Action
from consultations import access, enquiries, transitions
from consultations.models import LIVE, STANDS, Screening, Status
from practitioners.models import KindCode, Practitioner

_SHOWN = (
    "reference",
    "starts",
    "status",
    "kind__code",
    "practitioner",
    "practitioner__video_url",
    "patient__full_name",
    "intake__is_complete",
    "intake__reviewed_at",
    "treatments",
    "intake__screening",
    "intake__screening__worst",
    "asked_until",
)


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit as a list shows it: who comes when for what, and the worst level of their newest answers."""

    reference: str
    starts: datetime
    status: Status
    patient: str
    kind: str
    is_complete: bool
    reviewed_at: datetime | None
    worst: str
    asked_until: datetime | None
    is_joined: bool
    joining_url: str
    wishes: list[str] = field(default_factory=list)

    @property
    def awaits_review(self) -> bool:
        """Whether the visit is still to come or going on, and nobody has reviewed its answers."""
        return self.status in LIVE and self.reviewed_at is None


def read(*, actor: User, starts: datetime, ends: datetime, language: str, now: datetime) -> list[Visit]:
    """The visits that begin in [starts, ends), in one question; it is written down before a level is opened.

    Practitioner.DoesNotExist when the actor is none.
    """
    kind, wish = (_in(language, name) for name in ("kind__name", "treatments__name"))
    listed = enquiries.awaited(access.treated_by(actor, now)).between(starts, ends)
    rows = list(listed.order_by("starts", "pk", "treatments__position", "treatments__pk").values(*_SHOWN, *kind, *wish))
    whose = rows[0]["practitioner"] if rows else Practitioner.objects.get(user=actor).pk
    with transaction.atomic():
        transitions.record_about(Action.DAY_LIST_READ, "practitioner", whose, None, actor, now)
    return [_visit(list(of_one), kind, wish) for _, of_one in groupby(rows, key=itemgetter("reference"))]


def _visit(rows: list[dict[str, Any]], kind: list[str], wish: list[str]) -> Visit:
    """A visit from its rows, one for each treatment asked about."""
    first = rows[0]
    is_joined = first["kind__code"] == KindCode.VIDEO and first["status"] in STANDS
    return Visit(
        reference=first["reference"],
        starts=first["starts"],
        status=Status(first["status"]),
        patient=first["patient__full_name"],
        kind=_words(first, kind),
        is_complete=first["intake__is_complete"],
        reviewed_at=first["intake__reviewed_at"],
        worst=_worst(first),
        asked_until=first["asked_until"],
        is_joined=is_joined,
        joining_url=first["practitioner__video_url"] if is_joined else "",
        wishes=list({row["treatments"]: _words(row, wish) for row in rows if row["treatments"]}.values()),
    )


def _worst(row: dict[str, Any]) -> str:
    """The worst level that was found last, of the newest answers."""
    if not row["intake__screening"]:
        return ""
    found = Screening(pk=row["intake__screening"], worst=row["intake__screening__worst"])  # opens only as its own row's
    return found.worst


def _in(language: str, name: str) -> list[str]:
    """The columns of a translated name: in this language, and as it was written."""
    return [build_localized_fieldname(name, code) for code in (language, settings.MODELTRANSLATION_DEFAULT_LANGUAGE)]


def _words(row: dict[str, Any], columns: list[str]) -> str:
    return next((row[column] for column in columns if row[column]), "")
