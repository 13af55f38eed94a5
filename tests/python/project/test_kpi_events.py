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
    path = repo_root / "models" / "marts" / "kpi" / "_kpi__unit_tests.yml"
    tests = yaml.safe_load(path.read_text(encoding="utf-8"))["unit_tests"]
    return {
        word
        for test in tests
        if EVENT_MODELS.fullmatch(test["model"])
        for word in (
            test["model"].removeprefix("kpi_"),
            *re.findall(r"[\w>]+", str(test["expect"]["rows"])),
        )
    }


def declared_events(repo_root: Path) -> list[str]:
    """Return the events of the reference table."""
    path = repo_root / "seeds" / "kpi_event_types.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return [row["event"] for row in csv.DictReader(file)]


def test_every_declared_event_is_expected_of_a_model(
    repo_root: Path, expected_by_unit_tests: set[str]
) -> None:
    events = declared_events(repo_root)
    assert len(events) == len(set(events))
    assert [event for event in events if event not in expected_by_unit_tests] == []
