"""A month of daily loads, one by one, ends in the same tables as one refresh over all of them.

What belongs here: thirty days with everything that happens to exports. What does not: five loads,
one by one (see `test_incremental_equals_full.py`). The days between two refreshes are landed only;
`PROSPECTION_TEST_REFRESH_EVERY=1` refreshes on each.
"""

import os
import random
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from orchestration.paths import Paths
from orchestration.validation.held import open_batches
from tests.python.conftest import refresh, run_prospection
from tests.python.integration.equal_warehouses import assert_equal

FIRST = date(2026, 3, 1)
DAYS = 30
REFRESH_EVERY = int(os.environ.get("PROSPECTION_TEST_REFRESH_EVERY", "5"))
HALVED_ON = 17
"""The day on which a full export comes with half of its records: it is held back, and dropped."""

SOURCES = """
reporting: {currency: EUR, timezone: Europe/Paris, as_of: 2026-04-15, language: en}
sources:
  crm: {format: generic, mode: full}
  outreach: {format: generic, refers_to: crm}
"""


def _write(path: Path, header: str, rows: Sequence[Sequence[object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [",".join(str(cell) for cell in row) for row in rows]
    path.write_text("\n".join([header, *lines, ""]), encoding="utf-8")


def _crm(folder: Path, day: int) -> None:
    """Write every record there is: some are new, some changed, some gone and some back."""
    whole = range(1, 81 + day)
    # in any ten days each fifteenth record is gone for two of them, and then back
    there = [n for n in whole if not (n % 15 == 0 and day % 10 in (3, 4))]
    if day == HALVED_ON:
        there = there[::2]
    accounts = [(f"A{n}", f"Company {n}", "retail" if (n + day) % 9 else "industry") for n in there]
    _write(folder / "accounts.csv", "account_id,name,sector", accounts)
    prospects = [
        (f"P{n}", f"A{n}", f"p{n}@c{n}.example", FIRST - timedelta(n % 60), f"R{n % 3}")
        for n in there
    ]
    header = "prospect_id,account_id,email,detected_at,owner_rep_id"
    _write(folder / "prospects.csv", header, prospects)
    deals = []
    for n in there:
        stage = ("offer", "talks", "won", "lost")[(n + day // 6) % 4]
        status = stage if stage in ("won", "lost") else "open"
        closed = FIRST + timedelta(day - n % 3) if status != "open" else ""
        created = FIRST - timedelta(n % 45)
        deals.append(
            (f"D{n}", f"A{n}", f"P{n}", f"R{n % 3}", stage, status, 10 * n, created, closed)
        )
    header = "deal_id,account_id,prospect_id,rep_id,stage,status,amount,created_at,closed_at"
    _write(folder / "deals.csv", header, deals)
    teams = ("north", "south", "north" if day < 12 else "west")
    _write(
        folder / "reps.csv", "rep_id,name,team", [(f"R{n}", f"Rep {n}", teams[n]) for n in range(3)]
    )


def _outreach(folder: Path, day: int) -> None:
    """Write the day's activities, rows up to 90 days late, corrections and repetitions."""
    drawn = random.Random(day)
    rows = [_activity(100 * day + n, FIRST + timedelta(day), drawn) for n in range(25)]
    rows += [
        _activity(100 * day + 50 + late, FIRST + timedelta(day - late), drawn)
        for late in (1, 2, 7, 30, 60, 90)
    ]
    if day:
        rows += [_activity(100 * (day - 1) + n, FIRST + timedelta(day - 1), drawn) for n in (3, 4)]
        repeated = random.Random(day - 1)
        rows += [_activity(100 * (day - 1), FIRST + timedelta(day - 1), repeated)]
    header = "activity_id,occurred_at,channel,direction,outcome,prospect_id,rep_id"
    _write(folder / "activities.csv", header, rows)


def _activity(number: int, on: date, drawn: random.Random) -> tuple[object, ...]:
    outcomes = {
        "call": ("answered", "no_answer", "meeting_booked"),
        "email": ("sent", "bounced", "sent"),
        "linkedin": ("accepted", "sent", "reply"),
        "meeting": ("held", "no_show", "booked"),
    }
    channel = drawn.choice(list(outcomes))
    person = drawn.randrange(1, 110)
    outcome, rep = drawn.choice(outcomes[channel]), drawn.randrange(3)
    moment = f"{on} {8 + number % 10:02d}:30:00"
    return (f"T{number}", moment, channel, "outbound", outcome, f"P{person}", f"R{rep}")


def _drop_held(paths: Paths) -> None:
    for batch in open_batches(paths):
        dropped = run_prospection("held", "drop", batch.load_id, "--data", paths.data)
        assert dropped.returncode == 0, dropped.stderr


@pytest.mark.faults
def test_thirty_daily_loads_equal_one_refresh_over_all(tmp_path: Path) -> None:
    exports = tmp_path / "exports"
    exports.mkdir()
    (exports / "sources.yml").write_text(SOURCES, encoding="utf-8")
    step_by_step = Paths(tmp_path / "step_by_step")
    for day in range(DAYS):
        name = (FIRST + timedelta(day)).isoformat()
        _crm(exports / "crm" / name, day)
        _outreach(exports / "outreach" / name, day)
        if day % REFRESH_EVERY == REFRESH_EVERY - 1:
            result = refresh(exports, step_by_step.data)
        else:
            result = refresh(exports, step_by_step.data, "load")
        held = open_batches(step_by_step)
        assert [each.folder for each in held] == ([f"crm/{name}"] if day == HALVED_ON else [])
        refreshed_with_held = bool(held) and day % REFRESH_EVERY == REFRESH_EVERY - 1
        assert result.returncode == (5 if refreshed_with_held else 0), result.stdout + result.stderr
        _drop_held(step_by_step)
    at_once = Paths(tmp_path / "at_once")
    landed = refresh(exports, at_once.data, "load")
    assert landed.returncode == 0, landed.stdout + landed.stderr
    _drop_held(at_once)
    for paths in (step_by_step, at_once):
        result = refresh(exports, paths.data)
        assert result.returncode == 0, result.stdout
    assert_equal(step_by_step.warehouse, at_once.warehouse)
    with duckdb.connect(at_once.warehouse, read_only=True) as connection:
        row = connection.execute(
            """
            select
                (select count(distinct load) from meta.loads where outcome = 'landed'),
                (select count(distinct load) from meta.loads where outcome = 'dropped'),
                (select sum(superseded) from meta.load_reconciliation),
                (select sum(duplicates) from meta.load_reconciliation),
                (select count(*) from core.fct_deals where first_won_on is not null),
                (select count(*) from core.dim_prospects where vanished_on is not null)
            """
        ).fetchone()
    assert row is not None
    loads, dropped, superseded, duplicates, won, vanished = row
    assert (loads, dropped, vanished) == (2 * DAYS - 1, 1, 0)
    assert min(superseded, duplicates, won) > 0
