"""What the assets share during a run: the session (lock, record, progress) and dbt.

What belongs here: Dagster resources. What does not: what the stages do with them (see `assets.py`).
"""

import errno
import os
import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DbtCliResource
from packaging.version import Version
from pydantic import PrivateAttr

from orchestration.dagster.instance import clear_leftovers, prune_runs
from orchestration.environment import (
    PROJECT_DIR,
    Environment,
    read_mirror_target,
    read_recipients,
    read_report_recipients,
)
from orchestration.errors import ProspectionError, refused_by_system
from orchestration.files import timestamp
from orchestration.forms.migrations import claim
from orchestration.lock import refresh_lock
from orchestration.mirror.errors import MirrorError
from orchestration.mirror.mirroring import mirror
from orchestration.modes import close_folder, private_files
from orchestration.paths import Paths
from orchestration.publication.versions import find_current, list_versions
from orchestration.refresh.inputs import inputs_fingerprint, release_fingerprint
from orchestration.refresh.new_signals import tell_new_signals
from orchestration.refresh.notifications import notify
from orchestration.refresh.record import SEEN, Outcome, RefreshRecord, finished, write_record
from orchestration.refresh.sent_reports import send_report
from orchestration.settings.declared import read_engine, reporting
from orchestration.settings.engine import Engine
from orchestration.validation.origins import note_origins

MOST_RETRIES = 3
FIRST_RETRY_SECONDS = 5.0
_TRANSIENT = {
    errno.EAGAIN,
    errno.EBUSY,
    errno.EHOSTDOWN,
    errno.EHOSTUNREACH,
    errno.EIO,
    errno.ESTALE,
    errno.ETIMEDOUT,
}

EXIT_CODE_TAG = "prospection/exit_code"
"""The tag of a run that failed: the exit code that its error leads to."""

_OUTCOMES: dict[int, Outcome] = {3: "blocked"}


def is_transient(error: BaseException) -> bool:
    """Tell whether an error comes from outside and may have passed a moment later."""
    return isinstance(error, OSError) and error.errno in _TRANSIENT


class RefreshSession(dg.ConfigurableResource[Any]):
    """One run, from taking the lock to writing down what became of it.

    Attributes:
        exports: the folder of exports.
        data: the data folder.
        refresh_at: time of day of the schedule.
        memory_limit: the memory that DuckDB may take, or None.
        wanted_engine: where the models run, in place of what the settings say, or None.
        project: the dbt project.

    """

    exports: str
    data: str
    refresh_at: str = "06:00"
    memory_limit: str | None = None
    wanted_engine: str | None = None
    project: str = str(PROJECT_DIR)

    _record: RefreshRecord = PrivateAttr()
    _started: float = PrivateAttr()
    _instance: Any = PrivateAttr(default=None)
    _inputs: str | None = PrivateAttr(default=None)
    _must_publish: bool = PrivateAttr(default=False)

    @classmethod
    def of(cls, environment: Environment, project_dir: Path = PROJECT_DIR) -> "RefreshSession":
        """Return the session resource of an environment."""
        return cls(
            exports=str(environment.exports),
            data=str(environment.paths.data),
            refresh_at=environment.refresh_at,
            memory_limit=environment.memory_limit,
            wanted_engine=environment.engine,
            project=str(project_dir),
        )

    @property
    def environment(self) -> Environment:
        """Where this run reads and writes."""
        paths = Paths(Path(self.data))
        return Environment(
            Path(self.exports), paths, self.refresh_at, self.memory_limit, self.wanted_engine
        )

    @property
    def paths(self) -> Paths:
        """The data folder of this run."""
        return self.environment.paths

    @property
    def engine(self) -> Engine:
        """Where this run builds."""
        return read_engine(Path(self.exports), self.wanted_engine)

    @property
    def publish_mode(self) -> str:
        """Who may read what this run publishes."""
        return reporting(self.environment.exports).publish_mode

    @property
    def record(self) -> RefreshRecord:
        """What is known of this run so far."""
        return self._record

    @property
    def inputs(self) -> str:
        """The hash of what this run builds from, taken once: ask only after the load."""
        if self._inputs is None:
            self._inputs = inputs_fingerprint(self.environment, Path(self.project))
        return self._inputs

    def note_origins(self, build_id: str) -> None:
        """Keep what a build that begins is made from, part by part."""
        release = release_fingerprint(Path(self.project))
        note_origins(self.paths, Path(self.exports), build_id, release)

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["RefreshSession"]:
        """Hold the lock and keep the record for as long as the run lasts."""
        run_id = context.run.run_id if context.run else "without-a-run"
        with private_files(), refresh_lock(self.paths):
            claim(self.paths, print)
            find_current(self.paths, print)
            self._started = time.monotonic()
            self._update(RefreshRecord(run_id=run_id, started_at=timestamp()))
            self._instance = context.instance
            if context.instance is not None:
                clear_leftovers(context.instance, run_id)
                prune_runs(context.instance, self.paths, {run_id, self._published_by()})
            yield self
            if self._record.outcome == "running":
                self._end()
            settings = reporting(self.environment.exports)
            notify(self._record, read_recipients(os.environ), self.progress, settings.language)
            if self._record.outcome in SEEN:
                self._deliver(tells_signals=settings.tell_signals)
            close_folder(self.paths)  # what the scheduler's own processes have written meanwhile

    @contextmanager
    def stage(self, name: str, retry_number: int = 0) -> Iterator[None]:
        """Run one stage: note its name and seconds, and what failed in it.

        An error that may pass by itself (a network share that was away) has the stage tried again,
        up to three times and each time later. An error whose class names an exit code ends the
        refresh with that code, any other with 1.

        Raises:
            dagster.RetryRequested: the stage is to be tried again.

        """
        begun = time.monotonic()
        self._update(replace(self._record, stage=name))
        try:
            yield
        except Exception as error:
            if retry_number < MOST_RETRIES and is_transient(error):
                seconds = FIRST_RETRY_SECONDS * 4**retry_number
                self.progress(f"{error}: tried again in {seconds:g} s")
                raise dg.RetryRequested(MOST_RETRIES, seconds) from error
            self._fail(error)
            raise
        finally:
            seconds = {**self._record.seconds, name: round(time.monotonic() - begun, 2)}
            self._update(replace(self._record, seconds=seconds))

    def _deliver(self, tells_signals: bool) -> None:
        """Send what is due: the report of a period that is complete, what is newly found.

        Nothing of it changes what became of the refresh; the next one tries again.
        """
        recipients = read_report_recipients(os.environ)
        try:
            send_report(self.paths, recipients, self.progress)
            if tells_signals:
                tell_new_signals(self.paths, recipients, self.progress)
        except Exception as error:  # whatever it is, readers see the version
            self.progress(f"the report could not be sent: {error}")

    def _published_by(self) -> str:
        """Return the id of the run that published what readers see; "" when none did."""
        current = next((each for each in list_versions(self.paths) if each.is_current), None)
        return str(current.manifest.get("run_id", "")) if current else ""

    def must_publish(self) -> None:
        """Note that this run has to end with a version: without one it has failed."""
        self._must_publish = True

    def published(self, version: str, held_back: Sequence[str]) -> None:
        """Note that the refresh has published `version`, and what part of the input it lacks."""
        record = replace(self._record, version=version, messages=tuple(held_back))
        if held_back:
            self._update(finished(record, "held back", 5))
        else:
            self._update(finished(record, "published", 0))

    def unchanged(self, version: str, held_back: Sequence[str]) -> None:
        """Note that nothing is new since `version`, and what part of the input it lacks."""
        record = replace(self._record, version=version, messages=tuple(held_back))
        self._update(finished(record, "unchanged", 5 if held_back else 0))

    def mirror(self) -> None:
        """Copy the version that readers see into PostgreSQL, where one is named.

        What is published stays published when that cannot be done: the next refresh tries again.
        """
        target = read_mirror_target(os.environ)
        if target is None:
            return
        try:
            mirror(self.paths, target, self.progress, self.memory_limit)
        except Exception as error:
            is_ours = isinstance(error, MirrorError)
            said = str(error) if is_ours else "".join(traceback.format_exception_only(error))
            lines = said.splitlines()
            for line in ["the copy in PostgreSQL is as it was before:", *lines]:
                self.progress(line)
            self._update(replace(self._record, exit_code=5, undelivered=tuple(lines)))

    def progress(self, message: str) -> None:
        """Print one line: elapsed time, stage, message."""
        elapsed = time.monotonic() - self._started
        print(f"{elapsed:7.1f} s  {self._record.stage:<9} {message}", flush=True)

    def _end(self) -> None:
        if not self._must_publish:
            self._update(finished(self._record, "done", 0))
            return
        self._fail(
            ProspectionError(
                f"stages after {self._record.stage} did not run, and nothing was published: "
                "run it again; if it stays so, look at the run in the scheduler's pages"
            )
        )

    def _fail(self, error: Exception) -> None:
        if isinstance(error, ProspectionError):
            code, lines = error.exit_code, str(error).splitlines()
        else:
            told = refused_by_system(error)
            code, lines = 1, [told] if told else traceback.format_exception_only(error)
        record = replace(self._record, messages=tuple(line.rstrip() for line in lines))
        self._update(finished(record, _OUTCOMES.get(code, "failed"), code))
        if self._instance is not None:
            self._instance.add_run_tags(record.run_id, {EXIT_CODE_TAG: str(code)})

    def _update(self, record: RefreshRecord) -> None:
        self._record = record
        write_record(self.paths, record)


class RefreshDbt(DbtCliResource):  # type: ignore[misc]
    """dbt's command line as a child that ends with this process (`warehouse/dbt_process.py`)."""

    @classmethod
    def of(cls, command: Sequence[str], project_dir: Path = PROJECT_DIR) -> "RefreshDbt":
        """Return the resource that runs `command` in the project."""
        return cls(
            project_dir=str(project_dir),
            profiles_dir=str(project_dir),
            dbt_executable=command[0],
            global_config_flags=list(command[1:]),
        )

    @property
    def _cli_version(self) -> Version:
        """Dbt's version without a further process that would look for newer ones on the network."""
        from dbt.version import __version__

        return Version(__version__)

    def _initialize_dbt_core_adapter(self, args: Sequence[str]) -> None:
        """Open no second connection to the warehouse: nothing is fetched through dbt's adapter."""
