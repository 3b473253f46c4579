"""Which times are free: pure arithmetic on minutes since the epoch.

No database, no clock, no settings, and no date objects once the openings are known. The same sweep
answers "what is free?" and "may I book this?", so the two cannot disagree.

    openings            when the practitioner works
    refused_by_...      starts that bookings, absences or the patient's own visits rule out
    intersection        starts that every room (or every device) rules out
    free_starts         what is left, in a window that may be as narrow as one start
    free_at             which rooms are free at that start
"""

from consultations.scheduling.hours import WeeklyHours, openings
from consultations.scheduling.spans import ALWAYS, Span, intersection, union
from consultations.scheduling.starts import (
    Busy,
    Need,
    free_at,
    free_starts,
    refused_by_absences,
    refused_by_bookings,
    refused_by_visits,
)

__all__ = [
    "ALWAYS",
    "Busy",
    "Need",
    "Span",
    "WeeklyHours",
    "free_at",
    "free_starts",
    "intersection",
    "openings",
    "refused_by_absences",
    "refused_by_bookings",
    "refused_by_visits",
    "union",
]
