"""A data folder of a release before the stamp goes on: what it landed stays, and is read."""

import os
import subprocess
from pathlib import Path

import duckdb
import pytest

from orchestration.environment import Environment
from orchestration.forms.stamp import own_stamp, read_stamp
from orchestration.paths import Paths
from orchestration.warehouse.dbt_project import dbt_command, prepare_project

from ..cases import write_form_1
from ..conftest import refresh
from .test_pages_examples import write_exports

BUILT = ("+stg_generic__prospects", "+stg_generic__activities", "stg_landing__loads")


@pytest.fixture(scope="module")
def continued(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Paths:
    """Land one more export into a folder of form 1, and read what both releases landed."""
    folder = tmp_path_factory.mktemp("older")
    paths = Paths(folder / "data")
    write_form_1(paths.data)
    write_exports(repo_root, folder)
    later = folder / "exports" / "crm" / "2026-11-02" / "prospects.csv"
    later.parent.mkdir()
    later.write_text("prospect_id,detected_at\nP4,2026-11-01\n", encoding="utf-8")
    loaded = refresh(folder / "exports", paths.data, "load")
    assert loaded.returncode == 0, loaded.stdout
    assert "was brought to form" in loaded.stdout
    project = prepare_project(Environment(folder / "exports", paths))
    selection = ("build", "--indirect-selection", "cautious", "--select", *BUILT)
    built = subprocess.run(
        [*dbt_command(project.file), *selection, "--target-path", str(paths.data / "target")],
        cwd=repo_root,
        env={
            **os.environ,
            "PROSPECTION_DATA": str(paths.data),
            "DBT_PROFILES_DIR": str(repo_root),
            "DBT_LOG_PATH": str(paths.data),
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert built.returncode == 0, built.stdout + built.stderr
    return paths


def test_the_folder_is_stamped(continued: Paths) -> None:
    assert read_stamp(continued) == own_stamp()


def test_what_was_landed_before_is_not_landed_again(continued: Paths) -> None:
    loads = sorted(path.stem for path in continued.landing.glob("_loads/[!_]*.parquet"))
    days = [load.rpartition("T")[0] for load in loads]
    assert days == ["crm@20261101", "crm@20261102", "outreach@20261101"]


def test_rows_of_both_releases_are_read(continued: Paths) -> None:
    with duckdb.connect(str(continued.warehouse), read_only=True) as connection:
        prospects = connection.execute(
            """
            select prospect_id, cast(detected_on as varchar)
            from staging.stg_generic__prospects where reject_rule is null order by prospect_id
            """
        ).fetchall()
        activities = connection.execute(
            """
            select activity_id, cast(occurred_at as varchar)
            from staging.stg_generic__activities where reject_rule is null order by activity_id
            """
        ).fetchall()
        files = connection.execute(
            "select file, records, landed from staging.stg_landing__loads order by file"
        ).fetchall()
    assert prospects == [
        ("P1", "2026-10-26"),
        ("P2", "2026-10-26"),
        ("P3", "2026-10-27"),
        ("P4", "2026-11-01"),
    ]
    assert activities[0] == ("A1", "2026-10-26 09:00:00")
    assert [activity for activity, _ in activities] == ["A1", "A2", "A3", "A4"]
    assert files == [
        ("crm/2026-11-02/prospects.csv", 1, 1),
        ("crm/prospects.csv", 3, 3),
        ("outreach/activities.csv", 4, 4),
    ]
