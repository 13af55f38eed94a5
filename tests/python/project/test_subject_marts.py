"""The subject marts: each says what it answers, keeps a contract, is proven and shown.

A subject mart is a published model of the KPI layer whose description begins with a question. What
the examples of the page give is tested on the demo (`tests/python/integration/test_marts_page.py`).
"""

import re
from pathlib import Path
from typing import Any

import pytest

from orchestration.warehouse.dbt_project import Manifest

# published for other reasons: the KPIs themselves, their definitions, calendar and weights, and
# what they are made of
NO_SUBJECTS = {
    "kpi_cost_shares",
    "kpi_dimension_values",
    "kpi_event_records",
    "kpi_lead_score_rules",
    "kpi_published_catalog",
    "kpi_published_event_types",
    "kpi_published_terms",
    "kpi_periods",
    "kpi_response_standards",
    "kpi_stage_probabilities",
    "kpi_values",
}


@pytest.fixture(scope="module")
def marts(manifest: Manifest) -> dict[str, dict[str, Any]]:
    """Return the published models of the KPI layer by name, but for those that are no subjects."""
    return {
        node["name"]: node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model"
        and node["schema"] == "kpi"
        and node["config"]["meta"].get("publish") is not False
        and node["name"] not in NO_SUBJECTS
    }


def test_every_subject_mart_asks_a_question(marts: dict[str, dict[str, Any]]) -> None:
    assert len(marts) > 15
    without = [
        name
        for name, node in marts.items()
        if not re.match(r"[A-Z][^.?]*\? One row per ", node["description"])
    ]
    assert not without


def test_every_subject_mart_has_a_key_a_contract_and_a_unit_test(
    marts: dict[str, dict[str, Any]], manifest: Manifest
) -> None:
    proven = {test["model"] for test in manifest["unit_tests"].values()}
    keyed = {
        test["attached_node"].rpartition(".")[2]
        for test in manifest["nodes"].values()
        if test["resource_type"] == "test"
        and test.get("test_metadata")
        and test["test_metadata"]["name"] in {"unique_combination", "is_key"}
    }
    lacking = [
        name
        for name, node in marts.items()
        if not node["config"]["contract"]["enforced"] or name not in proven or name not in keyed
    ]
    assert not lacking


def test_every_subject_mart_is_on_the_page_with_an_example(
    marts: dict[str, dict[str, Any]], repo_root: Path
) -> None:
    page = (repo_root / "docs" / "marts.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^## (\w+): [^\n]*\?\n(.*?)(?=^## |\Z)", page, flags=re.M | re.S))
    assert marts.keys() <= told.keys()
    assert [name for name in marts if f"from kpi.{name}\n" not in told[name]] == []
