"""What the pages say, said again for machines in the words of schema.org.

Only what stands on the page, and no ratings: reviews are for people who can read how they came about.
"""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse
from modeltranslation.utils import build_localized_fieldname

from clinic.premises.models import Clinic, Location
from practitioners.models import Practitioner
from treatments.models import FrequentQuestion, Term, Treatment

Said = dict[str, Any]
_CONTEXT = "https://schema.org"


def absolute(path: str) -> str:
    """The address under which the clinic is known."""
    return f"{settings.PUBLIC_BASE_URL}{path}"


def clinic(house: Clinic, locations: Iterable[Location] = ()) -> Said:
    """The clinic, and where it is."""
    places = [
        _filled({"@type": "Place", "name": each.name, "address": _line(each.address), "telephone": each.phone})
        for each in locations
    ]
    return _filled(
        {
            "@context": _CONTEXT,
            "@type": ["MedicalBusiness", "MedicalClinic"],
            "@id": _the_clinic()["@id"],
            "name": house.name,
            "description": house.tagline,
            "url": absolute(reverse("home")),
            "telephone": house.phone,
            "email": house.email,
            "address": _line(house.address),
            "currenciesAccepted": house.currency,
            "medicalSpecialty": f"{_CONTEXT}/Dermatology",
            "location": places,
        }
    )


def treatment(offer: Treatment) -> Said:
    """A treatment: how it is done, what comes before and after."""
    facts = offer.facts
    return _filled(
        {
            "@context": _CONTEXT,
            "@type": "MedicalProcedure",
            "name": offer.name,
            "alternateName": _other_names(offer),
            "description": offer.summary,
            "url": absolute(offer.get_absolute_url()),
            "howPerformed": facts.mechanism,
            "preparation": [step.text for step in facts.before_care.all()],
            "followup": [step.text for step in facts.aftercare.all()],
            "bodyLocation": "Face",
        }
    )


def questions(asked: Iterable[FrequentQuestion]) -> Said | None:
    """The questions of a page with their answers; None where there are none."""
    pairs = [
        {
            "@type": "Question",
            "name": each.question,
            "acceptedAnswer": {"@type": "Answer", "text": each.answer},
        }
        for each in asked
    ]
    return {"@context": _CONTEXT, "@type": "FAQPage", "mainEntity": pairs} if pairs else None


def practitioner(person: Practitioner) -> Said:
    """Somebody who works here; a person and no physician, since nurses have profiles as well."""
    return _filled(
        {
            "@context": _CONTEXT,
            "@type": "Person",
            "name": person.name,
            "alternateName": _other_names(person),
            "jobTitle": person.title,
            "url": absolute(person.get_absolute_url()),
            "knowsLanguage": person.languages,
            "identifier": person.registration_number,
            "memberOf": {"@type": "Organization", "name": person.registration_body},
            "worksFor": _the_clinic(),
        }
    )


def glossary(terms: Iterable[Term]) -> Said:
    """The words that are explained."""
    words = [
        {
            "@type": "DefinedTerm",
            "name": term.name,
            "description": term.meaning,
            "url": absolute(term.get_absolute_url()),
        }
        for term in terms
    ]
    return {
        "@context": _CONTEXT,
        "@type": "DefinedTermSet",
        "url": absolute(reverse("treatments:glossary")),
        "hasDefinedTerm": words,
    }


def _the_clinic() -> Said:
    """The clinic by its id, the same on every page and in every language."""
    return {"@id": f"{settings.PUBLIC_BASE_URL}/#clinic"}


def _other_names(row: Any) -> list[str]:
    """The names in the other languages."""
    names = (
        getattr(row, build_localized_fieldname("name", language)) for language in settings.MODELTRANSLATION_LANGUAGES
    )
    return [name for name in names if name and name != row.name]


def _line(address: str) -> str:
    return ", ".join(line.strip() for line in address.splitlines() if line.strip())


def _filled(said: Said) -> Said:
    return {name: value for name, value in said.items() if value}
