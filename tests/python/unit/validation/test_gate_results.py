"""How long the results of the gates are kept, and how people read them."""

import os
import time
from datetime import datetime
from pathlib import Path

import pytest

from orchestration.cli import main
from orchestration.landing.report import Load
from orchestration.paths import Paths
from orchestration.validation import results
from orchestration.validation.held import drop, hold
from orchestration.validation.page import page_path, write_page
from orchestration.validation.results import (
    ExpectationResult,
    GateResult,
    SuiteResult,
    read_results,
    write_batch_result,
    write_gate_result,
)

LOAD = Load("crm", "generic", "crm@1-a", datetime(2026, 10, 1), 1, "crm/2026-10-01", "00")
BROKEN = SuiteResult(
    "batch_is_plausible",
    True,
    (
        ExpectationResult("few <vanish>", False, 1, ({"entity": "deals", "vanished_share": 0.5},)),
        ExpectationResult("volumes are usual", True),
    ),
)

FRESH = SuiteResult("fresh", False, (ExpectationResult("is new", False, observed="9 days"),))


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    """Return a data folder in which both gates have said something."""
    paths = Paths(tmp_path)
    write_gate_result(paths, GateResult("run-1", "build-1", (FRESH,)))
    write_batch_result(paths, "crm@1-a", "run-2", BROKEN)
    hold(paths, LOAD, BROKEN.failures)
    return paths


def test_results_are_kept_for_a_year(paths: Paths) -> None:
    assert len(read_results(paths)) == 2
    month, year = time.time() - 30 * 86_400, time.time() - 366 * 86_400
    os.utime(paths.state / "validations" / "run-1.json", (month, month))
    os.utime(paths.state / "validations" / "crm@1-a.json", (year, year))
    write_gate_result(paths, GateResult("run-3", "build-3"))
    assert [result["run_id"] for result in read_results(paths)] == ["run-1", "run-3"]


def test_the_page_says_what_is_broken_and_needs_no_network(paths: Paths) -> None:
    write_page(paths)
    page = page_path(paths).read_text(encoding="utf-8")
    assert "few &lt;vanish&gt;" in page
    assert "BROKEN" in page
    assert "held back since" in page
    assert "run-1" in page
    assert "://" not in page
    assert "<script" not in page
    drop(paths, "crm@1-a")
    write_page(paths)
    assert "held back since" not in page_path(paths).read_text(encoding="utf-8")


def test_status_names_the_gates_and_the_batches_that_wait(
    paths: Paths, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["status", "--data", str(paths.data)]) == 0
    output = capsys.readouterr().out
    assert "gate 2 last checked 1 rules and let the marts pass" in output
    assert "  warning: fresh: is new: observed 9 days" in output
    assert "gate 1 holds back 1" in output
    assert "crm@1-a" in output


def test_a_broken_rule_names_its_rows_with_numbers_that_can_be_read() -> None:
    row = {
        "kpi_id": "contracts_lost",
        "usual_value": 93.48291,
        "value_now": 581.0,
        "spread": 0.1 / 3,
    }
    found = ExpectationResult("moves as usual", success=False, unexpected=1, examples=[row])
    assert str(found) == (
        "moves as usual: not the case for 1 "
        "(kpi_id contracts_lost, usual_value 93.48, value_now 581.0, spread 0.03333)"
    )


def test_a_batch_is_held_back_with_where_and_how_much() -> None:
    rows = [
        {"vanished_share": 0.305, "entity": "deals", "column_name": ""},
        {"null_share_rise": 1.0, "entity": "deals", "column_name": "amount"},
    ]
    found = ExpectationResult("at most 20% vanish", success=False, unexpected=3, examples=rows)
    assert str(found) == (
        "at most 20% vanish; here: entity deals 30%, entity deals, column amount 100% and 1 more"
    )


def test_results_are_kept_up_to_a_number(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "KEPT_RESULTS", 2)
    for number, name in enumerate(("run-1", "crm@1-a")):
        at = time.time() - 1000 + number
        os.utime(paths.state / "validations" / f"{name}.json", (at, at))
    write_gate_result(paths, GateResult("run-3", "build-3"))
    assert [result["run_id"] for result in read_results(paths)] == ["run-2", "run-3"]
