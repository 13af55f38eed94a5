"""What a gate found, in a form that people, Dagster and the next stage can read.

What belongs here: results and their file in `state/validations/`. What does not: the rules.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.errors import BlockedByGateError
from orchestration.files import read_json, timestamp, write_json
from orchestration.paths import Paths

if TYPE_CHECKING:
    from orchestration.validation.restated import Restated

EXAMPLES = 5
KEPT_DAYS = 365
"""Days for which the results of a gate are kept."""

KEPT_RESULTS = 1000
"""How many of them are kept at most, the newest."""


@dataclass(frozen=True)
class ExpectationResult:
    """One expectation.

    Attributes:
        rule: what is expected, for people.
        success: whether it holds.
        unexpected: how many measured rows break it; null for expectations about the whole.
        examples: some of those rows.
        observed: what was seen instead, for expectations about the whole.

    """

    rule: str
    success: bool
    unexpected: int | None = None
    examples: Sequence[Mapping[str, Any]] = ()
    observed: Any = None

    def __str__(self) -> str:
        """Return one line: the rule and, when it is broken, by what."""
        if self.success:
            return self.rule
        if self.examples and all("column_name" in row for row in self.examples):
            more = (self.unexpected or 0) - len(self.examples)
            places = [_of_batch(row) for row in self.examples]
            return f"{self.rule}; here: {', '.join(places)}{f' and {more} more' * (more > 0)}"
        if self.examples:
            rows = "; ".join(
                ", ".join(f"{name} {_short(value)}" for name, value in row.items())
                for row in self.examples
            )
            return f"{self.rule}: not the case for {self.unexpected} ({rows})"
        return f"{self.rule}: observed {self.observed}"


def _of_batch(row: Mapping[str, Any]) -> str:
    """Return where in a batch a measure is what it should not be, and how large it is."""
    column = f", column {row['column_name']}" if row.get("column_name") else ""
    words = [f"entity {row['entity']}{column}"]
    if row.get("says"):
        return f"{words[0]}: {row['says']}"
    for measure, value in row.items():
        if measure not in {"entity", "column_name", "says"}:
            is_share = measure.endswith(("_share", "_rise"))
            words.append(f"{value:.0%}" if is_share else f"{value:,.0f}")
    return " ".join(words)


def _short(value: Any) -> Any:
    """Return a value for a sentence: a fraction with the digits that anybody reads."""
    return f"{value:.4g}" if isinstance(value, float) and not value.is_integer() else value


@dataclass(frozen=True)
class SuiteResult:
    """One suite of expectations about one set of measures.

    Attributes:
        name: name of the suite, and of its check in Dagster.
        is_blocking: whether a failure holds the marts back; else it is a warning.
        expectations: its results.

    """

    name: str
    is_blocking: bool
    expectations: Sequence[ExpectationResult] = ()

    @property
    def success(self) -> bool:
        """Whether every expectation holds."""
        return all(expectation.success for expectation in self.expectations)

    @property
    def broken(self) -> list[str]:
        """One line per broken expectation, for people."""
        return [str(each) for each in self.expectations if not each.success]

    @property
    def failures(self) -> list[str]:
        """One line per broken expectation, with the suite whose rule it is."""
        return [f"{self.name}: {line}" for line in self.broken]


@dataclass(frozen=True)
class GateResult:
    """What a gate found in one run.

    Attributes:
        run_id: the run.
        build_id: the build that was looked at.
        suites: the results by suite.
        version_before: the version that readers see; None before the first.
        restated: what of its closed periods is another now; None when that was not looked at.

    """

    run_id: str
    build_id: str
    suites: Sequence[SuiteResult] = field(default_factory=tuple)
    version_before: str | None = None
    restated: "Restated | None" = None

    @property
    def blocking_failures(self) -> list[str]:
        """What holds the marts back."""
        return [line for suite in self.suites if suite.is_blocking for line in suite.failures]

    @property
    def warnings(self) -> list[str]:
        """What is worth a look, but holds nothing back."""
        return [line for suite in self.suites if not suite.is_blocking for line in suite.failures]


def _verdict(paths: Paths) -> Path:
    return paths.state / "validation.json"


def _folder(paths: Paths) -> Path:
    return paths.state / "validations"


def write_gate_result(paths: Paths, result: GateResult) -> Path:
    """Keep what the gate found as `state/validations/<run>.json`, and its verdict on the build."""
    file = _folder(paths) / f"{result.run_id}.json"
    verdict = {
        "build_id": result.build_id,
        "version_before": result.version_before,
        "passed": not result.blocking_failures,
        "failures": result.blocking_failures,
    }
    content = {"looked_at": timestamp(), "warnings": result.warnings, **asdict(result)}
    write_json(file, {**verdict, **content})
    write_json(_verdict(paths), verdict)
    _forget_old(paths)
    return file


def note_published_as(paths: Paths, version: str) -> None:
    """Keep with the verdict as which version its marts were published."""
    write_json(_verdict(paths), {**read_json(_verdict(paths)), "published_as": version})


def write_batch_result(paths: Paths, load_id: str, run_id: str, result: SuiteResult) -> Path:
    """Keep what gate 1 found in a batch as `state/validations/<load>.json`."""
    file = _folder(paths) / f"{load_id}.json"
    verdict = {"load_id": load_id, "run_id": run_id, "passed": result.success}
    content = {"looked_at": timestamp(), "failures": result.failures, "suites": [asdict(result)]}
    write_json(file, {**verdict, **content})
    return file


def read_results(paths: Paths) -> list[dict[str, Any]]:
    """Return the results of both gates that are kept, in the order in which they were written."""
    files = sorted(_folder(paths).glob("*.json"), key=lambda file: file.stat().st_mtime)
    return [result for file in files if (result := read_json(file)) is not None]


def _forget_old(paths: Paths) -> None:
    oldest = time.time() - KEPT_DAYS * 86_400
    changed = {file: file.stat().st_mtime for file in _folder(paths).glob("*.json")}
    by_age = sorted(changed, key=lambda file: changed[file], reverse=True)
    for number, file in enumerate(by_age):
        if number >= KEPT_RESULTS or changed[file] < oldest:
            file.unlink()


def require_validated(paths: Paths, build_id: str, version_before: str | None = None) -> None:
    """Do nothing when the gate has let this very build pass, beside the version readers see.

    Raises:
        BlockedByGateError: it was not looked at, or held back.

    """
    verdict = read_json(_verdict(paths), "run `prospection validate` again") or {}
    # beside the version of before, or beside these very marts, published once more
    before = verdict.get("version_before")
    beside = (before, verdict.get("published_as", before))
    if verdict.get("build_id") != build_id or version_before not in beside:
        raise BlockedByGateError(
            "these marts are not validated yet: run `prospection validate` first"
        )
    if not verdict["passed"]:
        raise BlockedByGateError("\n".join(["the marts were held back:", *verdict["failures"]]))
