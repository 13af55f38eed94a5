"""Adding a KPI is adding rows: the recipe of CONTRIBUTING.md, followed in a copy of the project."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from orchestration.paths import Paths

KPI = "meetings_per_conversation"
PROJECT = (
    "dbt_project.yml",
    "profiles.yml",
    "pyproject.toml",
    "macros",
    "models",
    "orchestration",
    "seeds",
    "tests/dbt",
    "examples/demo",
)
EXPECTED = """
    with meetings as (
        select happened_on as day, coalesce(channel, '(unknown)') as channel
        from core.fct_meetings
        where kind = 'booked' and not is_with_customer and not is_test and not is_after_as_of
    ),

    conversations as (
        select occurred_on as day, coalesce(channel, '(unknown)') as channel
        from core.fct_conversations
        where not is_with_customer
    ),

    sides as (
        select day, channel, 1 as meetings, 0 as conversations from meetings
        union all
        select day, channel, 0 as meetings, 1 as conversations from conversations
    )

    select
        date_trunc('month', day)::date as period_start,
        case when grouping(channel) = 1 then 'all' else 'channel' end as dimension,
        coalesce(channel, 'all') as dimension_value,
        sum(meetings)::double as numerator,
        sum(conversations)::double as denominator,
        sum(meetings) / sum(conversations) as value
    from sides
    group by grouping sets ((date_trunc('month', day)), (date_trunc('month', day), channel))
    having sum(conversations) > 0
    order by all
"""
PUBLISHED = f"""
    select period_start, dimension, dimension_value, numerator, denominator, value
    from kpi.kpi_values
    where kpi_id = '{KPI}' and grain = 'month' and dimension in ('all', 'channel')
    order by all
"""


def rows_of_the_recipe(repo_root: Path) -> list[str]:
    """Return the rows of CONTRIBUTING.md that begin with the KPI's id: one, then its terms."""
    page = (repo_root / "CONTRIBUTING.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```csv\n(.*?)```", page, flags=re.S)
    return [line.strip() for block in blocks for line in block.splitlines() if line.strip()]


@pytest.fixture(scope="module")
def refreshed(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Paths:
    """Refresh the demo in a copy of the project whose seeds have the recipe's rows."""
    folder = tmp_path_factory.mktemp("add kpi")
    project, paths = folder / "project", Paths(folder / "data")
    for name in PROJECT:
        source, target = repo_root / name, project / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    catalogue, *terms = rows_of_the_recipe(repo_root)
    for seed, rows in (("kpi_catalog", [catalogue]), ("kpi_terms", terms)):
        with (project / "seeds" / f"{seed}.csv").open("a", encoding="utf-8") as file:
            file.writelines(f"{row}\n" for row in rows)
    variables = {
        name: value for name, value in os.environ.items() if not name.startswith("PROSPECTION_")
    }
    command = [sys.executable, "-m", "orchestration.cli", "run"]
    result = subprocess.run(
        [*command, "--exports", project / "examples" / "demo", "--data", paths.data],
        cwd=project,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return paths


def test_the_recipe_is_about_rows_of_this_kpi(repo_root: Path) -> None:
    rows = rows_of_the_recipe(repo_root)
    assert len(rows) == 3
    assert all(row.startswith(f"{KPI},") for row in rows)


def test_a_kpi_added_by_rows_is_what_plain_sql_says(refreshed: Paths) -> None:
    with duckdb.connect(str(refreshed.warehouse), read_only=True) as connection:
        expected = connection.execute(EXPECTED).fetchall()
        published = connection.execute(PUBLISHED).fetchall()
    assert len(expected) > 30, "the demo has meetings and conversations on several channels"
    assert [row[:5] for row in published] == [row[:5] for row in expected]
    assert [row[5] for row in published] == pytest.approx([row[5] for row in expected])


def test_its_definition_is_published_with_the_text_of_its_terms(refreshed: Paths) -> None:
    database = refreshed.current / "prospection.duckdb"
    with duckdb.connect(str(database), read_only=True) as connection:
        row = connection.execute(
            "select name_fr, numerator, denominator from kpi.kpi_catalog where kpi_id = ?", [KPI]
        ).fetchone()
    assert row == (
        "Rendez-vous par conversation",
        "+ meeting_booked (n)",
        "+ prospect_conversation (n)",
    )
