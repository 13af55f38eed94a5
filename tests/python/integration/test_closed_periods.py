"""Closed periods do not change in silence: the version is held, and people decide.

What belongs here: the commands, on marts of which the past was changed. What does not: the limits
and what explains a change (see `tests/python/unit/validation/test_restated.py`).
"""

from pathlib import Path

import duckdb

from orchestration.paths import Paths
from orchestration.publication.versions import current_name
from orchestration.validation.held_versions import read_held_versions
from orchestration.warehouse.database import complete_build, finished_build_id

from ..conftest import DemoRefresh, run_here


def test_a_past_that_changed_is_held_until_it_is_released(
    demo_refresh: DemoRefresh, tmp_path: Path
) -> None:
    paths = demo_refresh.copy(tmp_path / "data")
    version = current_name(paths)
    _change(paths, "value = 100 * value where kpi_id = 'revenue'")

    def run(*stages: str, code: int) -> str:
        said = ""
        for stage in stages:
            result = run_here(stage, "--exports", demo_refresh.exports, "--data", paths.data)
            said = result.stdout + result.stderr
            assert result.returncode == code, said
        return said

    said = run("validate", code=3)
    (held,) = read_held_versions(paths)
    assert f"prospection held release {held.version_id}" in said
    assert "KPI      closed period" in said
    assert any(line.split()[0] == "revenue" for line in held.table)
    assert (held.version_before, list(held.loads)) == (version, [])
    run("publish", code=3)
    assert current_name(paths) == version

    listed = run_here("held", "list", "--data", paths.data).stdout
    assert held.version_id in listed
    released = run_here("held", "release", held.version_id, "--data", paths.data)
    assert released.returncode == 0, released.stderr
    told = run("validate", "publish", code=0)
    assert "des valeurs retenues puis acceptées" in told
    assert current_name(paths) != version
    with duckdb.connect(str(paths.current / "prospection.duckdb"), read_only=True) as connection:
        rows = connection.execute(
            "select distinct kpi_id, explained_by from meta.restatements"
        ).fetchall()
    assert rows == [("revenue", "values that were held back and then released")]
    assert read_held_versions(paths)[0].decision == "released"


def _change(paths: Paths, change: str) -> None:
    """Change the KPI values of the warehouse as if it had been built so."""
    build_id = finished_build_id(paths)
    assert build_id is not None
    with duckdb.connect(str(paths.warehouse)) as connection:
        connection.execute(f"update kpi.kpi_values set {change}")
    complete_build(paths, build_id)
