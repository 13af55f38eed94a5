"""What is said of a data test that failed."""

import json
from pathlib import Path

import duckdb
import pytest

from orchestration.errors import BlockedByGateError
from orchestration.refresh.stages import check_build


def test_a_failed_data_test_shows_the_first_rows_that_it_found(tmp_path: Path) -> None:
    warehouse = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(
            """
            create table costs as
            select 'finance' as source, range as cost_id, null as rep, date '9999-12-31' + 1 as day
            from range(5)
            """
        )
    failed = {
        "unique_id": "test.prospection.assert_costs",
        "status": "fail",
        "message": "Got 5 results",
        "compiled_code": "-- why\nselect * from costs order by cost_id",
    }
    passed = {**failed, "unique_id": "test.prospection.assert_more", "status": "pass"}
    broken = {**failed, "compiled_code": "select * from nowhere"}
    (tmp_path / "run_results.json").write_text(json.dumps({"results": [failed, passed, broken]}))
    with pytest.raises(BlockedByGateError) as error:
        check_build(tmp_path, warehouse)
    assert str(error.value).splitlines() == [
        "data tests failed:",
        "  test assert_costs: Got 5 results",
        "    source finance, cost_id 0, day 10000-01-01",
        "    source finance, cost_id 1, day 10000-01-01",
        "    source finance, cost_id 2, day 10000-01-01",
        "  test assert_costs: Got 5 results",
    ]
