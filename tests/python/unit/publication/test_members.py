"""The records of a value: what of its members is listed, and what is one."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from orchestration.publication.records.members import read_table, record_query


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """Return a connection with an empty relation of members."""
    with duckdb.connect() as connection:
        connection.execute(
            """
            create table members (
                side varchar, weight double, event varchar, measure varchar, day date,
                subject_source varchar, subject_entity varchar, subject_id varchar,
                record_source varchar, record_entity varchar, record_id varchar,
                anchor_source varchar, anchor_entity varchar, anchor_id varchar,
                value double, amount double, lag_days bigint
            )
            """
        )
        yield connection


def add(connection: duckdb.DuckDBPyConnection, rows: str) -> None:
    connection.execute(
        f"""
        insert into members by name
        select 'numerator' as side, 1 as weight, 'crm' as record_source, *
        from (values {rows}) as given (event, measure, day, record_id, subject_id, value, amount)
        """
    )


def records(connection: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    return connection.execute(
        f"select record_id, value, amount from ({record_query('members')}) order by all"
    ).fetchall()


def test_what_adds_nothing_is_left_out_but_a_duration_of_nothing_is_one(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    """A reply after 100 days is none of 90; a quantile counts a duration of 0 days."""
    add(
        connection,
        """
        ('contacted>won', 'w90', date '2026-03-01', 'late', null, 0, null),
        ('contacted>won', 'w90', date '2026-03-01', 'soon', null, 1, null),
        ('sales_cycle_days', 'median', date '2026-03-01', 'at once', null, 0, 0)
        """,
    )
    assert records(connection) == [("at once", 0, 0), ("soon", 1, None)]


def test_what_stands_is_one_row_with_the_last_record_that_made_it_so(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    """Customer A was lost and came back by order 3; B came by order 4 and is lost again."""
    add(
        connection,
        """
        ('active_customer', 'level', date '2026-01-01', '1', 'A', 1, 1),
        ('active_customer', 'level', date '2026-02-01', '2', 'A', -1, -1),
        ('active_customer', 'level', date '2026-03-01', '3', 'A', 1, 1),
        ('active_customer', 'level', date '2026-01-01', '4', 'B', 1, 1),
        ('active_customer', 'level', date '2026-02-01', '4', 'B', -1, -1)
        """,
    )
    assert records(connection) == [("3", 1, 1)]


@pytest.mark.parametrize("folder", ["month=2026-01", "."])
def test_a_table_by_month_is_read_also_when_it_is_empty(tmp_path: Path, folder: str) -> None:
    """What has no row has no month, and its file lies in the folder of the table."""
    place = tmp_path / "core" / "fct_activities" / folder
    place.mkdir(parents=True)
    rows = 0 if folder == "." else 3
    with duckdb.connect() as connection:
        connection.execute(
            f"copy (select 1 as id from range({rows})) to '{place / 'data.parquet'}'"
        )
        found = read_table(tmp_path, "core.fct_activities", by_month=True)
        assert connection.execute(f"select count(*) from {found}").fetchall() == [(rows,)]
