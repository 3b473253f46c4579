"""A draft: what somebody told us before being a patient. Sealed, found by a token in the session, short-lived."""

import secrets
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from clinic.accounts import roles
from clinic.accounts.models import User
from clinic.audit.models import Action
from clinic.crypto import digest, token
from consultations import intake, messages, recalling, registering, transitions
from consultations.errors import BookingError
from consultations.models import Consultation, Draft, Patient, Relation, Status

CODE_LASTS = timedelta(minutes=15)
CODE_TRIES = 5
# What a draft points at and a page or a verb goes on to read: to choose a time, and to book it.
TO_CHOOSE = ("kind", "practitioner", "hold")
TO_BOOK = ("concern", "user", "patient", "hold__kind", "hold__practitioner", "hold__location", *TO_CHOOSE)
CHOICES = {"concern", "kind", "practitioner"}


class WrongCode(BookingError):
    sentence = _("This is not the code we sent. Check the newest e-mail from us, or ask for a new code.")


class CodeOver(BookingError):
    sentence = _("This code has ended. Ask for a new one; everything you entered is kept.")


def begin(*, now: datetime) -> tuple[Draft, str]:
    """Open an empty draft; the secret goes into the session, only its hash is stored."""
    secret = token()
    draft = Draft.objects.create(token_hash=digest(secret), created_at=now, expires_at=_expiry(now))
    return draft, secret


def find(*, secret: str, now: datetime, along: tuple[str, ...] = TO_BOOK) -> Draft | None:
    """The live draft of a session, what it points at, and whether the patient consents, in one question; or None."""
    if not secret:
        return None
    rows: list[Draft] = list(_with(along).live(now).filter(token_hash=digest(secret)))
    for row in rows[:1]:
        if "user" in along and row.user:
            row.user.roles = roles.named({vars(each)["group"] for each in rows})
    return rows[0] if rows else None


@cache
def _with(along: tuple[str, ...]) -> Any:
    """Drafts with what they point at; made once, for it takes Django longer than the database takes to answer."""
    whole: Any = Draft.objects.select_related(*along).annotate(group=F("user__groups__name"))
    return whole.annotate(has_consented=Exists(intake.consents_to_newest(OuterRef("patient"))))


def keep(*, draft: Draft, now: datetime, **told: Any) -> Draft:
    """Remember a step of the booking; what was remembered before stays."""
    chosen = {name: told.pop(name) for name in CHOICES & set(told)}
    with transaction.atomic():
        fresh = Draft.objects.select_for_update(no_key=True).get(pk=draft.pk)
        for name, choice in chosen.items():
            setattr(fresh, name, choice)
        fresh.steps = {**fresh.steps, **told}
        fresh.expires_at = _expiry(now)
        fresh.save(update_fields=["steps", "expires_at", *chosen])
    return fresh


def describe(*, draft: Draft, details: Mapping[str, Any], now: datetime) -> Draft:
    """Remember who the visit is for; other details than those that were proved have to be proved again."""
    with transaction.atomic():
        fresh = Draft.objects.select_for_update(no_key=True).get(pk=draft.pk)
        if _who(fresh.steps.get("details", {})) != _who(details):
            fresh.user, fresh.patient, fresh.code_hash, fresh.code_expires_at = None, None, "", None
        if _is_about_somebody_else(fresh.steps, details):
            fresh.answers, fresh.steps = {}, {name: kept for name, kept in fresh.steps.items() if name != "fit"}
        fresh.steps = {**fresh.steps, "details": dict(details)}
        fresh.expires_at = _expiry(now)
        fresh.save(update_fields=["steps", "answers", "expires_at", "user", "patient", "code_hash", "code_expires_at"])
    return fresh


def answer(*, draft: Draft, answers: Mapping[str, Any], now: datetime) -> Draft:
    """Remember answers to questions; answers to other questions stay."""
    with transaction.atomic():
        fresh = Draft.objects.select_for_update(no_key=True).get(pk=draft.pk)
        fresh.answers = {**fresh.answers, **answers}
        fresh.expires_at = _expiry(now)
        fresh.save(update_fields=["answers", "expires_at"])
    return fresh


def send_code(*, draft: Draft, now: datetime) -> None:
    """Mail a six-digit code to the address in the draft, whoever it belongs to."""
    code = f"{secrets.randbelow(1_000_000):06d}"
    details = draft.steps["details"]
    with transaction.atomic():
        Draft.objects.filter(pk=draft.pk).update(
            code_hash=_code_hash(draft, code), code_expires_at=now + CODE_LASTS, code_attempts=0
        )
        messages.code(
            to=details["email"],
            code=code,
            language=details["language"],
            key=f"code:{draft.pk}:{now.timestamp()}",
            until=now + CODE_LASTS,
            now=now,
        )


def prove(*, draft: Draft, code: str, now: datetime) -> Draft:
    """Accept the mailed code: from here the patient exists, and a user for the address if there was none.

    A patient of the same name and date of birth under the same address is the same patient; their record is not
    written over by what a form says, but for the number on which they are about to be called.
    """
    counted = Draft.objects.filter(pk=draft.pk, code_attempts__lt=CODE_TRIES, code_expires_at__gt=now)
    was_open = counted.update(code_attempts=F("code_attempts") + 1)
    draft.refresh_from_db()
    if draft.patient_id is not None:  # proved by the same form a moment ago
        return draft
    if not was_open:
        raise CodeOver
    if not draft.code_hash or not constant_time_compare(draft.code_hash, _code_hash(draft, code.strip())):
        raise WrongCode
    details = draft.steps["details"]
    with transaction.atomic():
        return adopt(draft=draft, user=registering.person_at(details), now=now)


def adopt(*, draft: Draft, user: User, now: datetime) -> Draft:
    """Tie the draft to the patient its details describe, under a person who has proved their address."""
    details = draft.steps["details"]
    with transaction.atomic():
        # The same form sent twice at once: the second finds the patient of the first, and makes no other.
        Draft.objects.select_for_update(no_key=True).get(pk=draft.pk)
        born = date.fromisoformat(details["date_of_birth"])
        patient = _known(user, details) or registering.write_down(user, details, born=born, now=now)
        if draft.kind is not None and draft.kind.is_by_phone:
            registering.give_number(actor=user, patient=patient, phone=details["phone"], now=now)
        Draft.objects.filter(pk=draft.pk).update(code_hash="", code_expires_at=None)
        return choose(draft=draft, user=user, patient=patient, now=now)


def choose(*, draft: Draft, user: User, patient: Patient, now: datetime) -> Draft:
    """Tie the draft to a patient whose times this person manages; answers of a patient before stay with nobody."""
    with transaction.atomic():
        fresh = Draft.objects.select_for_update(no_key=True).get(pk=draft.pk)
        if fresh.patient_id not in {None, patient.pk}:
            fresh.answers = {}
        fresh.user, fresh.patient, fresh.expires_at = user, patient, _expiry(now)
        fresh.earlier = recalling.recall(actor=user, patient=patient, now=now)
        fresh.save(update_fields=["user", "patient", "answers", "earlier", "expires_at"])
    return fresh


def person(draft: Draft) -> User:
    """The person who proved the address of this draft."""
    if draft.user is None:
        raise User.DoesNotExist
    return draft.user


def hold_of(draft: Draft) -> Consultation | None:
    """The time this draft holds, held until it lapsed, or has booked; None before a time is chosen."""
    held: Consultation | None = getattr(draft, "hold", None)
    if held is None or held.status in {Status.HELD, Status.REQUESTED, Status.CONFIRMED}:
        return held
    return held if held.status == Status.EXPIRED and held.patient_id is None else None


def put_aside(*, draft: Draft, now: datetime) -> Draft:
    """Keep the draft for another two hours, and mail its person how to go on from another device."""
    with transaction.atomic():
        kept = keep(draft=draft, now=now)
        user = person(kept)
        messages.resume(to=user.email, language=user.language, draft=kept, hold=hold_of(kept), now=now)
    return kept


def unfinished(*, user: User, now: datetime) -> list[Draft]:
    """The bookings this person began and has not finished, newest first; nobody else is offered them."""
    live = Draft.objects.live(now).filter(user=user, patient__access__user=user).select_related(*TO_BOOK)
    return [draft for draft in live.order_by("-expires_at") if not _is_booked(draft)]


def resume(*, actor: User, draft: Draft, now: datetime) -> str:
    """Hand the draft and the time it holds to this browser; whichever had it before has it no longer."""
    secret = token()
    with transaction.atomic():
        Draft.objects.filter(pk=draft.pk).update(token_hash=digest(secret), expires_at=_expiry(now))
        transitions.record_about(Action.DRAFT_RESUMED, "draft", draft.pk, draft.patient_id, actor, now)
    return secret


def clear(*, draft: Draft) -> None:
    """Forget the draft and everything in it."""
    Draft.objects.filter(pk=draft.pk).delete()


def sweep(*, now: datetime) -> int:
    """Remove drafts whose two hours are over; returns how many."""
    return Draft.objects.filter(expires_at__lte=now).delete()[0]


def _is_booked(draft: Draft) -> bool:
    held = hold_of(draft)
    return held is not None and held.patient_id is not None


def _is_about_somebody_else(steps: Mapping[str, Any], details: Mapping[str, Any]) -> bool:
    """Whether the details turn from oneself to another, or back: what was told of the one says nothing of the other.

    Before any details the answers, of the fit, are the browser's own.
    """
    before = steps.get("details", {}).get("relation", Relation.SELF)
    return bool(before != details.get("relation", Relation.SELF))


def _who(details: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in details.items() if name != "language"}


def _expiry(now: datetime) -> datetime:
    return now + timedelta(hours=settings.DRAFT_HOURS)


def _code_hash(draft: Draft, code: str) -> str:
    return salted_hmac(f"draft-code:{draft.pk}", code, algorithm="sha256").hexdigest()


def _known(user: User, details: Mapping[str, Any]) -> Patient | None:
    born = date.fromisoformat(details["date_of_birth"])
    name = details["full_name"].casefold()
    for patient in Patient.objects.managed_by(user):
        if patient.full_name.casefold() == name and patient.date_of_birth == born:
            return patient
    return None
