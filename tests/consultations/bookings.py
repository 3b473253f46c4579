"""Short ways to the verbs of booking, for tests that name only what matters to them."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from clinic.accounts.models import User
from clinic.audit.models import AuditEntry
from clinic.outbox.models import OutboundMessage
from consultations import booking, quoting
from consultations.models import Cancelled, Consultation, Draft, Kind, Patient
from practitioners.models import Practitioner
from tests import factories
from tests.cast import TUESDAY
from tests.factories import NOW, at, clean_answers
from treatments.models import Concern, Treatment


def hold(
    wall: str, *who: Practitioner, day: date = TUESDAY, holder: str = "a browser", kind: Kind | None = None,
    draft: Draft | None = None, now: datetime = NOW,
) -> Consultation:  # fmt: skip
    """Hold a wall time with the first of these practitioners who is free."""
    return booking.hold(
        actor=None,
        kind=kind or Kind.objects.get(code="first_visit"),
        practitioners=who,
        starts=at(wall, day),
        draft=draft or factories.browser(holder),
        now=now,
    )


def confirm(
    held: Consultation, patient: Patient, *, wants: Iterable[Treatment] = (), answers: Mapping[str, Any] | None = None,
    language: str = "en", now: datetime = NOW,
) -> Consultation:  # fmt: skip
    """Confirm a hold for the patient by their own person."""
    return booking.confirm(
        actor=person_of(patient),
        consultation=held,
        patient=patient,
        wish=quoting.Wish(Concern.objects.first(), tuple(wants), language),
        answers=clean_answers() if answers is None else answers,
        now=now,
    )


def move(
    one: Consultation, wall: str, day: date = TUESDAY, *, to: Practitioner | None = None,
    by: Cancelled = Cancelled.BY_PATIENT, actor: User | None = None, now: datetime = NOW,
) -> Consultation:  # fmt: skip
    """Move a consultation to a wall time, with its own practitioner unless another is named."""
    return booking.move(
        actor=actor, consultation=one, practitioner=to or one.practitioner, starts=at(wall, day), by=by, now=now
    )


def cancel(one: Consultation, *, by: Cancelled = Cancelled.BY_PATIENT, now: datetime = NOW) -> Consultation:
    return booking.cancel(actor=None, consultation=one, by=by, now=now)


def person_of(patient: Patient) -> User:
    return patient.access.select_related("user").order_by("-may_read_health")[0].user


def fresh(one: Consultation) -> Consultation:
    """The consultation as somebody else finds it now."""
    found: Consultation = Consultation.objects.get(pk=one.pk)
    return found


def happened(one: Consultation) -> list[str]:
    """What the consultation's history tells, in no order."""
    return sorted(one.events.values_list("kind", flat=True))


def audited(one: Consultation) -> list[str]:
    """What the audit trail tells of the consultation, in no order."""
    return sorted(AuditEntry.objects.filter(object_id=str(one.pk)).values_list("action", flat=True))


def stored(model: Any, *fields: str) -> bytes:
    """What the database holds in these columns, one row after the other."""
    return b"|".join(bytes(cell) for row in model.objects.values_list(*fields) for cell in row)


def mails(one: Consultation, state: str = "pending") -> list[OutboundMessage]:
    """The mails about the consultation in this state, in the order they were written."""
    about = OutboundMessage.objects.filter(about=f"consultation:{one.pk}", state=state)
    return sorted(
        about, key=lambda mail: (mail.created_at, int(mail.key.split(":")[2] if mail.key.count(":") > 1 else 0))
    )
