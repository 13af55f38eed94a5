"""The company's own reference tables, and the public holidays that are shipped."""

import csv
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from dateutil.easter import easter

from orchestration.errors import ConfigurationError
from orchestration.landing.reference_tables import REFERENCE_TABLES, read_reference
from orchestration.landing.translated import stage_outcomes


def write(exports: Path, name: str, text: str) -> None:
    (exports / "reference").mkdir(exist_ok=True)
    (exports / "reference" / name).write_text(text, encoding="utf-8")


def test_words_texts_numbers_and_days_are_read(tmp_path: Path) -> None:
    write(tmp_path, "benchmarks.csv", "kpi;channel;benchmark\nResponse_Rate; Email ;0,07\n")
    write(tmp_path, "public_holidays.csv", "day,kind,name\n2026-12-24,Holiday,Fermeture\n")
    assert read_reference(tmp_path) == {
        "benchmarks": [
            {
                "kpi_id": "response_rate",
                "channel": "email",
                "sector": None,
                "standard": Decimal("0.07"),
            }
        ],
        "public_holidays": [{"day": date(2026, 12, 24), "kind": "holiday", "name": "Fermeture"}],
    }


def test_of_two_rows_with_one_key_the_last_counts(tmp_path: Path) -> None:
    write(tmp_path, "stage_probabilities.csv", "stage,probability\nDemo,0.2\ndemo,0.3\n")
    assert read_reference(tmp_path) == {
        "stage_probabilities": [{"stage": "demo", "probability": Decimal("0.3")}]
    }


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("holidays.csv", "day\n", "reference/holidays.csv is no reference table"),
        ("benchmark.csv", "kpi\n", "did you mean benchmarks.csv?"),
        ("benchmarks.csv", "kpi,standard,mood\nnps,1,good\n", "unknown column 'mood'"),
        ("benchmarks.csv", "kpi,standard\nnps\n", "line 2: 1 cells under 2 headers"),
        ("benchmarks.csv", "kpi,standard\nnps,\n", "line 2, column standard is empty"),
        ("benchmarks.csv", "kpi,standard\nnps,lots\n", "'lots' is no number, e.g. 0.05"),
        ("stage_probabilities.csv", "stage,probability\ndemo,1.5\n", "must be at most 1"),
        ("funnel_stages.csv", "stage,outcome\ndemo,maybe\n", "'maybe' is none of won, lost, open"),
        ("public_holidays.csv", "day,kind\n24/12/2026,holiday\n", "is no day, e.g. 2026-05-01"),
    ],
)
def test_a_table_that_cannot_be_read_is_named_with_its_place(
    tmp_path: Path, name: str, text: str, expected: str
) -> None:
    write(tmp_path, name, text)
    with pytest.raises(ConfigurationError, match="reference/") as error:
        read_reference(tmp_path)
    assert expected in str(error.value)


def shipped(repo_root: Path, table: str) -> list[dict[str, str]]:
    with (repo_root / "seeds" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_shipped_stages_are_told_apart_and_those_with_a_chance_are_open(
    repo_root: Path,
) -> None:
    stages = shipped(repo_root, "funnel_stages")
    assert len({row["stage"] for row in stages}) == len(stages)
    assert all(row["outcome"] or row["prospect_stage"] for row in stages)
    outcomes = {row["stage"]: row["outcome"] for row in stages if row["outcome"]}
    assert set(outcomes.values()) == {"won", "lost", "open"}
    weighed = {row["stage"] for row in shipped(repo_root, "stage_probabilities")} - {"any"}
    assert {outcomes.get(stage) for stage in weighed} == {"open"}
    assert stage_outcomes() == outcomes


def test_the_shipped_stages_of_people_are_words_that_the_table_allows(repo_root: Path) -> None:
    stages = {row["stage"]: row["prospect_stage"] for row in shipped(repo_root, "funnel_stages")}
    columns = {column.name: column for column in REFERENCE_TABLES["funnel_stages"].columns}
    assert set(stages.values()) - {""} == set(columns["prospect_stage"].allowed)
    assert all(stage == " ".join(stage.lower().split()) for stage in stages)
    assert stages["salesqualifiedlead"] == stages["lead qualifié commercial"] == "qualified"
    assert stages["closed - not converted"] == "disqualified"


def test_the_companys_own_words_for_stages_come_first() -> None:
    own = [{"stage": "gagne\u0301", "outcome": "lost"}, {"stage": "dead", "outcome": "lost"}]
    weighed = [{"stage": stage, "probability": 0.1} for stage in ("any", "trial", "dead", "perdu")]
    outcomes = stage_outcomes(own, weighed)
    assert outcomes["gagn\u00e9"] == "lost"
    assert (outcomes["trial"], outcomes["dead"], outcomes["perdu"]) == ("open", "lost", "lost")
    assert "any" not in outcomes


def test_the_shipped_public_holidays_are_those_of_france(repo_root: Path) -> None:
    rows = shipped(repo_root, "public_holidays")
    fixed = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
    after_easter = (1, 39, 50)  # Monday, Ascension, Whit Monday
    expected = {
        day
        for year in range(2000, 2051)
        for day in (
            *(date(year, month, day) for month, day in fixed),
            *(easter(year) + timedelta(days) for days in after_easter),
        )
    }
    assert {date.fromisoformat(row["day"]) for row in rows} == expected
    assert {row["kind"] for row in rows} == {"holiday"}
