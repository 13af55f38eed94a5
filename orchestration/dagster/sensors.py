"""What Dagster looks out for: new exports, and refreshes that died.

What belongs here: noticing files and waiting until they are complete; telling people of a run that
could not tell them itself. What does not: which files are a new load (landing decides that by
content, so that one refresh too many does no harm).
"""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import dagster as dg

from orchestration.environment import Environment, read_recipients
from orchestration.kpis.own import OWN_KPIS_FILE
from orchestration.landing.discovery import is_hidden, is_unfinished
from orchestration.refresh.notifications import notify
from orchestration.refresh.record import finished, read_record
from orchestration.settings.declared import SETTINGS_FILE, reporting
from orchestration.validation.thresholds import GATES_FILE

INTERVAL_SECONDS = 60

_SETTINGS = {SETTINGS_FILE, GATES_FILE, OWN_KPIS_FILE}
"""The files beside the sources that a refresh reads."""


@dataclass(frozen=True)
class Watch:
    """What the sensor remembers from one tick to the next: two states of the exports.

    Attributes:
        seen: that of the last tick.
        refreshed: that for which a refresh was asked last.

    """

    seen: str = ""
    refreshed: str = ""


def state_of(exports: Path) -> str:
    """Return a hash of name, size and modification time of every export file, contents unread."""
    digest = hashlib.sha256()
    for path in sorted(exports.rglob("*")):
        name = path.relative_to(exports).as_posix()
        is_ours = "/" in name or name in _SETTINGS
        if not is_ours or is_hidden(name) or is_unfinished(name):
            continue
        try:
            found = path.stat()
        except FileNotFoundError:
            continue
        if path.is_file():
            digest.update(f"{name}\0{found.st_size}\0{found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def look(watch: Watch, state: str) -> tuple[Watch, str | None]:
    """Return what to remember, and why no refresh is asked for (None: one is).

    Files count as complete when nothing about them has changed between two ticks.
    """
    if state == watch.refreshed:
        return Watch(state, watch.refreshed), "nothing new"
    if state != watch.seen:
        return Watch(state, watch.refreshed), "new files: waiting until they are complete"
    return Watch(state, state), None


def new_exports(job: Any, exports: Path) -> dg.SensorDefinition:
    """Return the sensor that starts `job` when the exports have changed and are complete."""

    @dg.sensor(
        name="new_exports",
        job=job,
        minimum_interval_seconds=INTERVAL_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Refresh when export files have arrived and no longer change.",
    )
    def sensor(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        remembered: Mapping[str, str] = json.loads(context.cursor or "{}")
        watch, reason = look(Watch(**remembered), state_of(exports))
        context.update_cursor(json.dumps(asdict(watch)))
        if reason is not None:
            return dg.SkipReason(reason)
        return dg.SensorResult([dg.RunRequest(run_key=watch.refreshed)])

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
