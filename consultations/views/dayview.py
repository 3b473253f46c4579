"""The day as a table: a column for each practitioner or room, a row for each piece of time, drawn on the server."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from consultations.dayplan import IN_THE_GRID, Day
from consultations.models import Consultation, Status
from consultations.rosters import minute
from consultations.scheduling import Span, columns
from consultations.scheduling.columns import Block, Hours, What

NO_ROOM = 0


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column."""

    key: str
    name: str
    place: str = ""
    late: int = 0


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: what it is, how many rows it spans, and what may be done in it."""

    what: What
    span: int
    starts: datetime
    ends: datetime
    column: str
    visits: list[Consultation] = field(default_factory=list)
    book_url: str = ""

    @property
    def as_sent(self) -> str:
        """The start as a form sends it back."""
        return f"{self.starts:%Y-%m-%dT%H:%MZ}"


@dataclass(frozen=True, slots=True)
class Row:
    """One row: how many minutes it lasts, and the cells that begin in it."""

    at: int
    minutes: int
    starts: datetime
    is_now: bool
    span: int
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Grid:
    heads: list[Head]
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class _Column:
    head: Head
    hours: Hours
    visits: list[Consultation]
    asks: dict[str, str]


def grid(day: Day, *, by: str, step: int, now: datetime) -> Grid | None:
    """The table of the day; None when nobody works and nobody comes."""
    shown_visits = [one for one in day.visits if one.status in IN_THE_GRID and not _has_lapsed(one, now)]
    of_day = _rooms(day, shown_visits) if by == "room" else _people(day, shown_visits)
    spans = [span for column in of_day for span in column.hours.open]
    spans += [(minute(one.starts), minute(one.ends)) for one in shown_visits]
    if not of_day or not spans:
        return None
    shown = columns.shown(spans, day.zone)
    blocks = [columns.column(each.hours, [_busy(one) for one in each.visits], step, shown) for each in of_day]
    rows = columns.rows(blocks, step, shown)
    cells = _cells(of_day, blocks, rows, now)
    heads = _lines(rows, step, shown[0])
    drawn = [
        Row(first, end - first, _instant(first), first <= minute(now) < end, heads.get(first, 0), cells.get(first, []))
        for first, end in rows
    ]
    return Grid([each.head for each in of_day], drawn)


def _people(day: Day, visits: Sequence[Consultation]) -> list[_Column]:
    return [
        _Column(
            Head(who.slug, who.name, late=day.late.get(who.pk, 0)),
            day.hours_of(who.pk),
            [one for one in visits if one.practitioner_id == who.pk],
            {"practitioner": who.slug},
        )
        for who in day.people
    ]


def _rooms(day: Day, visits: Sequence[Consultation]) -> list[_Column]:
    found = [
        _Column(
            Head(str(room.pk), room.name, room.location.name),
            day.hours_at(room.location_id),
            [one for one in visits if one.room_id == room.pk],
            {},
        )
        for room in day.rooms
    ]
    shown = {room.pk for room in day.rooms}
    elsewhere = [one for one in visits if one.room_id not in shown]
    if elsewhere:
        found.append(_Column(Head(str(NO_ROOM), _("Without a room")), Hours(), elsewhere, {}))
    return found


def _cells(
    of_day: Sequence[_Column], blocks: Sequence[Sequence[Block]], rows: Sequence[Span], now: datetime
) -> dict[int, list[Cell]]:
    """The cells by the minute in which they begin, in the order of the columns."""
    place = {first: number for number, (first, _end) in enumerate(rows)}
    place[rows[-1][1]] = len(rows)
    found: dict[int, list[Cell]] = {}
    for column, pieces in zip(of_day, blocks, strict=True):
        for piece in pieces:
            is_bookable = piece.what == What.FREE and _instant(piece.first) >= now - timedelta(minutes=1)
            cell = Cell(
                piece.what,
                place[piece.end] - place[piece.first],
                _instant(piece.first),
                _instant(piece.end),
                column.head.key,
                [column.visits[number] for number in piece.visits],
                _book(column, piece) if is_bookable else "",
            )
            found.setdefault(piece.first, []).append(cell)
    return found


def _book(column: _Column, piece: Block) -> str:
    asked = {"starts": f"{_instant(piece.first):%Y-%m-%dT%H:%MZ}", **column.asks}
    return f"{reverse('reception:book')}?{urlencode(asked)}"


def _lines(rows: Sequence[Span], step: int, first: int) -> dict[int, int]:
    """How many rows the time beside them spans, by the minute of its line."""
    lines: dict[int, int] = {}
    at = first
    for begins, _end in rows:
        if (begins - first) % step == 0:
            at = begins
        lines[at] = lines.get(at, 0) + 1
    return lines


def _busy(one: Consultation) -> tuple[int, int, int, int]:
    blocks = one.status not in {Status.COMPLETED, Status.NO_SHOW}
    first, end = minute(one.starts), minute(one.ends)
    return (first, end, minute(one.blocked_from), minute(one.blocked_until)) if blocks else (first, end, first, end)


def _has_lapsed(one: Consultation, now: datetime) -> bool:
    return one.held_until is not None and one.held_until <= now and one.status in {Status.HELD, Status.REQUESTED}


def _instant(at: int) -> datetime:
    return datetime.fromtimestamp(at * 60, UTC)
