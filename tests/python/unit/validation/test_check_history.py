"""The history of the checks: how often each was looked at, broken, and whether it is now."""

from typing import Any

from orchestration.validation.held import HeldBatch
from orchestration.validation.history import check_history, held_history


def result(success: bool, day: str, **gate: str) -> dict[str, Any]:
    expectation = {"rule": "there are rows", "success": success}
    suite = {"name": "plausible", "is_blocking": True, "expectations": [expectation]}
    return {"looked_at": f"{day}T05:00:00+00:00", "suites": [suite], **gate}


def test_a_rule_of_the_marts_counts_over_its_runs() -> None:
    marts = [
        result(True, "2026-09-01", build_id="1"),
        result(False, "2026-09-02", build_id="2"),
        result(True, "2026-09-03", build_id="3"),
    ]
    assert check_history(marts) == [
        {
            "gate": "marts",
            "suite": "plausible",
            "rule": "there are rows",
            "is_blocking": True,
            "times_looked": 3,
            "times_broken": 1,
            "last_broken": "2026-09-02",
            "is_broken_now": False,
        }
    ]


def test_a_rule_of_the_batches_is_broken_while_the_newest_batch_of_a_source_breaks_it() -> None:
    broken = result(False, "2026-09-01", load_id="crm@1")
    other = result(True, "2026-09-02", load_id="outreach@1")
    mended = result(True, "2026-09-03", load_id="crm@2")
    (row,) = check_history([broken, other])
    assert (row["gate"], row["times_looked"], row["is_broken_now"]) == ("batch", 2, True)
    (row,) = check_history([broken, other, mended])
    assert (row["times_broken"], row["is_broken_now"]) == (1, False)


def test_the_same_rule_of_both_gates_is_two_rows() -> None:
    rows = check_history(
        [result(True, "2026-09-01", load_id="crm@1"), result(True, "2026-09-01", build_id="1")]
    )
    assert [row["gate"] for row in rows] == ["batch", "marts"]


def test_results_of_before_without_a_day_are_counted_all_the_same() -> None:
    old = result(False, "2026-09-01", build_id="1")
    del old["looked_at"]
    (row,) = check_history([old])
    assert (row["times_broken"], row["last_broken"], row["is_broken_now"]) == (1, None, True)


def test_held_batches_come_newest_first_with_what_was_decided() -> None:
    first = HeldBatch("crm@1", "crm", "crm", ("too few rows", "too old"), "2026-09-01T05:00:00")
    second = HeldBatch(
        "crm@2",
        "crm",
        "crm",
        ("too few rows",),
        "2026-09-02T05:00:00",
        "released",
        "2026-09-03T09:00",
    )
    assert held_history([first, second]) == [
        {
            "load_id": "crm@2",
            "reasons": "too few rows",
            "held_on": "2026-09-02",
            "decision": "released",
            "decided_on": "2026-09-03",
        },
        {
            "load_id": "crm@1",
            "reasons": "too few rows; too old",
            "held_on": "2026-09-01",
            "decision": "open",
            "decided_on": None,
        },
    ]
