"""An inspection of the demo says what the refresh of the demo then did.

What belongs here: comparing it with the warehouse, which reads the same cells and counts the same
events by models. What does not: landing and translation (see `tests/python/unit/inspection`).
"""

import duckdb
import pytest

from orchestration.inspection.findings import Inspection
from orchestration.inspection.looking import inspect

from ..conftest import DemoRefresh


@pytest.fixture(scope="module")
def found(demo_refresh: DemoRefresh) -> Inspection:
    return inspect(demo_refresh.exports)


def test_the_cells_that_cannot_be_read_are_those_that_staging_rejects(
    found: Inspection, demo_refresh: DemoRefresh
) -> None:
    """But for rows whose cells are empty, and scores whose range another cell says."""
    with duckdb.connect(str(demo_refresh.paths.warehouse), read_only=True) as warehouse:
        rejected = warehouse.execute(
            """
            select source, entity, column_name, rule, count(*)
            from meta.rejects
            where
                column_name is not null
                and rule != 'missing'
                and column_name != 'score'
            group by all
            order by all
            """
        ).fetchall()
    assert rejected
    assert rejected == sorted(
        (each.source, each.entity, each.column, each.rule, each.rows)
        for each in found.unread
        if each.is_required and each.rule != "other_word"
    )


def test_the_kpis_supplied_are_those_that_are_published(
    found: Inspection, demo_refresh: DemoRefresh
) -> None:
    database = demo_refresh.paths.current / "prospection.duckdb"
    with duckdb.connect(str(database), read_only=True) as published:
        kpis = {
            kpi_id
            for (kpi_id,) in published.execute(
                "select distinct kpi_id from kpi.kpi_values"
            ).fetchall()
        }
    assert kpis == set(found.supply.kpis)
    assert not found.supply.lacking
