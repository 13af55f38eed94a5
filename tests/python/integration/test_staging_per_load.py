"""Staging keeps the rows of loads that are as they were, and is always what its SQL selects.

What belongs here: which loads of one staging model are read again, after whatever happens to loads,
settings and builds. What does not: a whole refresh (see `test_incremental_equals_full.py`).
"""

import json
import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.landing.loading import land
from orchestration.paths import Paths
from orchestration.settings.declared import read_settings
from orchestration.settings.written import write_settings
from tests.python.integration.dbt_runs import run_models

MODEL = "stg_generic__activities"
TABLE = f"staging.{MODEL}"
HEADER = "activity_id,occurred_at,channel,direction,prospect_id"


class Company:
    """A data folder of which one staging model is built."""

    def __init__(self, folder: Path) -> None:
        self.exports, self.paths = folder / "exports", Paths(folder / "data")
        self.timezone, self.today, self.days = "Europe/Paris", date(2026, 4, 1), 0
        (self.exports / "outreach").mkdir(parents=True)

    def export(self, rows: int = 3) -> str:
        """Land one more day of activities, and return its load."""
        self.days += 1
        before = set(self.loads())
        file = self.exports / "outreach" / f"2026-03-{self.days:02d}" / "activities.csv"
        file.parent.mkdir()
        lines = [
            f"T{self.days}-{row},2026-03-{self.days:02d} 23:1{row}:00,call,outbound,P{row}"
            for row in range(rows)
        ]
        file.write_text("\n".join([HEADER, *lines, ""]), encoding="utf-8")
        self.settle()
        (load,) = set(self.loads()) - before
        return load

    def settle(self) -> None:
        """Land what is new, and write the settings as they are now."""
        text = (
            "reporting: {as_of: 2026-04-01}\n"
            f"sources: {{outreach: {{format: generic, timezone: {self.timezone}}}}}\n"
        )
        (self.exports / "sources.yml").write_text(text, encoding="utf-8")
        declared = read_settings(self.exports)
        land(self.exports, self.paths, declared)
        write_settings(declared, self.paths, self.today)

    def loads(self) -> list[str]:
        """Return the landed loads, the oldest first."""
        return sorted(path.stem for path in self.paths.landing.glob("_loads/[!_]*.parquet"))

    def rows_file(self, load: str) -> Path:
        """Return where the landed rows of a load lie."""
        return self.paths.landing / "generic" / "activities" / f"{load}.parquet"

    def forget(self, load: str) -> None:
        """Take a load away, as if it had never been landed."""
        for path in self.paths.landing.rglob(f"{load}.parquet"):
            path.unlink()
        write_settings(read_settings(self.exports), self.paths, self.today)

    def build(self, *options: str) -> str:
        """Build the model and what it reads; return what dbt said of a failure."""
        result = run_models(self.exports, self.paths, f"+{MODEL}", *options)
        if result.returncode == 0:
            return ""
        lines = [json.loads(line) for line in result.stdout.splitlines()]
        return "\n".join(line["info"]["msg"] for line in lines if line["info"]["level"] == "error")

    def mark(self) -> None:
        """Put a word into every row that is there, by which rows that are kept are known."""
        self.execute(f"update {TABLE} set outcome = 'kept'")

    def kept(self) -> set[str]:
        """Return the loads whose rows still bear the mark."""
        rows = self.execute(f"select distinct load_id from {TABLE} where outcome = 'kept'")
        return {str(load) for (load,) in rows}

    def differences(self) -> list[tuple[object, ...]]:
        """Return rows that the table has and its SQL does not select, and the other way round.

        A mark is taken for what was there before it, which is null.
        """
        manifest = json.loads((self.paths.data / "target" / "manifest.json").read_text("utf-8"))
        (sql,) = (
            node["compiled_code"] for node in manifest["nodes"].values() if node["name"] == MODEL
        )
        table = f"select * replace (nullif(outcome, 'kept') as outcome) from {TABLE}"
        return self.execute(
            f"(({table}) except all ({sql})) union all (({sql}) except all ({table}))"
        )

    def execute(self, sql: str) -> list[tuple[object, ...]]:
        """Run SQL on the warehouse."""
        with duckdb.connect(self.paths.warehouse) as connection:
            connection.execute("set timezone = 'UTC'")
            connection.execute(f"set variable prospection_data = '{self.paths.data}'")
            return connection.execute(sql).fetchall()


def test_only_what_a_load_is_made_from_has_it_read_again(tmp_path: Path) -> None:
    company = Company(tmp_path)
    first, second = company.export(), company.export(4)
    assert company.build() == ""
    assert company.differences() == []
    company.mark()

    # a new load is read alone; a day later everything else is as it was
    third = company.export()
    company.today = date(2026, 4, 2)
    company.settle()
    assert company.build() == ""
    assert company.differences() == []
    assert company.kept() == {first, second}
    company.mark()

    # a load whose file was made anew is read again, one that is gone goes
    os.utime(company.rows_file(first), (1, 1))
    company.forget(second)
    assert company.build() == ""
    assert company.differences() == []
    assert company.kept() == {third}
    company.mark()

    # how a source is read is part of all its loads
    company.timezone = "America/New_York"
    company.settle()
    assert company.build() == ""
    assert company.differences() == []
    assert company.kept() == set()


def test_a_build_that_fails_half_way_claims_nothing(tmp_path: Path) -> None:
    company = Company(tmp_path)
    first, second = company.export(), company.export()
    assert company.build() == ""
    company.mark()
    os.utime(company.rows_file(first), (1, 1))
    third = company.export()
    whole = company.rows_file(third).read_bytes()
    company.rows_file(third).write_bytes(whole[:-20])
    assert third in company.build()
    assert company.kept() == {first, second}
    company.rows_file(third).write_bytes(whole)
    assert company.build() == ""
    assert company.differences() == []
    assert company.kept() == {second}
    # the comment goes with the table: of one that another release made nothing is known
    company.mark()
    company.execute(f"create or replace table {TABLE} as from {TABLE}")
    assert company.build() == ""
    assert company.kept() == set()


@pytest.mark.faults
@settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.sampled_from(["export", "export", "forget", "anew", "zone", "year", "build"]),
        min_size=3,
        max_size=9,
    )
)
def test_any_sequence_of_loads_ends_in_what_the_sql_selects(
    tmp_path_factory: pytest.TempPathFactory, steps: Sequence[str]
) -> None:
    company = Company(tmp_path_factory.mktemp("any"))
    company.export()
    for step in [*steps, "build"]:
        loads = company.loads()
        if step == "export":
            company.export(1 + company.days % 4)
        elif step == "forget" and len(loads) > 1:
            company.forget(loads[company.days % len(loads)])
        elif step == "anew":
            os.utime(company.rows_file(loads[-1]), (company.days, company.days))
        elif step == "zone":
            company.timezone = "Asia/Tokyo" if company.timezone != "Asia/Tokyo" else "UTC"
            company.settle()
        elif step == "year":
            company.today = date(company.today.year + 1, 1, 1)
            company.settle()
        elif step == "build":
            assert company.build() == ""
            assert company.differences() == []
