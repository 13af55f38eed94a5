"""What became of a refresh: one small file that outlives the process.

What belongs here: the record of the last refresh, kept in `state/refresh.json` from its first
second on, so that even a killed one has left its trace. What does not: Dagster's own run history.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Literal

from orchestration.files import read_json_as, timestamp, write_json
from orchestration.paths import Paths

Outcome = Literal["running", "done", "published", "held back", "unchanged", "blocked", "failed"]
"""`done`: a stage was run by itself, nothing was to be published; `held back`: published, without
a part of the input; `unchanged`: the published version was made from just that, and stays;
`blocked`: a gate said no."""

SEEN = frozenset({"published", "held back", "unchanged"})
"""The outcomes after which readers see a version that is made from all that came in."""


@dataclass(frozen=True)
class RefreshRecord:
    """One refresh.

    Attributes:
        run_id: Dagster's id of the run.
        started_at: UTC, ISO form.
        finished_at: UTC, ISO form; null while it runs, and for ever when it was killed.
        outcome: see `Outcome`.
        exit_code: what the command ends with; null while it runs.
        stage: the stage it is in, or ended in.
        seconds: seconds spent per stage.
        messages: what failed or was held back, for people.
        version: the published version, if any.
        undelivered: why a copy of the version is not where it should be, for people.

    """

    run_id: str
    started_at: str
    outcome: Outcome = "running"
    stage: str = "start"
    finished_at: str | None = None
    exit_code: int | None = None
    seconds: dict[str, float] = field(default_factory=dict)
    messages: Sequence[str] = ()
    version: str | None = None
    undelivered: Sequence[str] = ()


def record_path(paths: Paths) -> Path:
    """Return the file of the last refresh's record."""
    return paths.state / "refresh.json"


def write_record(paths: Paths, record: RefreshRecord) -> None:
    """Replace the record of the last refresh."""
    write_json(record_path(paths), asdict(record))


def read_record(paths: Paths) -> RefreshRecord | None:
    """Return the record of the last refresh, or None when there was none."""
    remedy = "delete it: it only tells how the last refresh ended"
    return read_json_as(record_path(paths), lambda value: RefreshRecord(**value), remedy)


def finished(record: RefreshRecord, outcome: Outcome, exit_code: int) -> RefreshRecord:
    """Return the record of the same refresh, ended."""
    return replace(record, outcome=outcome, exit_code=exit_code, finished_at=timestamp())
