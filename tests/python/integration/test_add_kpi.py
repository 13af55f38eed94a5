"""The recipes of CONTRIBUTING.md (a KPI, an event, a column, a model), followed in a copy.

Of a company's own KPIs that of `kpis/README.md` and one that nothing supplies are in it too.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from orchestration.paths import Paths

from ..project import test_descriptions, test_layers, test_sizes

pytestmark = pytest.mark.refreshes

PROJECT = (
    "dbt_project.yml",
    "profiles.yml",
    "pyproject.toml",
    "README.md",
    "docs",
    "kpis",
    "macros",
    "models",
    "orchestration",
    "dashboard",
    "seeds",
    "tests/dbt",
    "examples/demo",
)
FAMILY = "kpis/conversion_and_cycle.yml"
MODEL = "models/marts/kpi/events/kpi_deal_events.sql"
UNIT_TESTS = "models/marts/kpi/events/_events__unit_tests.yml"
PROPERTY_FILES = (
    "models/staging/generic/_generic__models.yml",
    "models/intermediate/entities/_entities__models.yml",
    "models/marts/core/_core__models.yml",
)
CAMPAIGNS = "models/marts/kpi/subjects/campaigns"

REVIEWS = """
own_reviews_per_order:
  family: loyalty
  name: Avis par commande
  definition: Avis publics par commande passée
  numerator: review
  denominator: order
  unit: ratio
  better: up
  dimensions: prospecting
"""

SIDES = {
    **{
        kpi_id: (
            f"count(*) filter (where status = 'won' and closed_on - created_on <= {days})::double",
            "count(*)::double",
            "created_on is not null",
            "date_trunc('month', created_on)",
        )
        for kpi_id, days in (("deals_won_30d_rate", 30), ("own_won_45d_rate", 45))
    },
    "average_lost_amount": (
        "sum(converted_amount)::double",
        "count(*)::double",
        "status = 'lost' and converted_amount is not null",
        "date_trunc('month', closed_on)",
    ),
}
"""Numerator, denominator, which deals and their month, in plain SQL."""


@pytest.fixture(scope="module")
def recipes(repo_root: Path) -> dict[str, list[str]]:
    """Return what the recipes have one paste, by the file: as it stands there, 3 columns in."""
    page = (repo_root / "CONTRIBUTING.md").read_text(encoding="utf-8")

    def blocks(recipe: str, language: str) -> list[str]:
        section = page.split(f"\n### {recipe}")[1].split("\n### ")[0]
        found = re.findall(rf"^ *```{language}\n(.*?)^ *```$", section, flags=re.S | re.M)
        return [re.sub(r"^   ", "", block, flags=re.M) for block in found]

    (kpi,) = blocks("Add a KPI", "yaml")
    (sql,) = blocks("Add an event", "sql")
    event, counting, unit_test = blocks("Add an event", "yaml")
    return {
        FAMILY: [kpi, counting],
        "kpis/events.yml": [event],
        MODEL: [sql],
        UNIT_TESTS: [unit_test],
    }


@pytest.fixture(scope="module")
def section(repo_root: Path) -> Callable[[str], str]:
    """Return the text of a recipe by its title."""
    page = (repo_root / "CONTRIBUTING.md").read_text(encoding="utf-8")
    return lambda recipe: page.split(f"\n### {recipe}")[1].split("\n### ")[0]


def told(section: str, language: str) -> list[tuple[str, str]]:
    """Return each block of a recipe, as it stands in a file, with the last file named before it."""
    return [
        (re.findall(r"`([\w/.]+/\w+\.\w+)`", before)[-1], re.sub(r"^   ", "", block, flags=re.M))
        for before, block in re.findall(
            rf"(.*?)^ *```{language}\n(.*?)^ *```$", section, flags=re.S | re.M
        )
    ]


def add_lines(project: Path, file: str, diff: str) -> None:
    """Add each line that begins with `+` below the one before it, which the file has once."""
    text = (project / file).read_text(encoding="utf-8")
    for above, new in re.findall(r"^ (.*\n)\+(.*\n)", diff, flags=re.M):
        assert text.count(f"\n{above}") == 1, (file, above)
        text = text.replace(f"\n{above}", f"\n{above}{new}")
    (project / file).write_text(text, encoding="utf-8")


def add_column(project: Path, recipe: str) -> None:
    """Follow the recipe for a column, and let the demo's campaigns have it."""
    diffs = told(recipe, "diff")
    assert len(diffs) == 4
    for file, diff in diffs:
        add_lines(project, file, diff)
    ((_, described),) = told(recipe, "yaml")
    for file in PROPERTY_FILES:
        assert f"`{file}`" in recipe
        path = project / file
        before, model, after = re.split(
            r"(  - name: \w+_campaigns\n.*?      - name: budget_amount\n)",
            path.read_text(encoding="utf-8"),
            maxsplit=1,
            flags=re.S,
        )
        model = model.replace(
            "      - name: budget_amount\n", f"{described}      - name: budget_amount\n"
        )
        path.write_text(before + model + after, encoding="utf-8")
    (export,) = (project / "examples" / "demo").rglob("campaigns*.csv")
    header, *rows = export.read_bytes().splitlines()
    audience = [header + b";audience_size", *(row + b";%d" % (100 * len(row)) for row in rows)]
    export.write_bytes(b"\r\n".join(audience) + b"\r\n")


def add_model(project: Path, recipe: str) -> None:
    """Follow the recipe for a model."""
    ((model, sql),) = told(recipe, "sql")
    (project / model).write_text(sql, encoding="utf-8")
    for file, block in told(recipe, "yaml"):
        path = project / file
        path.write_text(path.read_text(encoding="utf-8") + "\n" + block, encoding="utf-8")


@pytest.fixture(scope="module")
def project(
    repo_root: Path,
    tmp_path_factory: pytest.TempPathFactory,
    recipes: dict[str, list[str]],
    section: Callable[[str], str],
) -> Path:
    """Copy the project and follow the recipes in the copy."""
    project = tmp_path_factory.mktemp("add kpi") / "project"
    for name in PROJECT:
        source, target = repo_root / name, project / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    for file, blocks in recipes.items():
        path = project / file
        text = path.read_text(encoding="utf-8")
        if file == MODEL:  # the end of its CTE `events`
            before, after = text.split("\n),\n\nkpi_deal_events as (")
            text = f"{before}\n{blocks[0].rstrip()}\n),\n\nkpi_deal_events as ({after}"
        else:
            text = "\n".join([text, *blocks])
        path.write_text(text, encoding="utf-8")
    add_column(project, section("Add a column"))
    add_model(project, section("Add a model"))
    run(project, "-m", "orchestration.documentation")
    return project


@pytest.fixture(scope="module")
def refresh(project: Path, repo_root: Path) -> tuple[Paths, str]:
    """Refresh the demo, less its reviews, with the copy; return its data and what was printed."""
    exports, paths = project / "examples" / "demo", Paths(project.parent / "data")
    (exports / "support" / "reviews.csv").unlink()
    page = (repo_root / "kpis" / "README.md").read_text(encoding="utf-8")
    (own,) = re.findall(r"```yaml\n(own_.*?)```", page, flags=re.S)
    (exports / "kpis.yml").write_text(own + REVIEWS, encoding="utf-8")
    command = ["-m", "orchestration.cli", "run", "--exports", str(exports)]
    return paths, run(project, *command, "--data", str(paths.data))


@pytest.fixture(scope="module")
def refreshed(refresh: tuple[Paths, str]) -> Paths:
    """Return the data of the refresh."""
    return refresh[0]


def run(project: Path, *arguments: str, **variables: str) -> str:
    """Run Python in the copy, which must end with 0."""
    clean = {name: text for name, text in os.environ.items() if not name.startswith("PROSPECTION_")}
    result = subprocess.run(
        [sys.executable, *arguments],
        cwd=project,
        env={**clean, **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


@pytest.mark.parametrize("kpi_id", SIDES)
def test_a_kpi_added_by_a_block_is_what_plain_sql_says(refreshed: Paths, kpi_id: str) -> None:
    numerator, denominator, condition, month = SIDES[kpi_id]
    expected = f"""
        select
            {month}::date as period_start,
            case when grouping(sector) = 1 then 'all' else 'sector' end as dimension,
            coalesce(sector, 'all') as dimension_value,
            {numerator} as numerator,
            {denominator} as denominator,
            numerator / denominator as value
        from core.fct_deals
        inner join (
            select
                kpi_sale_dimensions.sale_key as deal_key,
                kpi_dimension_values.dimension_value as sector
            from kpi.kpi_sale_dimensions
            inner join kpi.kpi_dimension_values
                on kpi_sale_dimensions.sector = kpi_dimension_values.value_code
            where kpi_sale_dimensions.kind = 'deal'
        ) using (deal_key)
        where not is_test and not is_after_as_of and {condition}
        group by grouping sets (({month}), ({month}, sector))
        order by all
    """
    published = f"""
        select period_start, dimension, dimension_value, numerator, denominator, value
        from kpi.kpi_values
        where
            kpi_id = '{kpi_id}' and statistic in ('in_window', 'value') and grain = 'month'
            and dimension in ('all', 'sector')
        order by all
    """
    with duckdb.connect(str(refreshed.warehouse), read_only=True) as connection:
        wanted = connection.execute(expected).fetchall()
        found = connection.execute(published).fetchall()
    assert len(wanted) > 30, "the demo has deals of several sectors in every month"
    assert len({row[3] for row in wanted if row[1] == "all"}) > 5
    assert [row[:3] for row in found] == [row[:3] for row in wanted]
    for column in (3, 4, 5):
        assert [row[column] for row in found] == pytest.approx([row[column] for row in wanted])


def test_its_definition_is_published_with_the_text_of_its_terms(refreshed: Paths) -> None:
    database = refreshed.current / "prospection.duckdb"
    with duckdb.connect(str(database), read_only=True) as connection:
        row = connection.execute(
            """
            select name_fr, anchor, window_days, numerator, denominator
            from kpi.kpi_catalog where kpi_id = 'deals_won_30d_rate'
            """
        ).fetchone()
        words = connection.execute(
            "select name_fr, is_seen from kpi.kpi_event_types where event = 'deal_lost_amount'"
        ).fetchone()
    assert row == (
        "Affaires gagnées sous 30 jours",
        "deal created",
        30,
        "+ deal_created>won (w30)",
        "+ deal_created (n)",
    )
    assert words == ("montants des affaires perdues", True)
    texts = refreshed.current / "dashboard" / "data" / "texts" / "fr.js"
    assert "montants des affaires perdues" in texts.read_text(encoding="utf-8")


def test_own_kpis_are_marked_and_one_that_nothing_supplies_is_told(
    refresh: tuple[Paths, str],
) -> None:
    paths, printed = refresh
    with duckdb.connect(str(paths.current / "prospection.duckdb"), read_only=True) as connection:
        own = connection.execute(
            """
            select kpi_id, kpi_id in (select kpi_id from kpi.kpi_values)
            from kpi.kpi_catalog where is_own order by kpi_id
            """
        ).fetchall()
    assert own == [("own_reviews_per_order", False), ("own_won_45d_rate", True)]
    assert "own_reviews_per_order (Avis par commande)\u00a0: il manque reviews.csv" in printed
    start = (paths.current / "dashboard" / "data" / "start.js").read_text(encoding="utf-8")
    assert '"own_won_45d_rate"' in start
    assert "Avis par commande" in start


def test_an_own_kpi_is_explained_down_to_its_records(project: Path, refreshed: Paths) -> None:
    asked = ["own_won_45d_rate", "--period", "2026-03", "--language", "en"]
    told = run(project, "-m", "orchestration.cli", "explain", *asked, "--data", str(refreshed.data))
    with duckdb.connect(
        str(refreshed.current / "prospection.duckdb"), read_only=True
    ) as connection:
        sides = connection.execute(
            """
            select numerator::integer, denominator::integer from kpi.kpi_values
            where
                kpi_id = 'own_won_45d_rate' and statistic = 'in_window'
                and grain = 'month' and period_start = '2026-03-01' and dimension = 'all'
            """
        ).fetchall()
    terms = re.findall(r"\((?:w45|n)\)\] = (\d+), (\d+) records", told)
    assert [(int(value), int(count)) for value, count in terms] == [
        (side, side) for side in sides[0]
    ]
    assert "crm/deals.csv" in told


def test_an_own_kpi_has_a_column_of_its_own_for_pivots(refreshed: Paths) -> None:
    """With its values, and its names as comment; one that nothing supplies is an empty one."""
    with duckdb.connect(
        str(refreshed.current / "prospection.duckdb"), read_only=True
    ) as connection:
        comments = dict(
            connection.execute(
                """
                select column_name, comment from duckdb_columns()
                where table_name = 'kpis_wide' and starts_with(column_name, 'own_')
                """
            ).fetchall()
        )
        counts = connection.execute(
            "select count(own_won_45d_rate), count(own_reviews_per_order) from bi.kpis_wide"
        ).fetchall()
        long = "kpi_id = 'own_won_45d_rate' and statistic = 'in_window' and value is not null"
        (expected,) = connection.execute(
            f"select count(*) from kpi.kpi_values where {long}"
        ).fetchall()[0]
    assert comments.keys() == {"own_won_45d_rate", "own_reviews_per_order"}
    assert "Avis par commande" in comments["own_reviews_per_order"]
    assert counts == [(expected, 0)]
    assert expected > 0


def test_a_column_is_carried_from_the_export_to_core_and_read_by_a_model(
    project: Path, refreshed: Paths
) -> None:
    (export,) = (project / "examples" / "demo").rglob("campaigns*.csv")
    rows = [row.split(b";") for row in export.read_bytes().splitlines()[1:]]
    expected = {row[0].decode("cp1252"): int(row[-1]) for row in rows}
    with duckdb.connect(str(refreshed.warehouse), read_only=True) as connection:
        found = connection.execute("select campaign_id, audience_size from core.dim_campaigns")
        assert dict(found.fetchall()) == expected
        reached = connection.execute(
            """
            select campaign_key, count(distinct prospect_key) / any_value(audience_size)
            from core.dim_campaigns
            inner join core.fct_activities using (campaign_key)
            where is_prospecting_touch and not is_test and not is_after_as_of
            group by all
            order by all
            """
        ).fetchall()
        published = connection.execute(
            """
            select campaign_key, reached_share from kpi.kpi_campaign_reach
            where reached_share > 0 order by all
            """
        ).fetchall()
    assert len(reached) > 10
    assert published == reached


def test_what_was_added_is_as_the_project_wants_it(project: Path, refreshed: Paths) -> None:
    manifest = json.loads(
        (refreshed.state / "dbt" / "target" / "manifest.json").read_text(encoding="utf-8")
    )
    test_descriptions.test_every_model_seed_and_source_is_described(manifest)
    test_descriptions.test_every_model_begins_with_its_grain(manifest)
    test_descriptions.test_the_marts_have_enforced_contracts(manifest)
    test_descriptions.test_no_key_is_described_as_nullable(manifest)
    test_layers.test_layers_only_look_down(manifest)
    test_sizes.test_a_model_is_no_longer_than_one_can_read(project)
    described = manifest["nodes"]["model.prospection.kpi_campaign_reach"]["description"]
    assert described.startswith("How much of its audience has a campaign reached? One row per ")


def test_the_unit_tests_of_the_recipes_pass(
    project: Path,
    refreshed: Paths,
    recipes: dict[str, list[str]],
    section: Callable[[str], str],
) -> None:
    (_, model_test) = told(section("Add a model"), "yaml")
    tests = yaml.safe_load(recipes[UNIT_TESTS][0]) + yaml.safe_load(model_test[1])
    assert len(tests) == 2
    run(
        project,
        *("-m", "orchestration.warehouse.dbt_process", "--quiet", "test"),
        *("--select", *(test["name"] for test in tests)),
        *("--target-path", str(project.parent / "target")),
        PROSPECTION_DATA=str(refreshed.data),
        DBT_LOG_PATH=str(project.parent / "logs"),
    )
    results: dict[str, Any] = yaml.safe_load(
        (project.parent / "target" / "run_results.json").read_text(encoding="utf-8")
    )
    assert [result["status"] for result in results["results"]] == ["pass", "pass"]
