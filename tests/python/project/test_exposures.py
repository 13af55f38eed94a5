"""dbt's exposures list what the programs ask of a published version."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from dashboard import reading
from dashboard.building import Facts, build_site
from dashboard.report import report_html
from orchestration.assistant import answers
from orchestration.documentation.exposures import EXPOSURES, Exposure, Mart, marts, read_by
from orchestration.explanation import explaining
from orchestration.publication.opening import open_published, open_with_parquet
from orchestration.publication.records import files
from orchestration.publication.versions import Version, current_version
from orchestration.publication.writing import DATABASE_NAME
from orchestration.spreadsheet import sheets
from orchestration.warehouse.dbt_project import Manifest

from ..conftest import DemoRefresh

SETTINGS = {"dashboard_records": True}
FACTS = Facts("version", date(2026, 9, 30), datetime(2026, 10, 1, tzinfo=UTC), SETTINGS)


class Recording:
    """A connection that notes the tables of what it is asked."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, tables: set[str]) -> None:
        self._connection = connection
        self._tables = tables

    def execute(self, query: str, *arguments: Any) -> Any:
        plain = re.sub(r"\$\w+|\?", "null", query)
        files = re.findall(r"/parquet/(\w+)/(\w+)/", plain)
        self._tables |= {".".join(file) for file in files}
        try:
            names = self._connection.get_table_names(plain, qualified=True)
            self._tables |= {name.partition(" AS ")[0] for name in names}
        # it does not know the columns of what is joined by `using`, takes one statement, and no
        # outer join on a subquery
        except (
            duckdb.BinderException,
            duckdb.InvalidInputException,
            duckdb.NotImplementedException,
        ):
            self._tables |= set(re.findall(r"\b(?:core|kpi|meta|bi)\.\w+", plain))
        return self._connection.execute(query, *arguments)

    def __enter__(self) -> "Recording":
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def cursor(self) -> "Recording":
        return Recording(self._connection.cursor(), self._tables)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Return the tables that dashboard, report, workbook and assistant ask for from here on."""
    tables: set[str] = set()
    connect = duckdb.connect

    def opened(version: Version) -> Any:
        return Recording(open_published(version), tables)

    def opened_with_parquet(version: Version) -> Any:
        return Recording(open_with_parquet(version), tables)

    class Recorded:
        DuckDBPyConnection = duckdb.DuckDBPyConnection

        @staticmethod
        def connect(*arguments: Any, **named: Any) -> Any:
            return Recording(connect(*arguments, **named), tables)

    monkeypatch.setattr(reading, "duckdb", Recorded)
    monkeypatch.setattr(files, "duckdb", Recorded)
    monkeypatch.setattr(sheets, "open_published", opened)
    monkeypatch.setattr(answers, "open_published", opened)
    monkeypatch.setattr(explaining, "open_with_parquet", opened_with_parquet)
    return tables


def write_dashboard(demo: DemoRefresh, folder: Path) -> None:
    assert build_site(demo.paths.current / DATABASE_NAME, FACTS, folder / "site")


def list_records(demo: DemoRefresh, _: Path) -> None:
    current = demo.paths.current
    listed = files.record_files(current / DATABASE_NAME, current / "parquet", {})
    assert len(list(listed({"sector": []}))) > 12  # of costs by sector the shares are read, too


def write_report(demo: DemoRefresh, _: Path) -> None:
    assert report_html(demo.paths.current / DATABASE_NAME, FACTS)


def write_sheets(demo: DemoRefresh, _: Path) -> None:
    with sheets.PublishedNumbers(current_version(demo.paths), "en", months=1) as numbers:
        for sheet in numbers.sheets():
            assert next(sheet.rows(), None) is not None or sheet.columns


def answer(demo: DemoRefresh, _: Path) -> None:
    published = answers.PublishedAnswers(demo.paths)
    assert published.list_kpis(None, None, "en")
    assert published.value("meetings_booked", None, "all", None, None)
    assert published.compare("meetings_booked", "rep", None, None, None)
    assert published.explain("meetings_booked", None, "all", None, None, "en")
    sector = published.compare("roi", "sector", None, None, None)["rows"][0]["dimension_value"]
    assert published.records("roi", None, "sector", sector, None, 1)
    assert published.funnel(None, "all", None)
    assert published.signals(False, "en")
    assert published.conclusions(None, None, "en")
    assert published.outlook()
    assert published.trust()


READERS: dict[str, Callable[[DemoRefresh, Path], None]] = {
    "dashboard": write_dashboard,
    "record_lists": list_records,
    "report": write_report,
    "workbook": write_sheets,
    "assistant": answer,
}


@pytest.mark.parametrize("name", READERS)
def test_what_is_read_is_listed(
    name: str, demo_refresh: DemoRefresh, asked: set[str], manifest: Manifest, tmp_path: Path
) -> None:
    READERS[name](demo_refresh, tmp_path)
    models = {
        f"{node['schema']}.{node['alias']}": unique_id
        for unique_id, node in manifest["nodes"].items()
        if node["resource_type"] == "model"
    }
    read = {models[table] for table in asked & models.keys()}
    exposure = manifest["exposures"][f"exposure.prospection.{name}"]
    listed = set(exposure["depends_on"]["nodes"])
    assert read - listed == set(), f"{name} reads what its exposure does not list: `make docs`"
    assert read, "nothing was asked"
    if name != "workbook":  # which has a sheet for each table of the schema that is filled
        assert listed - read == set(), f"the exposure of {name} lists what it does not read"


def test_everything_published_is_exposed(manifest: Manifest) -> None:
    public = {
        unique_id
        for unique_id, node in manifest["nodes"].items()
        if node["resource_type"] == "model" and node["access"] == "public"
    }
    files = manifest["exposures"]["exposure.prospection.published_files"]
    assert set(files["depends_on"]["nodes"]) == public


def test_a_table_is_read_where_a_program_names_it(tmp_path: Path) -> None:
    (tmp_path / "page.py").write_text("'from kpi.kpi_values join kpi.kpi_terms' # kpi.secret\n")
    known = [
        Mart("kpi_published_terms", "kpi.kpi_terms", is_public=True),
        Mart("kpi_secret", "kpi.secret", is_public=False),
        Mart("kpi_values", "kpi.kpi_values", is_public=True),
        Mart("meta_loads", "meta.loads", is_public=True),
    ]
    page = Exposure("page", "Page", "dashboard", "A page.", ("page.py",), ("meta.",))
    read = [mart.name for mart in read_by(page, known, tmp_path)]
    assert read == ["kpi_published_terms", "kpi_values", "meta_loads"]


def test_tables_have_the_names_and_access_that_dbt_gives_them(manifest: Manifest) -> None:
    of_dbt = {
        (node["name"], f"{node['schema']}.{node['alias']}", node["access"] == "public")
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["fqn"][1] == "marts"
    }
    assert {(mart.name, mart.table, mart.is_public) for mart in marts()} == of_dbt


def test_each_program_that_is_named_is_there(repo_root: Path) -> None:
    for exposure in EXPOSURES:
        assert all((repo_root / program).is_file() for program in exposure.programs)


def test_the_property_file_is_what_dbt_reads(repo_root: Path, manifest: Manifest) -> None:
    file = repo_root / "models" / "_models__exposures.yml"
    written = yaml.safe_load(file.read_text(encoding="utf-8"))["exposures"]
    names = {exposure["name"] for exposure in written}
    assert names == {exposure["name"] for exposure in manifest["exposures"].values()}
