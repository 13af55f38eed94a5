"""What Dagster looks out for: new exports, and refreshes that died.

What belongs here: noticing files and waiting until they are complete; asking again after a refresh
that failed; telling people of a run that could not tell them itself. What does not: which files are
a new load (landing decides that by content, so that one refresh too many does no harm).
"""

import hashlib
import json
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal

import dagster as dg

from orchestration.dagster.resources import EXIT_CODE_TAG
from orchestration.environment import Environment, read_recipients
from orchestration.errors import BlockedByGateError
from orchestration.files import readable
from orchestration.landing.discovery import is_left_by_systems, is_unfinished
from orchestration.lock import running_refresh
from orchestration.refresh.notifications import notify
from orchestration.refresh.record import finished, read_record
from orchestration.settings.declared import may_be_table, reporting
from orchestration.validation.held import decisions
from orchestration.validation.held_versions import version_decisions

INTERVAL_SECONDS = 60
FIRST_PAUSE_SECONDS = 600
LONGEST_PAUSE_SECONDS = 6 * 3600
"""After a refresh that failed it is tried again after the first pause, then after pauses that
double up to the longest."""

_STARTING_SECONDS = 600
"""How long a run may have begun without holding the lock yet; after that its process is gone."""


@dataclass(frozen=True)
class Watch:
    """What the sensor remembers from one tick to the next: two states of what a refresh reads.

    Attributes:
        seen: that of the last tick.
        refreshed: that for which a refresh was asked last.
        retries: how often a refresh of it was asked for again, because one failed.

    """

    seen: str = ""
    refreshed: str = ""
    retries: int = 0


@dataclass(frozen=True)
class LastRun:
    """What became of the newest refresh, whoever started it; `ended_at` in seconds since 1970.

    `refused`: a gate held the marts back, which the same files, settings and decisions would meet
    again.
    """

    outcome: Literal["running", "succeeded", "failed", "refused"]
    ended_at: float = 0.0


def state_of(environment: Environment) -> str:
    """Return a hash of all that a refresh depends on.

    Name, size and modification time of every file of the exports, settings among them, contents
    unread; and what people have decided about held batches.
    """
    exports = environment.exports
    digest = hashlib.sha256()
    for path in sorted(exports.rglob("*")):
        name = readable(path.relative_to(exports).as_posix())
        is_ours = "/" in name or name.endswith(".yml") or may_be_table(name)
        if not is_ours or is_left_by_systems(name) or is_unfinished(name):
            continue
        try:
            found = path.stat()
        except FileNotFoundError:
            continue
        if path.is_file():
            digest.update(f"{name}\0{found.st_size}\0{found.st_mtime_ns}\n".encode())
    for held, decision in (*decisions(environment.paths), *version_decisions(environment.paths)):
        digest.update(f"{held}\0{decision}\n".encode())
    return digest.hexdigest()


def last_run(instance: dg.DagsterInstance, environment: Environment, now: float) -> LastRun | None:
    """Return what became of the newest whole refresh, or None when there was none."""
    records = instance.get_run_records(limit=20)
    whole = (each for each in records if not each.dagster_run.asset_selection)
    newest = next(whole, None)
    if newest is None:
        return None
    run = newest.dagster_run
    changed_at = newest.update_timestamp.timestamp()
    if not run.is_finished:
        begun = newest.start_time or newest.create_timestamp.timestamp()
        if running_refresh(environment.paths) or now - begun < _STARTING_SECONDS:
            return LastRun("running")
        return LastRun("failed", changed_at)
    if run.is_success:
        return LastRun("succeeded")
    refused = run.tags.get(EXIT_CODE_TAG) == str(BlockedByGateError.exit_code)
    return LastRun("refused" if refused else "failed", newest.end_time or changed_at)


def look(watch: Watch, state: str, last: LastRun | None, now: float) -> tuple[Watch, str | None]:
    """Return what to remember, and why no refresh is asked for (None: one is).

    Files count as complete when nothing about them has changed between two ticks.
    """
    if state != watch.refreshed:
        waiting = replace(watch, seen=state)
        if state != watch.seen:
            return waiting, "new files: waiting until they are complete"
        if last is not None and last.outcome == "running":
            return waiting, "new files: waiting until the refresh that is running has ended"
        return Watch(state, state), None
    watch = replace(watch, seen=state)
    if last is None or last.outcome == "succeeded":
        return replace(watch, retries=0), "nothing new"
    if last.outcome == "running":
        return watch, "a refresh is running"
    if last.outcome == "refused":
        return watch, "a gate said no: waiting for other files, settings or a decision"
    due = last.ended_at + pause_after(watch.retries)
    if now < due:
        at = datetime.fromtimestamp(due, UTC).isoformat(timespec="seconds")
        return watch, f"the last refresh failed: to be tried again at {at}"
    return replace(watch, retries=watch.retries + 1), None


def pause_after(retries: int) -> float:
    """Return the seconds to wait after a refresh that failed and was tried again so often."""
    return min(FIRST_PAUSE_SECONDS * 2.0**retries, LONGEST_PAUSE_SECONDS)


def new_exports(
    job: Any, environment: Environment, clock: Callable[[], float] = time.time
) -> dg.SensorDefinition:
    """Return the sensor that starts `job` when the exports have changed and are complete.

    Args:
        job: the refresh.
        environment: what is looked at.
        clock: what time it is, in seconds since 1970.

    """

    @dg.sensor(
        name="new_exports",
        job=job,
        minimum_interval_seconds=INTERVAL_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Refresh when export files no longer change; once more when that failed.",
    )
    def sensor(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        remembered: Mapping[str, Any] = json.loads(context.cursor or "{}")
        now = clock()
        last = last_run(context.instance, environment, now)
        watch, reason = look(Watch(**remembered), state_of(environment), last, now)
        context.update_cursor(json.dumps(asdict(watch)))
        if reason is not None:
            return dg.SkipReason(reason)
        # a key that was used before would be ignored, though the state is to be refreshed again
        return dg.SensorResult(
            [dg.RunRequest(run_key=f"{watch.refreshed}@{now:.3f}.{watch.retries}")]
        )

    return sensor


def died_refresh(job: Any, environment: Environment) -> dg.SensorDefinition:
    """Return the sensor that tells people of a refresh whose process ended before it did.

    A refresh that fails tells them itself, whoever started it.
    """

    @dg.run_failure_sensor(
        name="died_refresh",
        monitored_jobs=[job],
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Tell people when a refresh was killed.",
    )
    def sensor(context: dg.RunFailureSensorContext) -> None:
        record = read_record(environment.paths)
        if record is None or record.run_id != context.dagster_run.run_id:
            return
        if record.outcome == "running":
            messages = ("its process ended before the refresh did: killed, or out of memory",)
            died = finished(replace(record, messages=messages), "failed", 1)
            language = reporting(environment.exports).language
            notify(died, read_recipients(os.environ), context.log.warning, language)

    return sensor
