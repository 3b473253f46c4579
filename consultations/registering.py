"""Patients whom the desk writes down: found again before they are made anew, and never with a word about health."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from clinic.accounts.models import User
from clinic.audit.models import Action
from consultations import access, calling, transitions
from consultations.models import Patient, PatientAccess, Relation, reference_in

AT_MOST = 20


def search(term: str) -> QuerySet[Patient]:
    """Patients by the beginning of a word of their name, by a whole reference, by an address or by a whole number."""
    words = Q(full_name__istartswith=term) | Q(full_name__icontains=f" {term}")
    theirs = Q(consultations__reference=reference_in(term))
    if "@" in term:
        theirs |= Q(access__user__email__istartswith=term)
    found: QuerySet[Patient] = (
        Patient.objects.filter(words | theirs | calling.who_has(term)).distinct().order_by("full_name", "pk")[:AT_MOST]
    )
    return found


def alike(details: Mapping[str, Any]) -> list[Patient]:
    """Whom these details may mean already: the same name and day of birth, or the same address.

    A date of birth is sealed, so those of the same name are opened one by one.
    """
    named = Patient.objects.filter(full_name__iexact=details["full_name"].strip())
    found = [patient for patient in named if patient.date_of_birth == details["date_of_birth"]]
    if details["email"]:
        found += Patient.objects.filter(access__user__email__iexact=details["email"])
    return list(dict.fromkeys(found))


def register(*, actor: User, details: Mapping[str, Any], now: datetime) -> Patient:
    """Write a new patient down, and let the person with the address act for them as the relation allows.

    The address is what somebody said on the phone: whoever has it proves it by a mailed code before they read anything.
    """
    with transaction.atomic():
        person = person_at(details) if details["email"] else None
        patient = write_down(person, details, born=details["date_of_birth"], now=now)
        transitions.record_about(Action.PATIENT_REGISTERED, "patient", patient.pk, patient.pk, actor, now)
    return patient


def give_number(*, actor: User, patient: Patient, phone: str, now: datetime) -> None:
    """Note on which number the patient is called; over one that is known only by somebody who reads their answers."""
    if not phone or phone == patient.phone or (patient.phone and not access.reads_health_of(actor, patient, now)):
        return
    with transaction.atomic():
        patient.phone, patient.phone_digest = phone, calling.digest(phone)
        patient.save(update_fields=["phone", "phone_digest"])
        transitions.record_about(Action.NUMBER_GIVEN, "patient", patient.pk, patient.pk, actor, now)


def person_of(patient: Patient) -> User | None:
    """Who is written to about the patient: themselves or a guardian before anybody else; None without an address."""
    access: Iterable[PatientAccess] = patient.access.filter(may_manage=True).select_related("user")
    return next((each.user for each in sorted(access, key=lambda each: not each.may_read_health)), None)


# --- shared with drafts.py, inside its transactions -------------------------------------------------------------------


def write_down(person: User | None, details: Mapping[str, Any], *, born: date, now: datetime) -> Patient:
    """Make the patient of these details, and let the person, if there is one, act for them as the relation allows."""
    patient: Patient = Patient.objects.create(
        full_name=details["full_name"],
        preferred_name=details["preferred_name"],
        date_of_birth=born,
        sex_at_birth=details["sex_at_birth"],
        phone=details["phone"],
        phone_digest=calling.digest(details["phone"]),
        language=details["language"],
        created_at=now,
    )
    if person is not None:
        relation = Relation(details["relation"])
        PatientAccess.objects.create(
            user=person,
            patient=patient,
            relation=relation,
            may_manage=True,
            # A partner manages times and never reads answers; the patient and a guardian read them.
            may_read_health=relation in {Relation.SELF, Relation.GUARDIAN},
        )
    return patient


def person_at(details: Mapping[str, Any]) -> User:
    """Whoever has the address that was told, made if nobody has it yet; two who tell it at once are one person.

    Only a patient's own address takes the name: that of a parent or a partner was not asked.
    """
    name = details["full_name"] if details["relation"] == Relation.SELF else ""
    person: User = User.objects.at(details["email"], name=name, language=details["language"])
    return person
