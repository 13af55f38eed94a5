"""Whether two warehouses hold the same rows.

What belongs here: the comparison, row for row, of every table that can be published and of what
staging keeps from build to build. What does not: how the two were made.
"""

from pathlib import Path

import duckdb


def assert_equal(step_by_step: Path, at_once: Path) -> None:
    """Compare every table of core, kpi and meta of two warehouses, and their staged rows."""
    with duckdb.connect() as connection:
        for name, file in (("step_by_step", step_by_step), ("at_once", at_once)):
            connection.execute(f"attach '{file}' as {name} (read_only)")
        tables = connection.execute(
            """
            select schema_name, table_name from duckdb_tables()
            where
                database_name = 'at_once'
                and (schema_name in ('core', 'kpi', 'meta') or table_name like 'stg_generic_%')
            order by all
            """
        ).fetchall()
        assert {schema for schema, _ in tables} == {"core", "kpi", "meta", "staging"}
        different = {}
        for schema, table in tables:
            row = connection.execute(
                f"""
                select
                    (select count(*) from at_once.{schema}.{table}),
                    (
                        select count(*) from (
                            from step_by_step.{schema}.{table}
                            except all
                            from at_once.{schema}.{table}
                        )
                    ),
                    (
                        select count(*) from (
                            from at_once.{schema}.{table}
                            except all
                            from step_by_step.{schema}.{table}
                        )
                    )
                """
            ).fetchone()
            assert row is not None
            if row[1] or row[2]:
                different[f"{schema}.{table}"] = row
    assert not different, f"table: (rows, only step by step, only at once): {different}"
