"""What a booking was to cost, as its patient saw it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from modeltranslation.utils import build_localized_fieldname

from clinic.premises.models import Clinic
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


def _quoted(treatment: Treatment) -> dict[str, Any]:
    plan, languages = treatment.plan, dict(settings.LANGUAGES)
    return {
        "names": {code: getattr(treatment, build_localized_fieldname("name", code)) for code in languages},
        "price_minor": plan.price_minor,
        "is_from": treatment.price_kind == PriceKind.FROM,
        "sessions": [plan.sessions.least, plan.sessions.most],
        "course_minor": [plan.course.least, plan.course.most] if plan.course else None,
    }
