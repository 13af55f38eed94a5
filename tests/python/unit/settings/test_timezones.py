"""The rows of clock changes give the same conversions as Python's own zoneinfo."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from orchestration.settings.timezones import FIRST_DAY, LAST_DAY, TimezoneDay, timezone_days

ZONES = [
    "UTC",
    "Europe/Paris",
    "America/Sao_Paulo",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Asia/Kolkata",
    "America/St_Johns",
    "Africa/Casablanca",
]


def rows_by_day(zone: str) -> dict[date, TimezoneDay]:
    return {row.day: row for row in timezone_days(zone)}


def wall_to_utc(row: TimezoneDay, wall: datetime) -> datetime:
    before = row.local_change_at is None or wall < row.local_change_at
    seconds = row.local_offset_before_seconds if before else row.local_offset_after_seconds
    return wall - timedelta(seconds=seconds)


def utc_to_wall(row: TimezoneDay, utc: datetime) -> datetime:
    before = row.utc_change_at is None or utc < row.utc_change_at
    seconds = row.utc_offset_before_seconds if before else row.utc_offset_after_seconds
    return utc + timedelta(seconds=seconds)


def is_gap_or_repeat(zone: ZoneInfo, wall: datetime) -> bool:
    return (
        wall.replace(tzinfo=zone, fold=0).utcoffset()
        != wall.replace(tzinfo=zone, fold=1).utcoffset()
    )


@pytest.mark.parametrize("name", ZONES)
def test_every_day_has_exactly_one_row(name: str) -> None:
    days = [row.day for row in timezone_days(name)]
    assert days[0] == FIRST_DAY
    assert days[-1] == LAST_DAY
    assert len(days) == len(set(days)) == (LAST_DAY - FIRST_DAY).days + 1


@pytest.mark.parametrize("name", ZONES)
def test_wall_times_convert_like_zoneinfo_around_every_change(name: str) -> None:
    zone = ZoneInfo(name)
    rows = rows_by_day(name)
    for row in rows.values():
        if (
            row.local_change_at is None
            and row.local_gap_start is None
            and (row.day.day, row.day.month) != (13, 2)
        ):
            continue
        midnight = datetime(row.day.year, row.day.month, row.day.day)
        for minutes in range(0, 24 * 60, 30):
            wall = midnight + timedelta(minutes=minutes, seconds=minutes % 2)
            expected = wall.replace(tzinfo=zone, fold=0).astimezone(UTC).replace(tzinfo=None)
            assert wall_to_utc(row, wall) == expected, (name, wall)
            in_gap = (
                row.local_gap_start is not None
                and row.local_gap_end is not None
                and row.local_gap_start <= wall < row.local_gap_end
            )
            assert in_gap == is_gap_or_repeat(zone, wall), (name, wall)


@pytest.mark.parametrize("name", ZONES)
def test_utc_times_convert_like_zoneinfo_around_every_change(name: str) -> None:
    zone = ZoneInfo(name)
    for row in timezone_days(name):
        if row.utc_change_at is None and (row.day.day, row.day.month) != (13, 2):
            continue
        midnight = datetime(row.day.year, row.day.month, row.day.day)
        for minutes in range(0, 24 * 60, 30):
            utc = midnight + timedelta(minutes=minutes)
            expected = utc.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None)
            assert utc_to_wall(row, utc) == expected, (name, utc)


@pytest.mark.parametrize("name", ZONES)
def test_days_on_which_nothing_changes_carry_no_times(name: str) -> None:
    for row in timezone_days(name):
        if row.local_change_at is None:
            assert row.local_offset_before_seconds == row.local_offset_after_seconds
        if row.utc_change_at is None:
            assert row.utc_offset_before_seconds == row.utc_offset_after_seconds


def test_the_row_of_a_change_by_hand() -> None:
    row = rows_by_day("Europe/Paris")[date(2026, 10, 25)]
    assert row.local_offset_before_seconds == 7200
    assert row.local_offset_after_seconds == 3600
    assert row.local_change_at == datetime(2026, 10, 25, 3)
    assert row.local_gap_start == datetime(2026, 10, 25, 2)
    assert row.local_gap_end == datetime(2026, 10, 25, 3)
    assert row.utc_change_at == datetime(2026, 10, 25, 1)
