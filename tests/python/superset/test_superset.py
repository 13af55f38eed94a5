"""Superset as `make superset` starts it: dashboards, descriptions, hostile SQL, publications.

What belongs here: what only a Superset that runs can show (`make test-superset`). What does not:
the template (`tests/python/integration/test_superset_template.py`), and DuckDB's settings
(`tests/python/unit/publication/test_read_only.py`).
"""

import shutil
import stat
import threading
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from playwright.sync_api import Page, sync_playwright

from dashboard.report import BROWSERS
from orchestration.environment import Environment
from orchestration.publication.writing import DATABASE_NAME, RefreshFacts, publish
from orchestration.warehouse.dbt_project import prepare_project
from tests.python.conftest import REPO_ROOT
from tests.python.hostile_sql import ESCAPES, UNLOCKING
from tests.python.superset.conftest import Superset

pytestmark = pytest.mark.superset

CHARTS = 12
PUBLICATIONS = 20
QUERIES = 500
READERS = 4

SHOWN = """
    select kpi_id, value from kpi.kpi_values
    where grain = 'month' and dimension = 'all' and statistic = 'value' and not is_partial
        and kpi_id in ('revenue', 'new_customers', 'response_rate')
    qualify row_number() over (partition by kpi_id order by period_start desc) = 1
"""


def published(superset: Superset, statement: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(superset.paths.current / DATABASE_NAME, read_only=True) as connection:
        return connection.execute(statement).fetchall()


def log_in(page: Page, superset: Superset) -> None:
    page.goto(f"{superset.address}/login/")
    page.locator("input[type=password]").wait_for(timeout=60_000)
    page.locator("input:not([type=password]):not([type=hidden])").first.fill("admin")
    page.locator("input[type=password]").fill(superset.password)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "login" not in address, timeout=60_000)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_dashboard_shows_what_is_published(superset: Superset, language: str) -> None:
    values = dict(published(superset, SHOWN))
    numbers = {
        f"{values['revenue']:,.0f}",
        f"{values['new_customers']:,.0f}",
        f"{values['response_rate']:.1%}",
    }
    if superset_language(superset) == "fr":
        numbers = {number.replace(",", "\u202f").replace(".", ",") for number in numbers}
    folder = REPO_ROOT / "build" / "superset"
    folder.mkdir(parents=True, exist_ok=True)
    outside: list[str] = []
    with sync_playwright() as playwright:
        own = next(filter(None, map(shutil.which, BROWSERS)), None)
        browser = playwright.chromium.launch(executable_path=own, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1500, "height": 2600}, locale=language)
        page.on(
            "requestfinished",
            lambda request: (
                None
                if request.url.startswith((superset.address, "data:", "blob:"))
                else outside.append(request.url)
            ),
        )
        failed: list[str] = []
        page.on(
            "response",
            lambda answer: failed.append(answer.url) if answer.status >= 400 else None,
        )
        log_in(page, superset)
        page.goto(f"{superset.address}/superset/dashboard/prospection-{language}/")
        page.locator(".dashboard-component-chart-holder").nth(CHARTS - 1).wait_for(timeout=120_000)
        page.wait_for_load_state("networkidle", timeout=120_000)
        page.screenshot(path=folder / f"dashboard_{language}.png")
        assert page.locator(".dashboard-component-chart-holder").count() == CHARTS
        assert page.locator("[role=alert], .ant-alert-error").all_inner_texts() == []
        shown = page.locator(".header-line").all_inner_texts()
        browser.close()
    assert set(shown) == numbers
    assert not failed
    assert not outside


def superset_language(superset: Superset) -> str:
    manifest = (superset.paths.current / "manifest.json").read_text(encoding="utf-8")
    return "fr" if '"language": "fr"' in manifest else "en"


def test_datasets_say_what_tables_and_columns_mean(superset: Superset) -> None:
    session = superset.session()
    datasets = superset.datasets(session)
    tables = published(
        superset,
        "select schema_name || '.' || table_name, comment from duckdb_tables()",
    )
    assert {name for name, _ in tables} <= datasets.keys()
    values = superset.dataset(session, datasets["kpi.kpi_values"])
    assert values["description"] == dict(tables)["kpi.kpi_values"]
    described = {column["column_name"]: column["description"] for column in values["columns"]}
    assert described == dict(
        published(
            superset,
            "select column_name, comment from duckdb_columns() where table_name = 'kpi_values'",
        )
    )
    assert all(described.values())


def test_nobody_gets_out_of_the_published_file_through_sql_lab(
    superset: Superset, tmp_path: Path
) -> None:
    (tmp_path / "secret.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    session = superset.session()
    database = superset.database(session)
    version = superset.paths.current.resolve()
    before = sorted(version.iterdir())
    answered = {}
    for name, statement in (ESCAPES | UNLOCKING).items():
        asked = statement.format(folder=tmp_path, file=version / DATABASE_NAME)
        answer = superset.sql(session, database, asked)
        if answer.status_code < 400:
            answered[name] = answer.json()
    assert answered == {}
    assert sorted(version.iterdir()) == before
    assert [path.name for path in tmp_path.iterdir()] == ["secret.csv"]
    answer = superset.sql(session, database, "select count(*) as n from kpi.kpi_values")
    assert answer.status_code == 200, answer.text


def test_the_administrator_cannot_add_another_duckdb_database(superset: Superset) -> None:
    session = superset.session()
    for address in ("duckdb:///:memory:", f"duckdb:///{superset.paths.warehouse}"):
        added = session.post(
            f"{superset.address}/api/v1/database/",
            json={"database_name": address, "sqlalchemy_uri": address},
            timeout=120,
        )
        assert added.status_code >= 400, added.text


def test_what_superset_keeps_is_its_users_alone(superset: Superset) -> None:
    home = superset.paths.data.parent / "home"
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in home.rglob("*") if path.is_file()}
    assert {"secret_key", "superset.db"} <= {path.name for path in modes}
    assert not {path: oct(mode) for path, mode in modes.items() if mode & 0o077}


def mark(superset: Superset, number: int) -> None:
    """Write a number into two tables of the private warehouse."""
    with duckdb.connect(superset.paths.warehouse) as connection:
        connection.execute(
            f"""
            update kpi.kpi_catalog set name_en = '{number}' where kpi_id = 'revenue';
            update kpi.kpi_values set value = {number}
            where kpi_id = 'revenue' and grain = 'month' and dimension = 'all';
            """
        )


class Reader(threading.Thread):
    """Asks as charts and as SQL Lab do, in turns, and notes what it is told."""

    def __init__(self, superset: Superset, stop: threading.Event) -> None:
        super().__init__()
        self.superset, self.stop = superset, stop
        self.seen: list[tuple[float, frozenset[tuple[str, float]]]] = []
        self.seconds: list[float] = []
        self.errors: list[str] = []

    def run(self) -> None:
        session = self.superset.session()
        database = self.superset.database(session)
        dataset = self.superset.datasets(session)["kpi.kpi_values_named"]
        by_chart = {
            "columns": ["name_en", "value", "period_start"],
            "filters": [
                {"col": "kpi_id", "op": "==", "val": "revenue"},
                {"col": "grain", "op": "==", "val": "month"},
                {"col": "dimension", "op": "==", "val": "all"},
            ],
            "row_limit": 1000,
        }
        by_hand = """
            select kpi_catalog.name_en, kpi_values.value, refresh.version
            from kpi.kpi_values
            inner join kpi.kpi_catalog on kpi_values.kpi_id = kpi_catalog.kpi_id
            cross join meta.refresh
            where kpi_values.kpi_id = 'revenue' and grain = 'month' and dimension = 'all'
        """
        while not self.stop.is_set():
            for ask in (
                lambda: self.superset.rows(session, dataset, by_chart),
                lambda: self.superset.sql(session, database, by_hand).json()["data"],
            ):
                began = time.monotonic()
                try:
                    rows = ask()
                    assert rows
                except Exception as error:
                    self.errors.append(repr(error))
                    continue
                self.seconds.append(time.monotonic() - began)
                told = frozenset((row["name_en"], row["value"]) for row in rows)
                self.seen.append((began, told))


def test_nobody_notices_twenty_publications(superset: Superset) -> None:
    manifest = prepare_project(Environment(REPO_ROOT / "examples/demo", superset.paths)).manifest
    mark(superset, 0)
    switched: list[float] = []

    def publish_number(number: int) -> None:
        mark(superset, number)
        facts = RefreshFacts(
            run_id=f"{number:08d}-0000",
            started_at=datetime.now(UTC),
            as_of=None,
            settings={"currency": "EUR", "language": "fr", "headline_kpis": []},
        )
        publish(superset.paths, manifest, facts)
        switched.append(time.monotonic())

    publish_number(0)
    stop = threading.Event()
    readers = [Reader(superset, stop) for _ in range(READERS)]
    for reader in readers:
        reader.start()
    try:
        for number in range(1, PUBLICATIONS + 1):
            publish_number(number)
        while sum(len(reader.seen) for reader in readers) < QUERIES:
            time.sleep(0.2)
    finally:
        stop.set()
        for reader in readers:
            reader.join(120)
    seen = [each for reader in readers for each in reader.seen]
    told = Counter(len(values) for _, values in seen)
    seconds = sorted(each for reader in readers for each in reader.seconds)
    median, most, longest = (seconds[int(len(seconds) * share)] for share in (0.5, 0.95, 0.999))
    print(f"{len(seen)} queries, {len(switched) - 1} publications")
    print(f"median {median:.2f} s, 95 of 100 below {most:.2f} s, longest {longest:.2f} s")
    assert [error for reader in readers for error in reader.errors] == []
    assert len(seen) >= QUERIES
    assert told.keys() == {1}, "a query was answered from two versions"
    stale = 0
    for began, values in seen:
        ((name, value),) = values
        assert float(name) == value, "a query was answered from two versions"
        newest = sum(moment < began for moment in switched) - 1
        stale += value < newest
    assert stale == 0, f"{stale} queries saw a version older than the one that was current"
    assert len({values for _, values in seen}) > PUBLICATIONS // 2
