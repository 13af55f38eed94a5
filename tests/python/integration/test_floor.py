"""The floor of the benchmark finds the same values as the warehouse on the demo.

What belongs here: that `make bench` compares like with like, and that its comparison can fail.
"""

from collections.abc import Iterator

import duckdb
import pytest

from tests.benchmarks.floor import as_of_published, build, compare, require_same

from ..conftest import DemoRefresh


@pytest.fixture(scope="module")
def floor(demo_refresh: DemoRefresh) -> Iterator[duckdb.DuckDBPyConnection]:
    """Compute the floor from what the demo's refresh landed."""
    published = demo_refresh.paths.current / "prospection.duckdb"
    with duckdb.connect() as connection:
        build(connection, demo_refresh.paths.landing, as_of_published(published))
        yield connection


def test_twenty_kpis_are_the_same(
    floor: duckdb.DuckDBPyConnection, demo_refresh: DemoRefresh
) -> None:
    found = compare(floor, demo_refresh.paths.current / "prospection.duckdb")
    require_same(found)
    assert found.kpis == 20
    assert found.values > 5_000


@pytest.mark.parametrize(
    "spoil",
    [
        "update floor set value = value + 1 where kpi_id = 'touches' and dimension = 'all'",
        "delete from floor where kpi_id = 'revenue' and dimension = 'rep'",
        "insert into floor select 'nps', * exclude (kpi_id) from floor where kpi_id = 'revenue'",
    ],
)
def test_a_value_that_differs_is_found(
    floor: duckdb.DuckDBPyConnection, demo_refresh: DemoRefresh, spoil: str
) -> None:
    floor.execute("begin")
    try:
        changed = floor.execute(spoil).fetchone()
        assert changed
        assert changed[0] > 0
        floor.execute("set threads = 1")
        found = compare(floor, demo_refresh.paths.current / "prospection.duckdb")
        assert len(found.differences) > 0
    finally:
        floor.execute("rollback")
