"""Running the refresh job from the command line, in this process.

What belongs here: one run of the job, or of some of its stages, and the exit code it ends with.
What does not: the stages themselves. Dagster and dbt take seconds to import, so that this module
imports them only after what can be refused at once has been refused.
"""

import logging
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.engines.spark_ready import require_spark
from orchestration.environment import PROJECT_DIR, Environment, read_mirror_target
from orchestration.errors import ConfigurationError, ProspectionError
from orchestration.forms.migrations import claim
from orchestration.kpis.own import read_own_kpis
from orchestration.landing.fingerprints import FINGERPRINTS, look_changed
from orchestration.lock import refresh_lock
from orchestration.processes import keep_cycles
from orchestration.refresh.record import SEEN, RefreshRecord, read_record
from orchestration.settings.declared import read_engine, read_settings
from orchestration.validation.expectations import start_validator
from orchestration.validation.thresholds import read_thresholds

if TYPE_CHECKING:
    import dagster as dg


LEAST_FREE_BYTES = 50_000_000
"""Below this the run's own records could not be kept."""


_STEPS_LOGGER = "dagster._core.execution.plan.active"
"""Warns of every check of a stage that is skipped because nothing is new."""


class DiskFullError(ProspectionError):
    """There is no room to begin a refresh."""


def run_refresh(
    environment: Environment,
    stages: Sequence[str] | None = None,
    full_refresh: bool = False,
    loaded_at: str | None = None,
    project_dir: Path = PROJECT_DIR,
    sources: Sequence[str] = (),
    is_strict: bool = False,
) -> int:
    """Run the stages of a refresh (by default all four) and return the exit code.

    With `is_strict` it is 5 when the stage `load` left a part of the exports out.

    Raises:
        ConfigurationError: the exports or their settings cannot be used.
        RefreshRunningError: another refresh is running in this data folder.

    """
    if stages is None or "load" in stages:
        read_settings(environment.exports)
        read_thresholds(environment.exports)
        read_own_kpis(environment.exports)
    read_mirror_target(os.environ)
    engine = read_engine(environment.exports, environment.engine)
    if engine.is_spark and (stages is None or "build" in stages):
        require_spark(engine)
    _make_data_folder(environment)
    os.environ.update(environment.variables)
    keep_cycles()
    with refresh_lock(environment.paths):
        claim(environment.paths, print)
        config = (full_refresh, loaded_at, sources)
        record = _execute(environment, stages, config, project_dir)
    code = _report(environment, record)
    return 5 if is_strict and code == 0 and _left_out(environment) else code


def _make_data_folder(environment: Environment) -> None:
    data = environment.paths.data
    try:
        environment.paths.state.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(f"cannot write into the data folder {data}: {error}") from error
    paths = environment.paths
    for folder in (data, paths.state, paths.landing, paths.published, paths.reports):
        if folder.is_dir() and not os.access(folder, os.W_OK | os.X_OK):
            raise ConfigurationError(
                f"cannot write into the data folder: {folder} is read-only for this user; make it "
                "writable, then run again; nothing was changed"
            )
    free = shutil.disk_usage(data).free
    if free < LEAST_FREE_BYTES:
        raise DiskFullError(
            f"only {free / 1e6:.0f} MB are free on the disk of {data}: make room for at least "
            f"{LEAST_FREE_BYTES / 1e6:.0f} MB, then run again; nothing was changed"
        )


def _execute(
    environment: Environment,
    stages: Sequence[str] | None,
    config: tuple[bool, str | None, Sequence[str]],
    project_dir: Path,
) -> RefreshRecord | None:
    loads = stages is None or "load" in stages
    if loads and look_changed(environment.exports, environment.paths.state / FINGERPRINTS):
        start_validator()  # beside Dagster, which takes as long to import
    from orchestration.dagster.building import build_definitions
    from orchestration.dagster.instance import open_instance
    from orchestration.dagster.jobs import REFRESH, STAGES, refresh_config

    logging.getLogger(_STEPS_LOGGER).setLevel(logging.ERROR)
    wanted = STAGES if stages is None else tuple(stages)
    with open_instance(environment.paths) as instance:
        job = build_definitions(environment, project_dir).resolve_job_def(REFRESH)
        result = job.execute_in_process(
            run_config=refresh_config(wanted, *config),
            instance=instance,
            raise_on_error=False,
            asset_selection=None if stages is None else _asset_keys(job, wanted),
        )
    record = read_record(environment.paths)
    if record is not None and record.run_id == result.run_id:
        return record
    for event in result.all_events:
        if event.is_failure:
            print(event.message, file=sys.stderr)
    return None


def _asset_keys(job: "dg.JobDefinition", stages: Sequence[str]) -> list["dg.AssetKey"]:
    """Return the keys of what these stages make; a stage is an op of the job."""
    from orchestration.dagster.assets import MIRROR, PUBLISH, SNAPSHOT

    ops = {*stages, *([SNAPSHOT, MIRROR] if PUBLISH in stages else [])}
    layer = job.asset_layer
    return [
        key
        for key in layer.executable_asset_keys
        if layer.get_op_output_handle(key).node_handle.name in ops
    ]


def _report(environment: Environment, record: RefreshRecord | None) -> int:
    if record is None or record.exit_code is None:
        print("the refresh did not start: see the error above", file=sys.stderr)
        return 1
    if record.outcome in SEEN and record.version is not None:
        from orchestration.mirror.state import read_state, summary_lines
        from orchestration.refresh.stages import read_reporting
        from orchestration.refresh.summary.text import describe_version
        from orchestration.validation.results import read_results

        settings = read_reporting(environment.paths)
        folder = environment.paths.published / record.version
        print(
            describe_version(
                folder,
                settings["language"],
                settings["currency"],
                settings["headline_kpis"] or (),
                record.messages,
                read_results(environment.paths),
                is_new=record.outcome != "unchanged",
            )
        )
        if read_mirror_target(os.environ) is not None:
            state = read_state(environment.paths)
            print("\n".join([*summary_lines(state, record.version, settings["language"]), ""]))
        return record.exit_code
    if record.exit_code != 0:
        _print_failure(environment, record)
    if record.exit_code != ConfigurationError.exit_code and "load" in record.seconds:
        print("\n".join(_left_out(environment)))
    return record.exit_code


def _left_out(environment: Environment) -> list[str]:
    from orchestration.refresh.stages import held_back

    return held_back(environment.paths)


def _print_failure(environment: Environment, record: RefreshRecord) -> None:
    is_wrong_use = record.exit_code == ConfigurationError.exit_code
    print("" if is_wrong_use else f"\n{record.outcome} in stage {record.stage}:", file=sys.stderr)
    for line in record.messages:
        print(line if is_wrong_use else f"  {line}", file=sys.stderr)
    if environment.paths.current.exists():
        print("The published version is unchanged.", file=sys.stderr)
