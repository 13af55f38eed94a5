"""The clock changes of a time zone, one row per calendar day, so that SQL can convert by a join.

What belongs here: turning the time zone database into plain rows. What does not: which zones are
needed (the settings say so) and the conversion itself (a macro of staging does it).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

FIRST_DAY = date(1970, 1, 1)
LAST_DAY = date(2100, 12, 31)

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class ClockChange:
    """One change of a zone's offset: at `instant` (UTC), from `before` to `after`."""

    instant: datetime
    before: timedelta
    after: timedelta

    @property
    def wall_from(self) -> datetime:
        """First wall reading that does not exist or comes twice."""
        return self.instant + min(self.before, self.after)

    @property
    def wall_to(self) -> datetime:
        """First wall reading after those; from here on the new offset holds."""
        return self.instant + max(self.before, self.after)


class TimezoneDay(NamedTuple):
    """One day of one zone. All times are naive; offsets are seconds east of UTC.

    Wall time to UTC: take the row of the wall date; the offset is `local_offset_before_seconds`
    for a wall time before `local_change_at`, else `local_offset_after_seconds`. A wall time that
    does not exist or comes twice (from `local_gap_start` to before `local_gap_end`) thereby takes
    the offset from before the change. UTC to wall time: the same with the `utc_` columns and the
    row of the UTC date. A day without a change has equal offsets and null times.
    """

    timezone: str
    day: date
    local_offset_before_seconds: int
    local_offset_after_seconds: int
    local_change_at: datetime | None
    local_gap_start: datetime | None
    local_gap_end: datetime | None
    utc_offset_before_seconds: int
    utc_offset_after_seconds: int
    utc_change_at: datetime | None


@cache
def timezone_days(timezone: str) -> tuple[TimezoneDay, ...]:
    """Return one row for every day from 1970 to 2100 of `timezone` (an IANA name)."""
    changes = list(_clock_changes(ZoneInfo(timezone)))
    offset = changes[0].before if changes else _offset(ZoneInfo(timezone), _midnight(FIRST_DAY))
    rows: list[TimezoneDay] = []
    day = FIRST_DAY
    for position, change in enumerate(changes):
        touched_from = max(day, change.instant.date() - 2 * _DAY)
        touched_to = min(change.instant.date() + 2 * _DAY, LAST_DAY)
        rows += _unchanged(timezone, day, touched_from, offset)
        day = touched_from
        while day <= touched_to:
            rows.append(_row(timezone, day, changes[max(0, position - 1) : position + 2]))
            day += _DAY
        offset = change.after
    rows += _unchanged(timezone, day, LAST_DAY + _DAY, offset)
    return tuple(rows)


def _unchanged(timezone: str, first: date, end: date, offset: timedelta) -> Iterator[TimezoneDay]:
    seconds = _seconds(offset)
    for ordinal in range(first.toordinal(), end.toordinal()):
        day = date.fromordinal(ordinal)
        yield TimezoneDay(timezone, day, seconds, seconds, None, None, None, seconds, seconds, None)


def _row(timezone: str, day: date, changes: Sequence[ClockChange]) -> TimezoneDay:
    """Return the row of a day around which the offset changes; `changes` are in order of time."""
    start, end = _midnight(day), _midnight(day + _DAY)
    local_before = local_after = utc_before = utc_after = changes[0].before
    local_change_at = gap_start = gap_end = utc_change_at = None
    for change in changes:
        if change.wall_to <= start:
            local_before = local_after = change.after
        elif change.wall_to < end:
            local_after = change.after
            local_change_at = change.wall_to
        if change.wall_from < end and change.wall_to > start:
            gap_start, gap_end = change.wall_from, change.wall_to
        if change.instant <= start:
            utc_before = utc_after = change.after
        elif change.instant < end:
            utc_after = change.after
            utc_change_at = change.instant
    return TimezoneDay(
        timezone=timezone,
        day=day,
        local_offset_before_seconds=_seconds(local_before),
        local_offset_after_seconds=_seconds(local_after),
        local_change_at=local_change_at,
        local_gap_start=gap_start,
        local_gap_end=gap_end,
        utc_offset_before_seconds=_seconds(utc_before),
        utc_offset_after_seconds=_seconds(utc_after),
        utc_change_at=utc_change_at,
    )


def _clock_changes(zone: ZoneInfo) -> Iterator[ClockChange]:
    """Find the changes by comparing midnights (UTC), then halving the day in between."""
    midnight = _midnight(FIRST_DAY - 2 * _DAY)
    offset = _offset(zone, midnight)
    while midnight.date() <= LAST_DAY + _DAY:
        following = midnight + _DAY
        following_offset = _offset(zone, following)
        if following_offset != offset:
            unchanged, changed = midnight, following
            while changed - unchanged > _SECOND:
                middle = unchanged + timedelta(
                    seconds=int((changed - unchanged).total_seconds()) // 2
                )
                if _offset(zone, middle) == offset:
                    unchanged = middle
                else:
                    changed = middle
            yield ClockChange(instant=changed, before=offset, after=following_offset)
        midnight, offset = following, following_offset


def _offset(zone: ZoneInfo, utc: datetime) -> timedelta:
    offset = utc.replace(tzinfo=UTC).astimezone(zone).utcoffset()
    if offset is None:
        raise ValueError(f"{zone.key} has no offset at {utc}")
    return offset


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)


def _seconds(offset: timedelta) -> int:
    return int(offset.total_seconds())
