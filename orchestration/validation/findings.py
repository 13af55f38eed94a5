"""What the gates found, as rows of the published `meta.data_quality`.

What belongs here: broken rules of the last look at the marts (its warnings: with anything worse
nothing is published) and of the batches that wait for a decision. What does not: keeping results
(see `results.py`) and what the data themselves said, which a model counts.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from orchestration.paths import Paths
from orchestration.validation.held import open_batches
from orchestration.validation.results import read_results


class Finding(NamedTuple):
    """One broken rule; the names are those of the table's columns."""

    check_name: str
    source: str | None
    entity: str | None
    column_name: str | None
    rule: str
    issue_count: int


def gate_findings(paths: Paths) -> list[Finding]:
    """Return what the gates found, one row per source, entity, column and rule."""
    results = read_results(paths)
    marts = [result for result in results if "build_id" in result][-1:]
    waiting = {each.load_id for each in open_batches(paths)}
    batches = [result for result in results if result.get("load_id") in waiting]
    counts: Counter[Finding] = Counter()
    for finding in (found for result in (*batches, *marts) for found in _findings(result)):
        counts[finding._replace(issue_count=0)] += finding.issue_count
    return [finding._replace(issue_count=count) for finding, count in counts.items()]


def _findings(result: Mapping[str, Any]) -> Iterator[Finding]:
    source = result["load_id"].rpartition("@")[0] if "load_id" in result else None
    for suite in result["suites"]:
        for expectation in suite["expectations"]:
            if expectation["success"]:
                continue
            name, rule = suite["name"], expectation["rule"]
            examples = expectation["examples"] if source else ()
            for row in examples:
                column = row.get("column_name") or None
                yield Finding(name, source, row.get("entity"), column, rule, 1)
            if not examples:
                yield Finding(name, source, None, None, rule, expectation["unexpected"] or 1)
