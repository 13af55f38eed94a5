"""Loads refreshed one by one end in the same tables as one refresh over all of them.

What belongs here: the equality of incremental and full, row for row. What does not: what a load or
a version means, which dbt unit tests prove on small inputs.
"""

import csv
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import duckdb
import pytest

from orchestration.paths import Paths
from tests.python.conftest import refresh, run_prospection
from tests.python.integration.equal_warehouses import assert_equal

pytestmark = pytest.mark.refreshes

LOADS = ["2026-03-02", "2026-03-09", "2026-03-16T0700", "2026-03-23", "2026-03-30"]

SOURCES = """
reporting: {currency: EUR, timezone: Europe/Paris, as_of: 2026-04-15}
sources:
  crm: {format: generic, mode: full}
  outreach: {format: generic, refers_to: crm}
"""


def _write(file: Path, rows: Iterable[Mapping[str, object]]) -> None:
    rows = list(rows)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def _crm(folder: Path, load: int) -> None:
    """Write one full export: people come, change and vanish, deals move and are reopened."""
    _write(
        folder / "accounts.csv",
        (
            {
                "account_id": f"A{number}",
                "name": f"Company {number}",
                # a sector that is corrected later
                "sector": "retail" if number % 3 or load < 3 else "industry",
                "employee_count": 5 * number,
            }
            for number in range(1, 25 + 3 * load)
        ),
    )
    _write(
        folder / "prospects.csv",
        (
            {
                "prospect_id": f"P{number}",
                "account_id": f"A{1 + number % 24}",
                "email": f"person{number}@company{number}.example",
                "lead_source": "web" if number % 2 else "fair",
                "owner_rep_id": f"R{1 + number % 3}",
                "detected_at": f"2026-01-{1 + number % 28:02d}",
            }
            for number in range(1, 60 + 10 * load)
            # one in seven is gone in one load and back in the next
            if not (number % 7 == 0 and load == 2)
        ),
    )
    _write(
        folder / "reps.csv",
        (
            {
                "rep_id": f"R{number}",
                "name": f"Rep {number}",
                # a change of team that only the loads tell
                "team": "north" if number == 1 or load < 2 else "south",
            }
            for number in range(1, 4)
        ),
    )
    stages = ["offer", "talks", "won", "talks", "won"]
    _write(
        folder / "deals.csv",
        (
            {
                "deal_id": f"D{number}",
                "account_id": f"A{1 + number % 24}",
                "prospect_id": f"P{number}",
                "rep_id": f"R{1 + number % 3}",
                "stage": stages[load] if number % 2 else "offer",
                "status": "won" if number % 2 and stages[load] == "won" else "open",
                "amount": 1000 * number + (250 * load if number % 5 == 0 else 0),
                "created_at": f"2026-02-{number:02d} 09:30:00",
                "closed_at": (
                    f"2026-03-{13 + 14 * (load == 4)} 17:00:00"
                    if number % 2 and stages[load] == "won"
                    else ""
                ),
            }
            for number in range(1, 20)
            if not (number % 6 == 0 and load >= 3)
        ),
    )


def _outreach(folder: Path, load: int) -> None:
    """Write one incremental export: new activities, late ones and corrections of earlier ones."""
    rows: list[dict[str, object]] = []
    for number in range(40 * load, 40 * load + 40):
        rows.append(_activity(number, f"2026-02-{1 + number % 28:02d} 10:{number % 60:02d}:00"))
    if load:
        # late rows of a month before, and an outcome that is corrected
        rows.append(_activity(5000 + load, f"2026-01-{5 + load:02d} 08:00:00"))
        rows.append({**_activity(40 * load - 3, "2026-02-20 11:00:00"), "outcome": "reply"})
        rows.append(_activity(0, "2026-02-01 10:00:00"))
    _write(folder / "activities.csv", rows)


def _activity(number: int, occurred_at: str) -> dict[str, object]:
    channel = ("call", "email", "linkedin", "meeting")[number % 4]
    outcome = {
        "call": ("answered", "no_answer", "voicemail"),
        "email": ("sent", "reply", "bounced"),
        "linkedin": ("accepted", "sent", "sent"),
        "meeting": ("held", "no_show", "held"),
    }[channel][number % 3]
    return {
        "activity_id": f"T{number}",
        "occurred_at": occurred_at,
        "channel": channel,
        "direction": "outbound",
        "outcome": outcome,
        "prospect_id": f"P{1 + number % 55}",
        "rep_id": f"R{1 + number % 3}",
    }


def _export(exports: Path, loads: Sequence[str]) -> None:
    exports.mkdir(parents=True, exist_ok=True)
    (exports / "sources.yml").write_text(SOURCES, encoding="utf-8")
    for name in loads:
        load = LOADS.index(name)
        _crm(exports / "crm" / name, load)
        _outreach(exports / "outreach" / name, load)


def _refresh(exports: Path, data: Path) -> Paths:
    result = refresh(exports, data)
    assert result.returncode == 0, result.stdout + result.stderr
    return Paths(data)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return the warehouse built load by load, and the one built over all loads at once."""
    folder = tmp_path_factory.mktemp("loads")
    for count in range(1, len(LOADS) + 1):
        _export(folder / "exports", LOADS[count - 1 : count])
        step_by_step = _refresh(folder / "exports", folder / "step_by_step")
    at_once = _refresh(folder / "exports", folder / "at_once")
    return step_by_step.warehouse, at_once.warehouse


def test_five_loads_one_by_one_equal_one_refresh_over_all(both: tuple[Path, Path]) -> None:
    assert_equal(*both)


def test_the_loads_tell_what_this_test_is_about(both: tuple[Path, Path]) -> None:
    """Updates, late rows, vanished and restored records are really in the data."""
    with duckdb.connect(both[1], read_only=True) as connection:
        counts = connection.execute(
            """
            select sum(superseded), sum(duplicates) from meta.load_reconciliation
            """
        ).fetchone()
        teams = connection.execute("select count(*) from core.dim_rep_periods").fetchone()
        vanished = connection.execute(
            "select count(*) from core.fct_deals where vanished_on = date '2026-03-23'"
        ).fetchone()
        back = connection.execute(
            "select count(*) from core.dim_prospects where vanished_on is not null"
        ).fetchone()
        reopened = connection.execute(
            "select count(*) from core.fct_deals where first_won_on < closed_on"
        ).fetchone()
    assert counts is not None
    assert counts[0] > 0
    assert counts[1] > 0
    assert teams is not None
    assert teams[0] > 3
    assert vanished == (3,)
    assert back == (0,)
    assert reopened is not None
    assert reopened[0] > 0


def test_a_second_load_of_the_same_exports_lands_nothing(
    tmp_path: Path, both: tuple[Path, Path]
) -> None:
    data = both[1].parent
    copied = tmp_path / "data"
    shutil.copytree(data, copied, symlinks=True)
    before = sorted(file.name for file in (copied / "landing" / "_loads").iterdir())
    result = run_prospection("load", "--exports", data.parent / "exports", "--data", copied)
    assert result.returncode == 0, result.stdout + result.stderr
    assert sorted(file.name for file in (copied / "landing" / "_loads").iterdir()) == before
