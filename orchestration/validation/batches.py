"""Gate 1: whether a new batch is plausible enough to be built.

What belongs here: the rules about a batch, and the gate that landing asks. What does not: measuring
(see `batch_measures.py`), the thresholds (see `batch_thresholds.yml`), and what is decided about a
held batch (see `held.py`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from orchestration.landing.gate import Batch, Verdict
from orchestration.paths import Paths
from orchestration.validation.batch_measures import MEASURES, Measures, measure_batch
from orchestration.validation.expectations import Frame, Rule, start_validator, validate_frames
from orchestration.validation.held import hold, read_held
from orchestration.validation.results import SuiteResult, write_batch_result
from orchestration.validation.thresholds import Thresholds, Values

SUITE = "batch_is_plausible"

_MOST = {
    "vanished_share": "at most {0:.0%} of an entity's records vanish at once",
    "lost_columns": "at most {0:.0f} columns that the load before had are missing",
    "structural_reject_share": "at most {0:.0%} of the records cannot be read as rows",
    "value_reject_share": "at most {0:.0%} of the rows lack a value that is required",
    "future_share": "at most {0:.0%} of the rows lie after the day of the load",
    "improbable_year_share": "at most {0:.0%} of the years are improbable",
    "null_share_rise": "a column is not emptier than before by more than {0:.0%} of its rows",
    "unread_share_rise": "at most {0:.0%} more cells than before are not what their column is",
    "unknown_word_share_rise": "at most {0:.0%} more words than before are outside their list",
    "out_of_range_share_rise": "at most {0:.0%} more numbers than before are outside their range",
    "foreign_currency_share_rise": "at most {0:.0%} more values than before are not a currency",
    "orphan_share_rise": "at most {0:.0%} more ids than before match no record",
    "days_back": "the newest record is at most {0:.0f} days older than that of the load before",
    "lacking_share_rise": "at most {0:.0%} more rows than before lack a value that is required",
    "future_share_rise": "at most {0:.0%} more rows than before lie after the day of the load",
    "improbable_year_share_rise": "at most {0:.0%} more years than before are improbable",
    "stale_share_rise": "at most {0:.0%} more rows than before are over a week older than the load",
    "without_time_share_rise": "at most {0:.0%} more moments than before have no time of day",
    "zero_share_rise": "at most {0:.0%} more amounts than before are zero",
    "new_currency_share_rise": "at most {0:.0%} of the amounts are in a currency never seen before",
    "repeated_address_share_rise": "at most {0:.0%} more addresses than before come several times",
    "repeated_row_share_rise": "at most {0:.0%} more rows than before come under another key, too",
    "decided_otherwise_share": "at most {0:.0%} of the decided records have the opposite outcome",
    "swapped_share": "at most {0:.0%} of the cells hold what another column held before",
    "scale_factor": "amounts are at most {0:g} times as large or as small as before",
    "hours_shifted": "moments are at most {0:g} hours earlier or later in the day than before",
    "fewer_rows_share": "each rep has at most {0:.0%} fewer touches a day than before",
}
"""What people read of a measure that may be at most its threshold."""


def rules(thresholds: Values) -> list[Rule]:
    """Return what is expected of the measures of a batch."""
    expected = []
    least, most = thresholds["least_rows_share"], thresholds["most_rows_share"]
    if least is not None:
        says = f"an entity has at least {least:.2%} of its usual number of rows"
        expected.append(_between("rows_share", says, min_value=least))
    if most is not None:
        says = f"an entity has at most {most:g} times its usual number of rows"
        expected.append(_between("rows_share", says, max_value=most))
    for measure, says in _MOST.items():
        limit = thresholds[measure]
        if limit is not None:
            expected.append(_between(measure, says.format(limit), max_value=limit))
    return expected


def judge(measured: Sequence[Measures], thresholds: Values) -> SuiteResult:
    """Return what the rules find in the measures of a batch."""
    present = {
        name for name in MEASURES if any(getattr(each, name) is not None for each in measured)
    }
    expected = [rule for rule in rules(thresholds) if rule.arguments["column"] in present]
    if not expected:
        return SuiteResult(SUITE, is_blocking=True)
    import pandas as pd

    frame = pd.DataFrame([each.row for each in measured])
    (result,) = validate_frames([Frame(SUITE, frame, ("entity", "column_name"), expected)])
    told = {(each.entity, each.column_name): each.told for each in measured}
    expectations = [
        replace(each, examples=[_with_words(row, rule, told) for row in each.examples])
        for rule, each in zip(expected, result.expectations, strict=True)
    ]
    return replace(result, expectations=expectations)


def _with_words(
    row: Mapping[str, Any], rule: Rule, told: Mapping[tuple[str, str], Mapping[str, str]]
) -> Mapping[str, Any]:
    """Return a row that broke a rule with what was seen and what was usual."""
    says = told[row["entity"], row["column_name"]].get(rule.arguments["column"])
    return {**row, "says": says} if says else row


class BatchGate:
    """Gate 1 of one refresh: judges each new batch, and keeps what it found."""

    def __init__(self, paths: Paths, thresholds: Thresholds, run_id: str) -> None:
        self._paths = paths
        self._thresholds = thresholds
        self._run_id = run_id
        self.results: dict[str, SuiteResult] = {}

    def prepare(self) -> None:
        """Have Great Expectations imported while the load is read."""
        start_validator()

    def reasons(self, batch: Batch) -> Sequence[str]:
        """Return why the batch is held back; nothing lets it through."""
        thresholds = self._thresholds.of(batch.source.name)
        result = judge(measure_batch(batch, thresholds), thresholds)
        self.results[batch.load.load_id] = result
        write_batch_result(self._paths, batch.load.load_id, self._run_id, result)
        if result.broken:
            hold(self._paths, batch.load, result.broken)
        return result.broken

    def verdict(self, load_id: str) -> Verdict:
        """Return what was decided about a held batch."""
        found = {each.load_id: each for each in read_held(self._paths)}.get(load_id)
        if found is None:
            return Verdict("held_back", "it was held back; its reasons are lost")
        is_dropped = found.decision == "dropped"
        return Verdict("dropped" if is_dropped else "held_back", "; ".join(found.reasons))


def _between(column: str, says: str, **limits: float) -> Rule:
    return Rule(says, "ExpectColumnValuesToBeBetween", {"column": column, **limits})
