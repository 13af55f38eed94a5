"""The history of the checks of both gates, a row per rule, as the dashboard shows it.

What belongs here: counting over the results that are kept. What does not: keeping them (see
`results.py`) and the page that shows the newest ones in full (see `page.py`).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from orchestration.validation.held import HeldBatch


def check_history(results: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return what each rule has found so far.

    Args:
        results: the kept results of both gates, oldest first, as `read_results` gives them.

    Returns:
        A row per gate (`batch`, `marts`), suite and rule, in the order in which they came first:
        whether it holds publication back, how often it was looked at and broken, the day on which
        it was last broken, and whether it is broken now: by the newest marts, or by the newest
        batch of a source.

    """
    rows: dict[tuple[str, str, str], dict[str, Any]] = {}
    newest: dict[tuple[str, str, str], dict[str, bool]] = {}
    for result in results:
        gate = "batch" if "load_id" in result else "marts"
        of = str(result.get("load_id", "")).partition("@")[0]
        for suite in result["suites"]:
            for expectation in suite["expectations"]:
                key = (gate, suite["name"], expectation["rule"])
                row = rows.setdefault(
                    key,
                    dict(zip(("gate", "suite", "rule"), key, strict=True))
                    | {"times_looked": 0, "times_broken": 0, "last_broken": None},
                )
                is_broken = not expectation["success"]
                row["is_blocking"] = suite["is_blocking"]
                row["times_looked"] += 1
                row["times_broken"] += is_broken
                if is_broken:
                    row["last_broken"] = str(result.get("looked_at") or "")[:10] or None
                newest.setdefault(key, {})[of] = is_broken
    return [{**row, "is_broken_now": any(newest[key].values())} for key, row in rows.items()]


def held_history(held: Sequence[HeldBatch]) -> list[dict[str, Any]]:
    """Return every batch that was ever held back, newest first, and what was decided about it."""
    return [
        {
            "load_id": each.load_id,
            "reasons": "; ".join(each.reasons),
            "held_on": each.held_at[:10],
            "decision": each.decision,
            "decided_on": each.decided_at[:10] if each.decided_at else None,
        }
        for each in reversed(held)
    ]
