"""Names of files and headers are told without the people in them."""

from pathlib import Path

import pytest

from orchestration.landing.report import FileReport, LandingReport, SourceReport
from orchestration.landing.told_names import (
    read_told_names,
    teller,
    told_names,
    told_report,
    without_addresses,
)
from orchestration.paths import Paths


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    """Return a data folder in whose base is Élodie Martin-Roy."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    paths = Paths(tmp_path / "data")
    folder = paths.landing / "generic" / "prospects"
    folder.mkdir(parents=True)
    paths.state.mkdir()
    people = pa.table({"first_name": ["Élodie", "Luc"], "last_name": ["Martin-Roy", None]})
    pq.write_table(people, folder / "crm@1.parquet")
    return paths


def report(*files: FileReport) -> LandingReport:
    return LandingReport((SourceReport("crm", left_out=files),))


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("crm/prospects_elodie.martin_roy.csv.gz", "crm/prospects_(name).csv.gz"),
        ("crm/MARTIN-ROY Élodie", "crm/(name)"),
        ("crm/notes sur Mme Martin-Roy.txt", "crm/notes sur (name).txt"),
        ("crm/quotes_ana@acme.example.csv", "crm/quotes_(address).csv"),
        ("crm/all.zip!ana@acme.example.csv", "crm/all.zip!(address).csv"),
        ("crm/rappels 06 12 34 56 78.csv", "crm/rappels (address).csv"),
        ("crm/luc martin-roy.csv", None),
        ("crm/prospects_martin.csv", None),
        ("crm/2026-09-30/deals_2026-09-30-12-00-00.csv", None),
        ("crm/hubspot-crm-exports-all-contacts-2026-11-30-1.csv", None),
    ],
)
def test_a_name_is_told_without_people(paths: Paths, name: str, told: str | None) -> None:
    assert told_names(report(FileReport(name, "ignored")), paths) == ({name: told} if told else {})


def test_a_report_tells_names_and_headers_alike(paths: Paths) -> None:
    found = report(
        FileReport("crm/a@b.example.csv", "refused", "crm/a@b.example.csv: no table"),
        FileReport("crm/c@d.example.csv", "landed", unknown_columns=("Mme Martin-Roy", "Age")),
    )
    told = told_names(found, paths)
    files = told_report(found, told).files
    assert [file.file for file in files] == ["crm/(address).csv", "crm/(address).csv #2"]
    assert files[0].reason == "crm/(address).csv: no table"
    assert files[1].unknown_columns == ("(name)", "Age")
    assert read_told_names(paths) == told
    assert teller(told)("see crm/c@d.example.csv") == "see crm/(address).csv #2"


def test_a_row_of_a_failed_test_is_told_without_addresses() -> None:
    assert without_addresses("P1 ana@acme.example 2026-09-30 12.50") == (
        "P1 (address) 2026-09-30 12.50"
    )
    assert without_addresses("https://www.linkedin.com/in/ana 7") == "(address) 7"


def test_nothing_is_kept_where_nobody_is_named(paths: Paths) -> None:
    assert told_names(report(FileReport("crm/deals.csv", "landed")), paths) == {}
    assert read_told_names(paths) == {}
    assert not list(paths.state.iterdir())
