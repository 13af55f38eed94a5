"""The command, or one stage of it, in a process of its own that can be killed at a chosen moment.

What belongs here: counting the moments at which a kill could leave something half done, and killing
there. What does not: what is expected of it.

A moment is the instant before a file of the data folder is opened for writing, renamed, linked or
removed, and before a statement is given to DuckDB: the interpreter tells of the ones itself, the
others are counted on their way. Nothing is replaced, and what is done is done by the real code.
"""

import multiprocessing
import os
import signal
import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

BARE = "bare"
"""The word before a stage that is to be run without the job around it."""

_FILES = {"os.rename", "os.link", "os.symlink", "os.remove", "os.rmdir"}
_RUN_FILES = ("dagster", "state/dbt", "state/refresh.lock")
"""What belongs to one run only: nothing there outlives it."""


@dataclass(frozen=True)
class Moment:
    """One moment: its 1-based number, the stage, what was about to be done, and to what."""

    number: int
    stage: str
    kind: str
    what: str

    @property
    def is_switch(self) -> bool:
        """Whether a file was about to get its final name, or a link to be made."""
        return self.kind in {"os.rename", "os.symlink"}


def read_moments(log: Path) -> list[Moment]:
    """Return what a process has written about its moments."""
    rows = [line.split("\t", 3) for line in log.read_text(encoding="utf-8").splitlines()]
    return [Moment(int(number), stage, kind, what) for number, stage, kind, what in rows]


def begin(arguments: Sequence[object], log: Path, killed_at: int = 0) -> BaseProcess:
    """Start the command; it kills itself at the moment of that number (0: at none)."""
    process = _context().Process(
        target=_run, args=([str(each) for each in arguments], str(log), killed_at)
    )
    process.start()
    return process


def run(arguments: Sequence[object], log: Path, killed_at: int = 0) -> int:
    """Run the command to its end; return its exit code, or minus the signal that ended it."""
    process = begin(arguments, log, killed_at)
    process.join(600)
    assert process.exitcode is not None, f"{arguments} did not end: {read_moments(log)[-1]}"
    return process.exitcode


def said(log: Path) -> str:
    """Return what the command has printed."""
    return Path(f"{log}.out").read_text(encoding="utf-8")


@cache
def _context() -> ForkServerContext:
    """Return what starts processes that have imported the command's libraries already."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["orchestration.definitions", "orchestration.dagster.running"])
    return context


def _run(arguments: list[str], log: str, killed_at: int) -> None:
    from orchestration.cli import main

    descriptor = os.open(f"{log}.out", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    for name in [name for name in os.environ if name.startswith("PROSPECTION_")]:
        del os.environ[name]
    data = Path(arguments[arguments.index("--data") + 1]).absolute()
    _Moments(killed_at, Path(log), data).watch()
    try:
        code = _run_stage(*arguments[1:]) if arguments[0] == BARE else main(arguments)
    except BaseException:
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    os._exit(code)  # a child of multiprocessing would wait for the validator, which waits for it


def _run_stage(stage: str, _: str, exports: str, __: str, data: str, *more: str) -> int:
    """Run what a stage does without the job around it, which costs more than the stage.

    `forget` takes an address and erases, without building; `keep` is what a refresh does after a
    load when nothing is new; `rotate` makes the other secret, publishes with it and ends.
    """
    from orchestration.environment import Environment
    from orchestration.erasure.finding import Wanted
    from orchestration.erasure.forgetting import forget
    from orchestration.lock import refresh_lock
    from orchestration.paths import Paths
    from orchestration.publication.rotation import begin_rotation
    from orchestration.publication.versions import current_version
    from orchestration.refresh import stages
    from orchestration.warehouse.dbt_project import prepare_project

    environment = Environment(Path(exports), Paths(Path(data)))
    paths = environment.paths
    with refresh_lock(paths):
        if stage == "load":
            stages.load(environment, None, print, "again")
        elif stage == "validate":
            stages.validate(environment, "again")
        elif stage == "forget":
            forget(paths, Wanted(emails=frozenset(more)), "command", {"": None}, print)
        elif stage == "keep":
            stages.keep_version(paths, current_version(paths).name, print)
        else:
            if stage == "rotate":
                begin_rotation(paths)
            manifest = prepare_project(environment).manifest
            stages.publish_marts(paths, manifest, "again", datetime.now(UTC))
    return 0


class _Moments:
    """The moments of this process, in order, each written to the log before it passes."""

    def __init__(self, killed_at: int, log: Path, data: Path) -> None:
        self._killed_at = killed_at
        self._data = data
        self._count = 0
        self._log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        self._is_busy = False

    def watch(self) -> None:
        """Begin to count."""
        import duckdb

        sys.addaudithook(self._hear)
        execute: Callable[..., Any] = duckdb.DuckDBPyConnection.execute

        def counted(connection: object, query: object, *others: Any, **named: Any) -> object:
            self._pass("statement", " ".join(str(query).split())[:150])
            return execute(connection, query, *others, **named)

        duckdb.DuckDBPyConnection.execute = counted  # type: ignore[method-assign, assignment]

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self._is_busy:
            return
        if event in _FILES:
            names = [str(each) for each in arguments[:2] if isinstance(each, str | Path)]
        elif event == "open" and arguments[2] & (os.O_WRONLY | os.O_RDWR):
            names = [str(arguments[0])]
        else:
            return
        inside = [self._name(name) for name in names]
        if any(name is not None and not name.startswith(_RUN_FILES) for name in inside):
            self._pass(event, " → ".join(name or "?" for name in inside))

    def _name(self, path: str) -> str | None:
        """Return the path below the data folder, or None."""
        try:
            return Path(path).absolute().relative_to(self._data).as_posix()
        except ValueError:
            return None

    def _pass(self, kind: str, what: str) -> None:
        from orchestration.files import read_json

        self._is_busy = True
        stage = (read_json(self._data / "state" / "refresh.json") or {}).get("stage", "start")
        self._count += 1
        os.write(self._log, f"{self._count}\t{stage}\t{kind}\t{what}\n".encode())
        if self._count == self._killed_at:
            os.kill(os.getpid(), signal.SIGKILL)
        self._is_busy = False
