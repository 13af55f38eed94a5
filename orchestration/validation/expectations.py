"""Expectations about a small frame of measures, looked at by Great Expectations.

What belongs here: the way from rules and a frame to results. What does not: which rules (see
`marts.py` and `batches.py`), and measuring: large tables are aggregated in DuckDB first.

Great Expectations takes some seconds to import. It lives in a process of its own, which imports it
beside what a refresh does before its first batch.
"""

import atexit
import multiprocessing
import os
import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from orchestration.processes import begin_child
from orchestration.validation.results import EXAMPLES, ExpectationResult, SuiteResult

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Rule:
    """An expectation: its Great Expectations class, its arguments, and how people read it."""

    says: str
    expectation: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


def start_validator() -> None:
    """Have Great Expectations imported by the time that it is first asked."""
    _validator().submit(_great_expectations)


@cache
def _validator() -> ProcessPoolExecutor:
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(max_workers=1, mp_context=context, initializer=_begin)


def _begin() -> None:
    begin_child()
    # it holds nothing that would have to be put away, and taking its modules down takes a second
    atexit.register(os._exit, 0)


def validate_frame(
    name: str,
    frame: "pd.DataFrame",
    identified_by: Sequence[str],
    rules: Sequence[Rule],
    is_blocking: bool = True,
) -> SuiteResult:
    """Return what a suite of rules finds in a frame.

    Args:
        name: name of the suite.
        frame: the measures.
        identified_by: the columns that tell people which row is meant.
        rules: what is expected of them.
        is_blocking: whether a failure holds back what was measured.

    """
    work = _validator().submit(_validate, name, frame, identified_by, rules, is_blocking)
    return work.result()


def _great_expectations() -> Any:
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations

    return great_expectations


def _validate(
    name: str,
    frame: "pd.DataFrame",
    identified_by: Sequence[str],
    rules: Sequence[Rule],
    is_blocking: bool,
) -> SuiteResult:
    gx = _great_expectations()
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    asset = context.data_sources.add_pandas("measures").add_dataframe_asset(name)
    batch = asset.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": frame})
    expectations = [
        getattr(gx.expectations, rule.expectation)(
            **rule.arguments,
            severity="critical" if is_blocking else "warning",
            meta={"rule": number},
        )
        for number, rule in enumerate(rules)
    ]
    outcome = batch.validate(
        gx.ExpectationSuite(name=name, expectations=expectations),
        result_format={
            "result_format": "COMPLETE",
            "unexpected_index_column_names": list(identified_by),
        },
    ).to_json_dict()
    ordered = sorted(
        outcome["results"], key=lambda result: int(result["expectation_config"]["meta"]["rule"])
    )
    return SuiteResult(
        name,
        is_blocking,
        tuple(_result(rule, result) for rule, result in zip(rules, ordered, strict=True)),
    )


def _result(rule: Rule, result: Mapping[str, Any]) -> ExpectationResult:
    found = result["result"]
    problem = result["exception_info"].get("exception_message")
    return ExpectationResult(
        rule=rule.says,
        success=bool(result["success"]),
        unexpected=found.get("unexpected_count"),
        examples=tuple(found.get("unexpected_index_list") or ())[:EXAMPLES],
        observed=re.sub(r"\s+", " ", problem) if problem else found.get("observed_value"),
    )
