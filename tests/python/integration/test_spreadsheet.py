"""The exported workbook and CSV files hold the published numbers, and say what to know of them."""

import csv
from pathlib import Path
from typing import Any

import duckdb
import pytest
from python_calamine import CalamineWorkbook

from orchestration.cli import main
from orchestration.publication.writing import DATABASE_NAME
from tests.python.conftest import DemoRefresh

MONTHS = 3


@pytest.fixture(scope="module")
def workbook(demo_refresh: DemoRefresh, tmp_path_factory: pytest.TempPathFactory) -> Any:
    pytest.importorskip("xlsxwriter", reason="writing workbooks is an extra: make extras")
    file = tmp_path_factory.mktemp("export") / "kpis.xlsx"
    arguments = ["--data", str(demo_refresh.paths.data), "--out", str(file), "--language", "en"]
    assert main(["export", *arguments, "--months", str(MONTHS)]) == 0
    return CalamineWorkbook.from_path(str(file))


def published(demo_refresh: DemoRefresh, query: str) -> list[tuple[Any, ...]]:
    database = demo_refresh.paths.current / DATABASE_NAME
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(query).fetchall()


def test_the_sheet_for_a_pivot_table_holds_the_published_values(
    demo_refresh: DemoRefresh, workbook: Any
) -> None:
    header, *rows = workbook.get_sheet_by_name("For a pivot table").to_python()
    place = {name: number for number, name in enumerate(header)}
    found = sorted(
        (row[place["kpi_id"]], row[place["Month"]], row[place["Dimension"]], row[place["Value"]])
        for row in rows
    )
    expected = published(
        demo_refresh,
        f"""
        select kpi_id, period_start, dimension, value from kpi.kpi_values
        where grain = 'month' and value is not null and period_start >= (
            select max(period_start) - to_months({MONTHS - 1}) from kpi.kpi_values
            where grain = 'month'
        )
        """,
    )
    assert len(found) == len(expected) > 10_000
    assert sum(row[3] for row in found) == pytest.approx(sum(row[3] for row in expected))
    by_rep = {(row[0], row[1]) for row in found if row[2] == "Rep"}
    assert by_rep == {(row[0], row[1]) for row in expected if row[2] == "rep"}


def test_the_headline_figures_are_those_of_the_printed_table(
    demo_refresh: DemoRefresh, workbook: Any
) -> None:
    rows = workbook.get_sheet_by_name("Headline figures").to_python()[1:]
    contacted = next(row for row in rows if row[0] == "Prospects contacted")
    expected = published(
        demo_refresh,
        f"""
        select value from kpi.kpi_values
        where kpi_id = 'prospects_contacted' and grain = 'month' and dimension = 'all'
            and period_start = '{contacted[1]}'
        """,
    )
    assert [(contacted[2],)] == expected
    assert f"{contacted[2]:.0f}" in demo_refresh.output


def test_every_subject_mart_has_a_sheet(demo_refresh: DemoRefresh, workbook: Any) -> None:
    tables = published(
        demo_refresh, "select table_name from duckdb_tables() where schema_name = 'kpi'"
    )
    infrastructure = {"catalog", "event_types", "periods", "stage_probabilities", "terms", "values"}
    subjects = {name.removeprefix("kpi_") for (name,) in tables} - infrastructure
    assert subjects <= set(workbook.sheet_names)
    funnel = workbook.get_sheet_by_name("funnel").to_python()
    assert [(len(funnel) - 1,)] == published(demo_refresh, "select count(*) from kpi.kpi_funnel")


def test_csv_files_need_no_extra_and_hold_the_same(
    demo_refresh: DemoRefresh, tmp_path: Path
) -> None:
    folder = tmp_path / "csv"
    data = str(demo_refresh.paths.data)
    assert main(["export", "--data", data, "--out", str(folder), "--csv", "--months", "1"]) == 0
    with (folder / "funnel.csv").open(encoding="utf-8-sig") as stream:
        rows = list(csv.DictReader(stream, delimiter=";"))
    assert [(len(rows),)] == published(demo_refresh, "select count(*) from kpi.kpi_funnel")
    assert {"Chiffres clés.csv", "Par mois.csv", "Définitions.csv"} <= {
        path.name for path in folder.iterdir()
    }


def test_what_cannot_be_written_is_said(
    demo_refresh: DemoRefresh, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = str(demo_refresh.paths.data)
    assert main(["export", "--data", data, "--out", str(tmp_path / "kpis.xls")]) == 2
    assert "no .xlsx file" in capsys.readouterr().err
    assert main(["export", "--data", str(tmp_path / "empty")]) == 2
    assert "nothing is published" in capsys.readouterr().err
