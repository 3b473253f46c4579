"""What a consultation promises at any moment, however the processes that served it have ended."""

from collections import Counter

from clinic.audit.models import AuditEntry
from clinic.outbox.models import OutboundMessage
from consultations.models import Consultation, WaitlistOffer, What
from tests.consultations.test_state_machine import TOLD, holds_are_short


def kept(one: Consultation) -> None:
    """Its history, audit rows, messages and calendar entry tell the same story, and nothing is half done."""
    if not WaitlistOffer.objects.filter(consultation=one).exists():  # an offer waits for its answer, overnight too
        holds_are_short(one)
    happened = Counter(event.kind for event in one.events.all())
    told = OutboundMessage.objects.filter(about=f"consultation:{one.pk}").exclude(occasion__in=What.values)
    audited = AuditEntry.objects.filter(object_type="consultation", object_id=str(one.pk))
    assert told.count() == sum(happened[kind] for kind in TOLD)
    assert told.filter(state="pending").count() <= 1, "only the newest mail is still on its way"
    assert audited.count() == happened.total() - happened["expired"]
    assert one.ics_sequence == happened["moved"] + happened["cancelled"] + happened["restored"]
    assert (one.patient_id is None) == (not hasattr(one, "intake"))
