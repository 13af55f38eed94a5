"""Restatements: what was final and is another value now, and nothing else."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.publication.restatements import make_restatements

COLUMNS = """
    create schema kpi;
    create table kpi.kpi_values (
        kpi_id text, statistic text, grain text, period_start date, dimension text,
        dimension_value text, value double, is_partial boolean, is_mature boolean
    );
    create table kpi.kpi_catalog as select unnest(['calls', 'won']) as kpi_id;
"""
BEFORE = [
    ("calls", "value", "month", "2026-08-01", "all", "all", 100.0, False, None),
    ("calls", "value", "month", "2026-09-01", "all", "all", 0.3, False, None),
    ("calls", "value", "month", "2026-09-01", "rep", "R1", 7.0, False, None),
    ("calls", "value", "month", "2026-10-01", "all", "all", 5.0, True, None),
    ("won", "in_window", "month", "2026-03-01", "all", "all", 0.2, False, True),
    ("won", "in_window", "month", "2026-09-01", "all", "all", 0.1, False, False),
    ("won", "to_date", "month", "2026-03-01", "all", "all", 0.2, False, True),
]


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(tmp_path / "before.duckdb")) as before:
        before.execute(COLUMNS)
        insert(before, "kpi.kpi_values", BEFORE)
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as warehouse:
        warehouse.execute(COLUMNS)
    with duckdb.connect() as connection:
        connection.execute(f"attach '{tmp_path}/warehouse.duckdb' as warehouse")
        yield connection


def insert(connection: duckdb.DuckDBPyConnection, table: str, rows: list[Any]) -> None:
    connection.executemany(f"insert into {table} values (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)


def restated(connection: duckdb.DuckDBPyConnection, now: list[Any], before: Path) -> list[Any]:
    insert(connection, "warehouse.kpi.kpi_values", now)
    make_restatements(connection, before, "v1")
    return connection.execute(
        """
        select kpi_id, strftime(period_start, '%Y-%m'), dimension_value, value_before, value_now,
            version_before
        from restatements order by all
        """
    ).fetchall()


def test_the_same_values_are_no_restatement(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    now = [(*row[:6], row[6] + 1e-15, *row[7:]) for row in BEFORE]
    assert restated(connection, now, tmp_path / "before.duckdb") == []


def test_a_kpi_that_is_no_longer_defined_has_no_values_to_restate(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    connection.execute("delete from warehouse.kpi.kpi_catalog where kpi_id = 'won'")
    now = [row for row in BEFORE if row[0] == "calls"]
    assert restated(connection, now, tmp_path / "before.duckdb") == []


def test_another_a_lost_and_a_new_value_of_a_closed_period_are(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    now = [
        ("calls", "value", "month", "2026-08-01", "all", "all", 101.0, False, None),
        ("calls", "value", "month", "2026-09-01", "all", "all", 0.1 + 0.2, False, None),
        ("calls", "value", "month", "2026-09-01", "rep", "R2", 7.0, False, None),
        ("won", "in_window", "month", "2026-03-01", "all", "all", 0.25, False, True),
    ]
    assert restated(connection, now, tmp_path / "before.duckdb") == [
        ("calls", "2026-08", "all", 100.0, 101.0, "v1"),
        ("calls", "2026-09", "R1", 7.0, None, "v1"),
        ("calls", "2026-09", "R2", None, 7.0, "v1"),
        ("won", "2026-03", "all", 0.2, 0.25, "v1"),
    ]


def test_what_was_not_final_and_what_is_new_are_not(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    now = [
        *BEFORE[:3],
        ("calls", "value", "month", "2026-10-01", "all", "all", 50.0, False, None),
        ("calls", "value", "month", "2026-11-01", "all", "all", 2.0, True, None),
        BEFORE[4],
        ("won", "in_window", "month", "2026-09-01", "all", "all", 0.4, False, True),
        ("won", "to_date", "month", "2026-03-01", "all", "all", 0.9, False, True),
        ("emails", "value", "month", "2026-08-01", "all", "all", 9.0, False, None),
    ]
    assert restated(connection, now, tmp_path / "before.duckdb") == []


def test_the_first_version_restates_nothing(connection: duckdb.DuckDBPyConnection) -> None:
    make_restatements(connection, None, None)
    assert connection.execute("select count(*) from restatements").fetchall() == [(0,)]
