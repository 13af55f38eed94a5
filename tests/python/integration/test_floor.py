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
        "update floor set kpi_id = 'nps' where kpi_id = 'revenue'",
    ],
)
def test_a_value_that_differs_is_found(
    floor: duckdb.DuckDBPyConnection, demo_refresh: DemoRefresh, spoil: str
) -> None:
    right = floor.table("floor").to_arrow_table()
    with duckdb.connect() as spoilt:
        spoilt.register("right_values", right)
        spoilt.execute("create table floor as from right_values")
        spoilt.execute(spoil)
        found = compare(spoilt, demo_refresh.paths.current / "prospection.duckdb")
    assert len(found.differences) > 0
