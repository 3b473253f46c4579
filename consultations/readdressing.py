"""Writing to those whose visit is elsewhere than they were told: by another link, or at another address.

A chore of the worker: an address is changed on a page that knows of no visits. Nobody acts, so nothing is audited.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Case, Exists, OuterRef, Q, When

from clinic.premises.models import Clinic
from consultations import messages, transitions
from consultations.models import Consultation, ConsultationEvent, EventKind, Status
from practitioners.models import KindCode

BATCH = 50
RELATED = ("practitioner", "location", "kind", "patient", "booked_by", "intake")
# What is told of with a calendar entry: an entry of after the change names the new address already.
TELLS = (
    EventKind.CONFIRMED,
    EventKind.MOVED,
    EventKind.REASSIGNED,
    EventKind.RESTORED,
    EventKind.READDRESSED,
)


def tell(*, now: datetime) -> int:
    """Write about visits to come whose address has changed since it was last told; returns how many."""
    clinic = Clinic.objects.the()
    return sum(_tell(pk, clinic, now) for pk in _untold(now).order_by("starts").values_list("pk", flat=True)[:BATCH])


def _tell(pk: UUID, clinic: Clinic, now: datetime) -> bool:
    with transaction.atomic():
        locked = _untold(now).select_related(*RELATED).select_for_update(no_key=True, of=("self",))
        row: Consultation | None = locked.filter(pk=pk).first()
        if row is None:  # cancelled, moved or told of in the meantime
            return False
        row.ics_sequence += 1
        row.save(update_fields=["ics_sequence"])
        transitions.note(row, EventKind.READDRESSED, None, now)
        messages.readdressed(row, clinic=clinic, now=now)
    return True


def _untold(now: datetime) -> Any:
    """Booked visits to come that nobody was told of since their address changed; where no link is, none is told."""
    by_link = When(kind__code=KindCode.VIDEO, then="practitioner__video_url_at")
    changed_at = Case(by_link, When(kind__code=KindCode.PHONE, then=None), default="location__address_at")
    told = ConsultationEvent.objects.filter(consultation=OuterRef("pk"), kind__in=TELLS, at__gte=OuterRef("changed_at"))
    to_come = Consultation.objects.filter(status=Status.CONFIRMED, starts__gt=now).annotate(changed_at=changed_at)
    without_link = Q(kind__code=KindCode.VIDEO, practitioner__video_url="")
    return to_come.filter(~Exists(told), changed_at__isnull=False).exclude(without_link)
