"""When new exports start a refresh: once, and not before they are complete."""

import os
from pathlib import Path

import dagster as dg
import pytest

from orchestration.dagster.sensors import new_exports, state_of


@pytest.fixture
def exports(tmp_path: Path) -> Path:
    """Return an export folder with one file."""
    put(tmp_path / "crm" / "accounts.csv", "account_id,name\n")
    return tmp_path


def put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


class Ticks:
    """The sensor of a folder, evaluated again and again with its own cursor."""

    def __init__(self, exports: Path) -> None:
        @dg.job
        def refresh() -> None: ...

        self._sensor = new_exports(refresh, exports)
        self._cursor: str | None = None

    def tick(self) -> str:
        """Return the key of the run that is asked for, or why none is."""
        context = dg.build_sensor_context(cursor=self._cursor)
        data = self._sensor.evaluate_tick(context)
        self._cursor = data.cursor
        return str(data.run_requests[0].run_key if data.run_requests else data.skip_message)


def test_files_that_no_longer_change_start_one_refresh(exports: Path) -> None:
    ticks = Ticks(exports)
    assert "waiting until they are complete" in ticks.tick()
    assert ticks.tick() == state_of(exports)
    assert [ticks.tick(), ticks.tick()] == ["nothing new", "nothing new"]


def test_a_file_that_grows_is_waited_for(exports: Path) -> None:
    ticks = Ticks(exports)
    ticks.tick()
    ticks.tick()
    for size in range(1, 4):
        put(exports / "crm" / "deals.csv", "x" * size)
        assert "waiting" in ticks.tick()
    assert ticks.tick() == state_of(exports)
    assert ticks.tick() == "nothing new"


def test_what_is_put_back_as_it_was_starts_nothing(exports: Path) -> None:
    ticks = Ticks(exports)
    ticks.tick()
    ticks.tick()
    put(exports / "crm" / "deals.csv", "x")
    ticks.tick()
    (exports / "crm" / "deals.csv").unlink()
    assert ticks.tick() == "nothing new"


@pytest.mark.parametrize(
    ("name", "is_seen"),
    [
        ("crm/deals.csv", True),
        ("crm/2026-10-01/deals.csv.gz", True),
        ("sources.yml", True),
        ("gates.yml", True),
        ("kpis.yml", True),
        ("reference/funnel_stages.csv", True),
        ("notes.txt", False),
        ("crm/.deals.csv.swp", False),
        ("crm/deals.csv.part", False),
        ("crm/~$deals.xlsx", False),
    ],
)
def test_files_that_are_read_count(exports: Path, name: str, is_seen: bool) -> None:
    before = state_of(exports)
    put(exports / name, "x")
    assert (state_of(exports) != before) is is_seen


def test_a_new_time_of_the_same_file_counts(exports: Path) -> None:
    before = state_of(exports)
    os.utime(exports / "crm" / "accounts.csv", (1, 1))
    assert state_of(exports) != before
