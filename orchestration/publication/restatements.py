"""Values of closed periods that differ from the version published before.

What belongs here: comparing the new KPI values with the published ones (`meta.restatements`). What
does not: judging a difference; a late export or a corrected rule are good reasons for one.
"""

from pathlib import Path

import duckdb

from orchestration.errors import DamagedFileError, first_line
from orchestration.quoting import quoted_text
from orchestration.validation.restated import CLOSED, KEY

TOLERANCE = 1e-9
"""Relative difference below which two values are the same."""

_NOTHING = """
    create temp table restatements (
        kpi_id varchar, statistic varchar, grain varchar, period_start date, dimension varchar,
        dimension_value varchar, version_before varchar, value_before double, value_now double,
        explained_by varchar
    )
"""


def make_restatements(
    connection: duckdb.DuckDBPyConnection, database_before: Path | None, version_before: str | None
) -> None:
    """Make the table `restatements`: one row per KPI value of a closed period that is another now.

    A value is null in the version that has no row of that key; a KPI that is no longer defined has
    no values to restate. Values `to_date` grow by their nature and cohorts that were not mature
    were not final: neither is a restatement. `explained_by` is null until somebody looks for
    reasons (see `validation/explanations.py`).

    Args:
        connection: has the new warehouse attached as `warehouse`.
        database_before: the published file to compare with, or None before the first version.
        version_before: its version's name.

    """
    connection.execute(_NOTHING)
    if database_before is None or not database_before.exists():
        return
    connection.execute(f"attach {quoted_text(database_before)} as before (read_only)")
    try:
        if not all(_has_values(connection, database) for database in ("before", "warehouse")):
            return
        connection.execute(
            f"""
            insert into restatements
            with was as (select * from before.kpi.kpi_values where {CLOSED}),

            closed_until as (
                select kpi_id, statistic, grain, max(period_start) as last_start
                from was
                group by all
            ),

            now_closed as (
                select kpi_values.*
                from warehouse.kpi.kpi_values
                inner join closed_until using (kpi_id, statistic, grain)
                where kpi_values.period_start <= closed_until.last_start
            )

            select
                {", ".join(KEY)},
                $version,
                was.value::double,
                now_closed.value::double,
                null
            from was
            full join now_closed using ({", ".join(KEY)})
            where
                kpi_id in (select kpi_id from warehouse.kpi.kpi_catalog)
                and (
                    (was.value is null) != (now_closed.value is null)
                    or abs(was.value::double - now_closed.value::double)
                    > {TOLERANCE} * greatest(abs(was.value::double), 1)
                )
            order by all
            """,
            {"version": version_before},
        )
    finally:
        connection.execute("detach before")


def read_restatements(connection: duckdb.DuckDBPyConnection, file: Path) -> None:
    """Make the table `restatements` as it was found when the marts were validated.

    Raises: DamagedFileError when its file cannot be read.
    """
    connection.execute(_NOTHING)
    try:
        connection.execute(f"insert into restatements from read_parquet({quoted_text(file)})")
    except duckdb.Error as error:
        remedy = "run `prospection validate` again, which writes it anew"
        raise DamagedFileError(file, first_line(error), remedy) from error


def _has_values(connection: duckdb.DuckDBPyConnection, database: str) -> bool:
    columns = connection.execute(
        """
        select count(*) from duckdb_columns()
        where
            database_name = ? and schema_name = 'kpi' and table_name = 'kpi_values'
            and list_contains(?, column_name)
        """,
        [database, [*KEY, "value", "is_partial", "is_mature"]],
    ).fetchone()
    return columns is not None and columns[0] == len(KEY) + 3
