"""The open ledger as everybody reads it: what became of the visits of each practitioner and quarter."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count
from django.db.models.functions import TruncMonth

from consultations.models import Consultation, Status
from practitioners.models import Act, Invitation, LedgerAct, Practitioner, WithheldFor

Quarter = tuple[int, int]
# What is counted of a quarter besides the acts of the ledger.
VISITS, MINTED, SENT = "visits", "minted", "sent"
OTHERS = (Act.EDITED, Act.WITHDRAWN, Act.REPORTED, Act.APPEALED, Act.UPHELD)


@dataclass(frozen=True, slots=True)
class Line:
    """One practitioner in one quarter: `counts` by VISITS, MINTED, SENT and by act; in words and with their numbers
    `reasons` of withholding, and `others`: the acts of authors and readers, and what became of appeals.
    """

    practitioner: Practitioner
    quarter: Quarter
    counts: Mapping[str, int]
    reasons: Sequence[tuple[str, int]]
    others: Sequence[tuple[str, int]]


@dataclass(slots=True)
class _Sums:
    counts: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)


def lines(zone: ZoneInfo) -> list[Line]:
    """Every practitioner and quarter in which something happened, the newest quarter first.

    A visit counts in the quarter it took place in, an invitation in the one it was minted or sent in, and an act in the
    one it was done in; all in the clinic's zone.
    """
    sums: dict[tuple[Quarter, int], _Sums] = defaultdict(_Sums)
    visits = Consultation.objects.filter(status=Status.COMPLETED)
    for what, rows, moment in (
        (VISITS, visits, "starts"),
        (MINTED, Invitation.objects.all(), "minted_at"),
        (SENT, Invitation.objects.filter(sent_at__isnull=False), "sent_at"),
    ):
        for month, who, count in _by_month(rows, moment, zone, "practitioner"):
            sums[_quarter(month), who].counts[what] += count
    acts = _by_month(LedgerAct.objects.all(), "at", zone, "review__practitioner", "act", "reason")
    for month, who, act, reason, count in acts:
        line = sums[_quarter(month), who]
        line.counts[act] += count
        if act == Act.WITHHELD:
            line.reasons[reason] += count
    people = Practitioner.objects.in_bulk({who for _quarter_of, who in sums})
    ordered = sorted(sums.items(), key=lambda item: ([-part for part in item[0][0]], people[item[0][1]].position))
    return [
        Line(people[who], quarter, found.counts, _in_words(found.reasons), _others(found.counts))
        for (quarter, who), found in ordered
    ]


def _by_month(rows: Any, moment: str, zone: ZoneInfo, *keys: str) -> Any:
    return (
        rows.order_by()
        .annotate(month=TruncMonth(moment, tzinfo=zone))
        .values_list("month", *keys)
        .annotate(Count("pk"))
    )


def _quarter(month: date) -> Quarter:
    return month.year, (month.month + 2) // 3


def _others(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return [(str(act.label), counts[act]) for act in OTHERS if counts[act]]


def _in_words(reasons: Mapping[str, int]) -> list[tuple[str, int]]:
    return [(str(WithheldFor(reason).label), count) for reason, count in sorted(reasons.items())]
