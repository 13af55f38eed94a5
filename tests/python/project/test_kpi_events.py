"""Every event that a KPI may count is made by a model, as a unit test shows.

What belongs here: that the list of events and the models agree, whatever a company supplies. What
does not: how many events there are (unit tests) and that nothing undeclared is made (a data test).
"""

import csv
import re
from pathlib import Path

import pytest
import yaml

EVENT_MODELS = re.compile(r"kpi_(\w+_(events|slices)|plans|weighted_pipeline)")


@pytest.fixture(scope="module")
def expected_by_unit_tests(repo_root: Path) -> set[str]:
    """Return the words that unit tests expect of the models that make events, and their names."""
    rooms = (repo_root / "models" / "marts" / "kpi").rglob("_*__unit_tests.yml")
    return {
        word
        for room in rooms
        for test in yaml.safe_load(room.read_text(encoding="utf-8"))["unit_tests"]
        if EVENT_MODELS.fullmatch(test["model"])
        for word in (
            test["model"].removeprefix("kpi_"),
            *re.findall(r"[\w>]+", str(test["expect"]["rows"])),
        )
    }


def seed_rows(repo_root: Path, seed: str) -> list[dict[str, str]]:
    """Return the rows of a reference table."""
    with (repo_root / "seeds" / f"{seed}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_declared_event_is_expected_of_a_model(
    repo_root: Path, expected_by_unit_tests: set[str]
) -> None:
    events = [row["event"] for row in seed_rows(repo_root, "kpi_event_types")]
    assert len(events) == len(set(events))
    assert [event for event in events if event not in expected_by_unit_tests] == []


def test_a_kpi_lists_no_dimension_that_one_of_its_events_lacks(repo_root: Path) -> None:
    carried = {
        row["event"]: set(row["dimensions"].split("|"))
        for row in seed_rows(repo_root, "kpi_event_types")
    }
    listed = {
        row["kpi_id"]: set(row["dimensions"].split("|"))
        for row in seed_rows(repo_root, "kpi_catalog")
    }
    lacking = {
        (row["kpi_id"], row["event"]): listed[row["kpi_id"]] - carried[row["event"]]
        for row in seed_rows(repo_root, "kpi_terms")
        if row["side"] != "sample"
    }
    assert {term: dimensions for term, dimensions in lacking.items() if dimensions} == {}
