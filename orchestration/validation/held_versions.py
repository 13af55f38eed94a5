"""The versions that gate 2 holds back for what they would make of the past, and the decisions.

What belongs here: `state/held_versions.json`, the values that would change beside it, and carrying
a decision out. What does not: why a version is held back (see `restated.py`), and held batches
(see `held.py`).

A released version is made by the next refresh: it accepts these values as the past. A dropped one
is made without the loads that had come in since the version that readers see.
"""

import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import duckdb

from orchestration.errors import ConfigurationError
from orchestration.files import read_json_as, timestamp, write_json, written_whole
from orchestration.landing.store import Store
from orchestration.paths import Paths
from orchestration.quoting import quoted_text
from orchestration.validation.held import Decision, drop_landed, read_held
from orchestration.validation.restated import KEY

_REMEDY = (
    "restore it from a backup; or delete it: a version that was held is then looked at once more"
)


@dataclass(frozen=True)
class HeldVersion:
    """A version that was held back.

    Attributes:
        version_id: what people call it: when it was held back (UTC), and its run.
        version_before: the version whose closed periods it would change.
        reasons: the rules that it broke, for people.
        table: what would change most, a line each.
        loads: the loads that had come in since the version before.
        held_at: when, UTC, ISO form.
        decision: open until the user has released or dropped it.
        decided_at: when that was, UTC, ISO form; None while open.

    """

    version_id: str
    version_before: str
    reasons: Sequence[str]
    table: Sequence[str]
    loads: Sequence[str]
    held_at: str
    decision: Decision = "open"
    decided_at: str | None = None


def read_held_versions(paths: Paths) -> list[HeldVersion]:
    """Return the versions that were held back, oldest first: decided ones, and the last one.

    Raises: DamagedFileError when the list cannot be read.
    """
    return read_json_as(_file(paths), _as_versions, _REMEDY) or []


def _as_versions(content: Any) -> list[HeldVersion]:
    versions = [HeldVersion(**each) for each in content]
    for each in versions:
        if each.decision not in get_args(Decision):
            raise ValueError(f"{each.version_id} is decided as {each.decision!r}")
    return versions


def version_decisions(paths: Paths) -> list[tuple[str, Decision]]:
    """Return version and decision of each held version that was decided about."""
    return [
        (each.version_id, each.decision)
        for each in read_held_versions(paths)
        if each.decision != "open"
    ]


def hold_version(
    paths: Paths,
    connection: duckdb.DuckDBPyConnection,
    run_id: str,
    version_before: str,
    reasons: Sequence[str],
    table: Sequence[str],
    loads: Sequence[str],
) -> HeldVersion:
    """Note that a version is held back, in place of one that still waited for a decision.

    Args:
        paths: the data folder.
        connection: has the table `restatements`.
        run_id: the run that would have published it.
        version_before: the version that readers see.
        reasons: the rules that it broke.
        table: what would change most.
        loads: the loads that came in since the version before.

    """
    version_id = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{run_id.replace('-', '')[:8]}"
    with written_whole(_values_file(paths, version_id)) as temporary:
        connection.execute(
            f"""
            copy (
                select {", ".join(KEY)}, value_now from restatements where explained_by is null
            ) to {quoted_text(temporary)} (format parquet, compression zstd)
            """
        )
    held = HeldVersion(
        version_id, version_before, tuple(reasons), tuple(table), tuple(loads), timestamp()
    )
    decided = _without_open(paths)
    _write(paths, [*decided, held])
    return held


def accepted_values(paths: Paths, version_before: str) -> Path | None:
    """Return the file of the values that a release has accepted as the past of a version."""
    for each in reversed(read_held_versions(paths)):
        if each.decision == "released" and each.version_before == version_before:
            return _values_file(paths, each.version_id)
    return None


def has_version(paths: Paths, version_id: str) -> bool:
    """Tell whether a version of that name is held back."""
    return any(each.version_id == version_id for each in read_held_versions(paths))


def release_version(paths: Paths, version_id: str) -> HeldVersion:
    """Let the next refresh publish what was held back; the caller holds the lock.

    Raises: ConfigurationError when it was decided about before.
    """
    return _decide(paths, version_id, "released")


def drop_version(paths: Paths, version_id: str) -> HeldVersion:
    """Leave out the loads that had come in; each can still be released by itself.

    The caller holds the lock.

    Raises: ConfigurationError when it was decided about before.
    """
    dropped = _decide(paths, version_id, "dropped")
    _leave_out(paths, dropped)
    return dropped


def finish_version_decisions(paths: Paths) -> None:
    """Leave out what a drop that was interrupted has not left out."""
    for each in read_held_versions(paths):
        if each.decision == "dropped":
            _leave_out(paths, each)


def _leave_out(paths: Paths, dropped: HeldVersion) -> None:
    """Drop the loads of a version, but for those that were released by themselves since."""
    store = Store(paths.landing)
    present = {load_id for _, load_id in store.load_ids()}
    released = {
        each.load_id
        for each in read_held(paths)
        if each.decision == "released" and (each.decided_at or "") >= (dropped.decided_at or "")
    }
    for load_id in dropped.loads:
        if load_id in present and load_id not in released:
            reason = f"left out with version {dropped.version_id}"
            drop_landed(paths, store.landed(load_id).load, reason)


def forget_open(paths: Paths) -> None:
    """Forget what waited for a decision, and all values: another version was published."""
    if read_held_versions(paths):
        _write(paths, _without_open(paths))
    shutil.rmtree(_values_file(paths, "").parent, ignore_errors=True)


def describe_held_versions(paths: Paths) -> list[str]:
    """Return the version that waits for a decision: why, and what it would change."""
    lines: list[str] = []
    for each in read_held_versions(paths):
        if each.decision != "open":
            continue
        lines.append(
            f"version {each.version_id}  held back {each.held_at}, in place of "
            f"{each.version_before}"
        )
        lines += [f"    {line}" for line in (*each.reasons, *each.table)]
        lines += [f"    new since: {', '.join(each.loads) or 'no load'}"]
    return lines


def what_to_do(version_id: str) -> list[str]:
    """Return what people can do about a version that is held back."""
    return [
        f"It is right: `prospection held release {version_id}`, and the next refresh publishes it.",
        f"It is wrong: correct the export and run, or `prospection held drop {version_id}`, which "
        "leaves out what has come in since.",
    ]


def _decide(paths: Paths, version_id: str, decision: Decision) -> HeldVersion:
    held = read_held_versions(paths)
    (found,) = [each for each in held if each.version_id == version_id]
    if found.decision != "open":
        raise ConfigurationError(f"version {version_id} was {found.decision} before")
    decided = replace(found, decision=decision, decided_at=timestamp())
    _write(paths, [decided if each is found else each for each in held])
    return decided


def _without_open(paths: Paths) -> list[HeldVersion]:
    return [each for each in read_held_versions(paths) if each.decision != "open"]


def _write(paths: Paths, held: Sequence[HeldVersion]) -> None:
    write_json(_file(paths), [asdict(each) for each in held])


def _file(paths: Paths) -> Path:
    return paths.state / "held_versions.json"


def _values_file(paths: Paths, version_id: str) -> Path:
    return paths.state / "held_versions" / f"{version_id}.parquet"
