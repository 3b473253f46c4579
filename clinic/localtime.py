"""Wall time and instants, exact over clock changes.

Rosters speak wall time ("Tuesdays 9:00 to 18:00"); everything else speaks instants in UTC. The two meet here and
nowhere else. Days and weeks are the clinic's: a day has 23, 24 or 25 hours, and once, in Samoa, none.
"""

from datetime import UTC as UTC
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

MIDNIGHT = time(0)
ONE_DAY = timedelta(days=1)


# The same days are asked about again and again, and a zone's rules do not change while a process runs.
@lru_cache(maxsize=4096)
def opening_instant(day: date, wall: time, zone: ZoneInfo) -> datetime:
    """The instant, in UTC, at which something that opens at this wall time opens.

    A time that the autumn change repeats means its first pass; a time that the spring change skips means the moment
    the clock jumps.
    """
    return _instant(datetime.combine(day, wall), zone, fold=0)


def closing_instant(day: date, wall: time, zone: ZoneInfo) -> datetime:
    """The instant, in UTC, at which something that closes at this wall time closes.

    A repeated time means its second pass; a skipped one means the moment the clock jumps; midnight means the end of
    the day, which is where the next one begins.
    """
    if wall == MIDNIGHT:
        return opening_instant(day + ONE_DAY, MIDNIGHT, zone)
    return _instant(datetime.combine(day, wall), zone, fold=1)


def instants(day: date, wall: time, zone: ZoneInfo) -> list[datetime]:
    """The instants, in UTC, at which the clock shows this wall time: none that it skips, two that it shows twice."""
    shown = datetime.combine(day, wall)
    passes = {shown.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return sorted(each for each in passes if each.astimezone(zone).replace(tzinfo=None) == shown)


def comes_twice(wall: datetime) -> bool:
    """Whether the clock shows this wall time, aware of its zone, a second time on its day; `fold` says which it is."""
    return wall.utcoffset() != wall.replace(fold=1 - wall.fold).utcoffset()


def local(instant: datetime, zone: ZoneInfo) -> datetime:
    """The instant as the clock on the clinic's wall shows it; a naive instant is a ValueError."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a zone: a naive datetime could mean any moment")
    return instant.astimezone(zone)


def day_bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The half-open interval of instants, in UTC, that the zone calls this day."""
    return opening_instant(day, MIDNIGHT, zone), opening_instant(day + ONE_DAY, MIDNIGHT, zone)


def days_between(earlier: datetime, later: datetime, zone: ZoneInfo) -> int:
    """How many midnights of the zone lie from one instant to the other; negative when they are the other way round."""
    return (local(later, zone).date() - local(earlier, zone).date()).days


def week_start(day: date) -> date:
    """The Monday of the day's week."""
    return day - timedelta(days=day.weekday())


def _instant(wall: datetime, zone: ZoneInfo, *, fold: int) -> datetime:
    instant = wall.replace(tzinfo=zone, fold=fold).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == wall:
        return instant
    return _jump(wall, zone)


def _jump(skipped: datetime, zone: ZoneInfo) -> datetime:
    """The instant of the clock change that skips this wall time, found by halving to the second.

    Python reads a skipped time with the offset of before the change as fold 0, which lands after the jump, and with
    the offset of after the change as fold 1, which lands before it.
    """
    before = int(skipped.replace(tzinfo=zone, fold=1).timestamp())
    after = int(skipped.replace(tzinfo=zone, fold=0).timestamp()) + 1
    old_offset = datetime.fromtimestamp(before, zone).utcoffset()
    while after - before > 1:
        middle = (before + after) // 2
        if datetime.fromtimestamp(middle, zone).utcoffset() == old_offset:
            before = middle
        else:
            after = middle
    return datetime.fromtimestamp(after, UTC)
