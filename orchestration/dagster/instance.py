"""Dagster's own storage in the data folder.

What belongs here: making it, opening it, and clearing away what a killed run has left in it and
runs of long ago. What does not: the definitions.
"""

import os
import shutil
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import dagster as dg
import yaml
from sqlalchemy.exc import DatabaseError, OperationalError

from orchestration.dagster.event_storage import SteadySqliteEventLogStorage
from orchestration.errors import RUNS_REMEDY, DamagedFileError, first_line
from orchestration.files import write_text
from orchestration.paths import Paths

KEPT_RUNS = 20
"""How many runs are kept, with their events and logs: ten megabytes each."""

_SETTINGS = "dagster.yaml"
_BATCH_SIZE = "DAGSTER_EVENT_BATCH_SIZE"

_UNFINISHED = [dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING]


def prepare_home(paths: Paths) -> Path:
    """Make Dagster's home in the data folder, with our settings unless it has its own already.

    This process, and those that it starts, look for Dagster there and store planned events at once.
    """
    paths.dagster_home.mkdir(parents=True, exist_ok=True)
    settings = paths.dagster_home / _SETTINGS
    if not settings.exists():
        write_text(settings, Path(__file__).with_name("instance.yml").read_text(encoding="utf-8"))
    os.environ["DAGSTER_HOME"] = str(paths.dagster_home)
    os.environ.setdefault(_BATCH_SIZE, "1000")  # Dagster's own default is event by event
    return paths.dagster_home


@contextmanager
def open_instance(paths: Paths) -> Iterator[dg.DagsterInstance]:
    """Open Dagster's storage of this data folder.

    Raises: DamagedFileError naming the file of it that cannot be read.
    """
    home = prepare_home(paths)
    with ExitStack() as opened:
        try:
            instance = opened.enter_context(dg.DagsterInstance.from_config(str(home)))
            instance.event_log_storage.get_concurrency_keys()
            instance.all_instigator_state()
        except (yaml.YAMLError, UnicodeError) as error:
            remedy = "delete it: the next refresh writes our settings into it"
            raise DamagedFileError(home / _SETTINGS, first_line(error), remedy) from error
        except DatabaseError as error:
            if isinstance(error, OperationalError):  # a full disk, a lock
                raise
            damaged = next((file for file in home.rglob("*.db") if not _is_database(file)), home)
            raise DamagedFileError(damaged, first_line(error), RUNS_REMEDY) from error
        yield instance


def _is_database(file: Path) -> bool:
    """Tell whether SQLite can read what is in a file."""
    with closing(sqlite3.connect(file)) as connection:
        try:
            return connection.execute("pragma quick_check").fetchall() == [("ok",)]
        except sqlite3.DatabaseError:
            return False


def clear_leftovers(instance: dg.DagsterInstance, own_run_id: str) -> list[str]:
    """Mark runs whose process is gone as failed and free the pool slots that they held.

    Call it with the refresh lock held: then no other run can be alive, and a slot that a killed run
    still holds would make every later run wait for ever.

    Returns:
        The ids of the runs that had not ended.

    """
    runs = instance.get_runs(dg.RunsFilter(statuses=_UNFINISHED))
    unfinished = [run for run in runs if run.run_id != own_run_id]
    for run in unfinished:
        instance.report_run_failed(run, "Its process ended before the run did.")
    storage = instance.event_log_storage
    if storage.supports_global_concurrency_limits:
        for run_id in storage.get_concurrency_run_ids() - {own_run_id}:
            storage.free_concurrency_slots_for_run(run_id)
    return [run.run_id for run in unfinished]


def prune_runs(
    instance: dg.DagsterInstance, paths: Paths, kept_ids: Collection[str], kept: int = KEPT_RUNS
) -> int:
    """Delete the runs before the newest ones, with their events and logs; return how many.

    Call it with the refresh lock held, after `clear_leftovers`: no other run is alive then.

    Args:
        instance: Dagster's storage.
        paths: the data folder.
        kept_ids: runs that are kept whatever their age.
        kept: how many of the newest are kept.

    """
    old = [run.run_id for run in instance.get_runs()[kept:] if run.run_id not in kept_ids]
    for run_id in old:
        instance.delete_run(run_id)
        shutil.rmtree(paths.dagster_home / "storage" / run_id, ignore_errors=True)
    if old and isinstance(instance.event_log_storage, SteadySqliteEventLogStorage):
        instance.event_log_storage.give_back()
    return len(old)
