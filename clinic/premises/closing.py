"""Closed days from a calendar file: what it would close, entry by entry, and then what was read, or nothing.

Only whole days are taken, from the first day to the one before DTEND, as RFC 5545 has it. An entry that repeats by a
rule is refused: which days it means is for the calendar to write out. Whoever confirms confirms what they have read.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from icalendar import Calendar, Component
from icalendar.error import BrokenCalendarProperty
from modeltranslation.utils import build_localized_fieldname

from clinic.accounts.models import User
from clinic.audit import trail as audit
from clinic.audit.models import Action
from clinic.crypto import digest
from clinic.premises.models import Clinic, Closure, ClosureImport, Location

LARGEST = 1024 * 1024
MOST = 500
LONGEST = timedelta(days=366)
REPEATS = ("RRULE", "RDATE", "EXRULE", "RECURRENCE-ID")


class ImportRefused(Exception):
    """Nothing was imported; `sentence` says why."""

    sentence: str | Promise


class Unreadable(ImportRefused):
    sentence = gettext_lazy("This is no calendar file that can be read here. Choose a file that ends in .ics.")


class TooLarge(ImportRefused):
    sentence = gettext_lazy("The file is too large: at most 500 entries and one megabyte are read.")


class ReadAgain(ImportRefused):
    sentence = gettext_lazy(
        "Nothing was imported: the closed days have changed since you read this. Please read it again."
    )


class AlreadyImported(ImportRefused):
    sentence = gettext_lazy("This file was imported before.")


class Outcome(Enum):
    NEW = gettext_lazy("New")
    NAMED = gettext_lazy("Already there; its name in this language is added")
    THERE = gettext_lazy("Already there")
    REFUSED = gettext_lazy("Refused")


class _Refused(Exception):
    """Why one entry is not taken; the first argument is the sentence."""


@dataclass(frozen=True)
class Entry:
    """One entry of the file, and what becomes of it; days are missing where they could not be read."""

    number: int
    name: str
    outcome: Outcome
    first_day: date | None = None
    last_day: date | None = None
    why: str = ""
    closure: Closure | None = None


@dataclass(frozen=True)
class Report:
    entries: list[Entry]

    def of(self, outcome: Outcome) -> list[Entry]:
        """The entries with which the same happens."""
        return [entry for entry in self.entries if entry.outcome == outcome]

    @property
    def changes(self) -> list[Entry]:
        return self.of(Outcome.NEW) + self.of(Outcome.NAMED)

    @cached_property
    def fingerprint(self) -> str:
        """What somebody agrees to when they confirm this report."""
        told = [(e.number, e.name, e.outcome.name, str(e.first_day), str(e.last_day)) for e in self.entries]
        return digest(json.dumps(told))


def bring(
    *, actor: User, name: str, content: bytes, language: str, location: Location | None, now: datetime
) -> ClosureImport:
    """Keep a file that can be read, in place of what the same person brought before and never confirmed."""
    _entries(content)
    with transaction.atomic():
        ClosureImport.objects.filter(brought_by=actor, applied_at=None).delete()
        return ClosureImport.objects.create(
            name=name[:120], content=content, language=language, location=location, brought_by=actor, brought_at=now
        )


def report(file: ClosureImport, *, clinic: Clinic, now: datetime) -> Report:
    """What the file would close beside what is closed; nothing is changed."""
    today = clinic.today(now)
    there = list(Closure.objects.filter(Q(location=None) | Q(location=file.location)))
    found: list[Entry] = []
    for number, event in enumerate(_entries(bytes(file.content)), 1):
        found.append(_judged(number, event, file, there, today))
        if found[-1].outcome == Outcome.NEW:
            there.append(_closure(found[-1], file))
    return Report(found)


def apply(*, actor: User, file: ClosureImport, seen: str, clinic: Clinic, now: datetime) -> Report:
    """Close the days of the report that somebody has seen, by its fingerprint; what it refused stays out."""
    with transaction.atomic():
        list(Clinic.objects.select_for_update(no_key=True).filter(pk=clinic.pk).values_list("pk"))  # one at a time
        brought = ClosureImport.objects.select_for_update(no_key=True).get(pk=file.pk)
        if brought.applied_at:
            raise AlreadyImported
        found = report(brought, clinic=clinic, now=now)
        if found.fingerprint != seen:
            raise ReadAgain
        with override(settings.MODELTRANSLATION_DEFAULT_LANGUAGE):
            for entry in found.changes:
                _closure(entry, brought).save()
        brought.applied_at, brought.added = now, len(found.of(Outcome.NEW))
        brought.save(update_fields=["applied_at", "added"])
        audit.record(
            actor=actor,
            action=Action.CLOSURES_IMPORTED,
            object_type=brought._meta.label_lower,
            object_id=brought.pk,
            reason=f"{brought.added} added, {len(found.of(Outcome.NAMED))} named",
            now=now,
        )
    return found


def _closure(entry: Entry, file: ClosureImport) -> Closure:
    """The closed days of an entry: a new one is called the same in every language, until another file names it."""
    if entry.closure is not None:
        setattr(entry.closure, build_localized_fieldname("reason", file.language), entry.name)
        return entry.closure
    names = {build_localized_fieldname("reason", code): entry.name for code in settings.MODELTRANSLATION_LANGUAGES}
    assert entry.first_day is not None
    assert entry.last_day is not None
    return Closure(location=file.location, first_day=entry.first_day, last_day=entry.last_day, **names)


# --- reading ---------------------------------------------------------------------------------------------------------


def _entries(content: bytes) -> list[Component]:
    if len(content) > LARGEST:
        raise TooLarge
    try:
        calendars = Calendar.from_ical(content, multiple=True)
    except (ValueError, IndexError, KeyError, TypeError, AttributeError):  # whatever its parser stumbles over
        raise Unreadable from None
    events = [event for calendar in calendars if calendar.name == "VCALENDAR" for event in calendar.walk("VEVENT")]
    if not events:
        raise Unreadable
    if len(events) > MOST:
        raise TooLarge
    return events


def _judged(number: int, event: Component, file: ClosureImport, there: Iterable[Closure], today: date) -> Entry:
    name = " ".join(str(event.get("SUMMARY", "")).split())[:120]
    try:
        first, last = _days(event, name, today)
    except _Refused as refused:
        return Entry(number, name, Outcome.REFUSED, why=str(refused))
    if same := next((each for each in there if each.pk and _is_same(each, first, last, file)), None):
        return Entry(number, name, Outcome.NAMED if _lacks(same, file, name) else Outcome.THERE, first, last, "", same)
    covered = any(each.first_day <= first and last <= each.last_day for each in there)
    return Entry(number, name, Outcome.THERE if covered else Outcome.NEW, first, last)


def _is_same(closure: Closure, first: date, last: date, file: ClosureImport) -> bool:
    return (closure.first_day, closure.last_day, closure.location_id) == (first, last, file.location_id)


def _lacks(closure: Closure, file: ClosureImport, name: str) -> bool:
    """Whether the closure is called alike in every language, so that nobody has named it in that of the file yet."""
    names = {code: getattr(closure, build_localized_fieldname("reason", code)) for code, _name in settings.LANGUAGES}
    return names[file.language] != name and len({each for each in names.values() if each}) == 1


def _days(event: Component, name: str, today: date) -> tuple[date, date]:
    """The first and the last day that the entry closes."""
    if not name:
        raise _Refused(_("It has no name, so nobody would know why the clinic is closed."))
    if any(name in event for name in REPEATS):
        raise _Refused(_("It repeats by a rule. Let your calendar write each day out as an entry of its own."))
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        raise _Refused(_("It is cancelled in the file."))
    first = _moment(event, "DTSTART")
    if first is None:
        raise _Refused(_("It does not say on which day it begins."))
    last = max(_end(event, first) - timedelta(days=1), first)  # some calendars end a day on itself
    if last < today:
        raise _Refused(_("It is over."))
    if last - first > LONGEST:
        raise _Refused(_("It is longer than a year."))
    return first, last


def _end(event: Component, first: Any) -> date:
    """The day after the last one."""
    lasts = _moment(event, "DURATION") or timedelta(days=1)
    end = _moment(event, "DTEND") or first + lasts
    if isinstance(first, datetime) or isinstance(end, datetime) or lasts % timedelta(days=1):
        raise _Refused(_("It is not about whole days. Enter it as time off, or make it an all-day entry."))
    if end < first:
        raise _Refused(_("It ends before it begins."))
    day: date = end
    return day


def _moment(event: Component, name: str) -> Any:
    """What stands under the name, once and readable; nothing where nothing does."""
    value = event.get(name)
    try:
        return None if value is None else value.dt
    except (AttributeError, BrokenCalendarProperty):
        raise _Refused(_("One of its days cannot be read.")) from None
