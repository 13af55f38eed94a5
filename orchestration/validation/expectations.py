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
import shutil
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.processes import begin_child
from orchestration.validation.data_docs import make_self_contained
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


@dataclass(frozen=True)
class Frame:
    """A small frame of measures, and what is expected of them.

    Attributes:
        name: name of the suite.
        measures: the frame.
        identified_by: the columns that tell people which row is meant.
        rules: what is expected.
        is_blocking: whether a failure holds back what was measured.

    """

    name: str
    measures: "pd.DataFrame"
    identified_by: Sequence[str]
    rules: Sequence[Rule]
    is_blocking: bool = True


def validate_frames(frames: Sequence[Frame], docs: Path | None = None) -> list[SuiteResult]:
    """Return what the rules find in each frame.

    Args:
        frames: what to look at.
        docs: a folder for Great Expectations' own pages about it, made anew; None for no pages.

    """
    return _validator().submit(_validate, list(frames), docs).result()


def _great_expectations() -> Any:
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations

    return great_expectations


def _validate(frames: Sequence[Frame], docs: Path | None) -> list[SuiteResult]:
    gx = _great_expectations()
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    source = context.data_sources.add_pandas("measures")
    results = [_validate_frame(gx, context, source, frame) for frame in frames]
    if docs is not None:
        _write_docs(context, docs)
        make_self_contained(docs, results)
    return results


def _validate_frame(gx: Any, context: Any, source: Any, frame: Frame) -> SuiteResult:
    batch = source.add_dataframe_asset(frame.name).add_batch_definition_whole_dataframe("all")
    expectations = [
        getattr(gx.expectations, rule.expectation)(
            **rule.arguments,
            severity="critical" if frame.is_blocking else "warning",
            meta={"rule": number},
            notes=rule.says,
        )
        for number, rule in enumerate(frame.rules)
    ]
    suite = context.suites.add(gx.ExpectationSuite(name=frame.name, expectations=expectations))
    definition = context.validation_definitions.add(
        gx.ValidationDefinition(name=frame.name, data=batch, suite=suite)
    )
    outcome = definition.run(
        batch_parameters={"dataframe": frame.measures},
        result_format={
            "result_format": "COMPLETE",
            "unexpected_index_column_names": list(frame.identified_by),
        },
    ).to_json_dict()
    ordered = sorted(
        outcome["results"], key=lambda result: int(result["expectation_config"]["meta"]["rule"])
    )
    return SuiteResult(
        frame.name,
        frame.is_blocking,
        tuple(_result(rule, result) for rule, result in zip(frame.rules, ordered, strict=True)),
    )


def _write_docs(context: Any, folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    pages = {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(folder)}
    site = {"class_name": "SiteBuilder", "store_backend": pages}
    site["site_index_builder"] = {"class_name": "DefaultSiteIndexBuilder"}
    context.add_data_docs_site(site_name="gate", site_config=site)
    context.build_data_docs(site_names=["gate"])


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
