"""A version that is held back, without the build that would have made it."""

import duckdb

from orchestration.paths import Paths
from orchestration.validation.held_versions import HeldVersion, hold_version


def hold_a_version(paths: Paths, *loads: str) -> HeldVersion:
    """Hold a version back, as gate 2 does, for one changed value; `loads` are what came in."""
    with duckdb.connect() as connection:
        connection.execute(
            """
            create table restatements as
            select
                'revenue' as kpi_id, 'value' as statistic, 'month' as grain,
                date '2026-01-01' as period_start, 'all' as dimension, 'all' as dimension_value,
                2.0 as value_now, null::varchar as explained_by
            """
        )
        return hold_version(paths, connection, "run-1", "v1", ["too much"], ["a  1  2"], loads)
