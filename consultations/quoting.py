"""What a booking was to cost, as its patient saw it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from modeltranslation.utils import build_localized_fieldname

from clinic.premises.models import Clinic
from consultations.models import Consultation, WaitlistOffer
from practitioners.models import Practitioner, PractitionerKind
from treatments.models import Concern, PriceKind, Treatment


@dataclass(frozen=True, slots=True)
class Wish:
    """What a patient came for; quoted on the confirmation as it was shown."""

    concern: Concern | None
    treatments: tuple[Treatment, ...]
    language: str

    @property
    def codes(self) -> list[str]:
        """The treatment codes of what they would like to discuss."""
        return sorted({treatment.code for treatment in self.treatments})


def quote(*, fee_minor: int | None, treatments: Iterable[Treatment], clinic: Clinic) -> dict[str, Any]:
    """The fee and prices as they stand now, kept with the booking so that a later price does not change them.

    Each treatment with its name in both languages, the price of a session and, from least to most, the course.
    """
    quoted = [_quoted(treatment) for treatment in treatments]
    return {"fee_minor": fee_minor, "currency": clinic.currency, "treatments": quoted}


def with_another(consultation: Consultation, practitioner: Practitioner, clinic: Clinic) -> dict[str, Any]:
    """What a visit is to cost when its patient chooses somebody else: their fee as it stands now, all else as quoted.

    Whom the clinic has moved pays no more than they were told.
    """
    of_both = PractitionerKind.objects.filter(practitioner=practitioner, kind=consultation.kind.code)
    known, fee = consultation.quote.get("fee_minor"), of_both.values_list("fee_minor", flat=True).first()
    if consultation.moved_by_clinic_at and None not in {known, fee}:
        fee = min(known, fee)
    return {**consultation.quote, "fee_minor": fee, "currency": clinic.currency}


def offered(offer: WaitlistOffer, clinic: Clinic, now: datetime) -> dict[str, Any]:
    """What a booking is to cost that an offer would move to somebody else, and what it costs now; else nothing."""
    booked, who = offer.entry.replaces(now), offer.practitioner
    if booked is None or booked.practitioner_id == who.pk:
        return {}
    return {"quote": with_another(booked, who, clinic), "fee_before": booked.quote.get("fee_minor")}


def agreed(quote: dict[str, Any], practitioner: Practitioner) -> str:
    """Whose fee and how much, as the page that asks sends it back: what has changed since is asked about again."""
    return f"{practitioner.slug} {quote['fee_minor']}"


def _quoted(treatment: Treatment) -> dict[str, Any]:
    plan, languages = treatment.plan, dict(settings.LANGUAGES)
    return {
        "names": {code: getattr(treatment, build_localized_fieldname("name", code)) for code in languages},
        "price_minor": plan.price_minor,
        "is_from": treatment.price_kind == PriceKind.FROM,
        "sessions": [plan.sessions.least, plan.sessions.most],
        "course_minor": [plan.course.least, plan.course.most] if plan.course else None,
    }
