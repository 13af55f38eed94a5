"""The events that KPIs count are made by the models that their blocks name, as unit tests show.

What belongs here: that the blocks of `kpis/` and the models agree, whatever a company supplies.
What does not: what blocks may say (`tests/python/unit/kpis`) and that nothing undeclared is made (a
data test).
"""

import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
import yaml

from orchestration.kpis.catalogue import Catalogue, read_catalogue

MEASURED = {
    r"kpi_(?!period_)\w+_events": {"n", "s", "median", "p90", "level", "start"},
    r"kpi_activity_slices": {"n", "s"},
    r"kpi_contact_slices": {"distinct"},
    r"kpi_period_events": {"distinct", "s"},
    r"kpi_cost_slices|kpi_plans": {"s"},
    r"kpi_weighted_pipeline": {"level"},
}
"""How `kpi_components` can measure what a model makes."""


@pytest.fixture(scope="module")
def catalogue(repo_root: Path) -> Catalogue:
    """Return the blocks of `kpis/`."""
    return read_catalogue(repo_root)


@pytest.fixture(scope="module")
def unit_tests(repo_root: Path) -> dict[str, list[dict[str, Any]]]:
    """Return the unit tests of each model of the KPI layer."""
    tests: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for room in (repo_root / "models" / "marts" / "kpi").rglob("_*__unit_tests.yml"):
        for test in yaml.safe_load(room.read_text(encoding="utf-8"))["unit_tests"]:
            tests[test["model"]].append(test)
    return tests


def words(content: object) -> set[str]:
    """Return the names in something."""
    return set(re.findall(r"[\w>]+", str(content)))


def test_every_event_is_expected_of_the_models_that_make_it(
    catalogue: Catalogue, unit_tests: dict[str, list[dict[str, Any]]]
) -> None:
    expected = {
        model: {model.removeprefix("kpi_")}.union(
            *(words(test["expect"]["rows"]) for test in tests)
        )
        for model, tests in unit_tests.items()
    }
    unproven = [
        f"{event.name} of {model}"
        for event in catalogue.events.values()
        for model in event.made_in
        if event.name not in expected.get(model, ())
    ]
    assert len(catalogue.events) > 100
    assert not unproven


def test_no_event_offers_a_measure_that_its_models_do_not_give(catalogue: Catalogue) -> None:
    missing = {
        event.name: set(event.measures) - given
        for event in catalogue.events.values()
        if not set(event.measures)
        <= (
            given := {
                measure
                for model in event.made_in
                for pattern, measures in MEASURED.items()
                if re.fullmatch(pattern, model)
                for measure in measures
            }
        )
    }
    assert not missing


def test_every_kpi_that_is_no_sum_of_events_is_proven_where_it_is_computed(
    catalogue: Catalogue, unit_tests: dict[str, list[dict[str, Any]]]
) -> None:
    computed = [kpi for kpi in catalogue.kpis.values() if kpi.computed_in]
    unproven = [
        kpi.kpi_id
        for kpi in computed
        if kpi.kpi_id not in words(unit_tests.get(kpi.computed_in or ""))
    ]
    assert computed
    assert not unproven


@pytest.mark.parametrize(
    ("kind", "macro"), [("dimensions", "kpi_dimensions"), ("grains", "kpi_grains")]
)
def test_the_named_sets_are_made_of_what_the_models_know(
    catalogue: Catalogue, repo_root: Path, kind: str, macro: str
) -> None:
    text = (repo_root / "macros" / "kpi" / f"{macro}.sql").read_text(encoding="utf-8")
    listed = re.search(rf"macro {macro}\(\).*?return\((\[.*?\])\)", text, flags=re.S)
    assert listed
    known = {"all", *re.findall(r"'(\w+)'", listed[1])}
    sets = getattr(catalogue.sets, kind).values()
    assert {name for each in sets for name in each} | {"all"} == known
