"""The scheduler and its pages, as one command: `python -m orchestration.dagster.service`.

What belongs here: starting Dagster's own processes on this data folder, the pages behind our guard.
What does not: what they run, and the guard (see `pages.py`).
"""

import os
import signal
import sys
import warnings
from collections.abc import Sequence
from importlib import import_module
from typing import Any, NoReturn

from orchestration.dagster.instance import prepare_home
from orchestration.environment import PROJECT_DIR, Environment

_THEIRS = [sys.executable, "-m", "dagster_webserver"]
_OURS = [sys.executable, "-m", "orchestration.dagster.pages"]


def serve(environment: Environment, port: int) -> NoReturn:
    """Become Dagster's webserver and daemon, until they are stopped.

    The pages have no login, so that they are served on this machine only.
    """
    os.environ.update(environment.variables)
    prepare_home(environment.paths)
    os.chdir(PROJECT_DIR)
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # ignored in a shell's background: it stops us
    command = [sys.executable, "-m", "orchestration.dagster.service"]
    options = ["--module-name", "orchestration.definitions"]
    address = ["--host", "127.0.0.1", "--port", str(port)]
    os.execv(sys.executable, [*command, *options, *address])


def with_our_pages(command: Sequence[str]) -> list[str]:
    """Return the command that `dagster dev` starts a process by, the pages behind our guard."""
    is_theirs = list(command[: len(_THEIRS)]) == _THEIRS
    return [*_OURS, *command[len(_THEIRS) :]] if is_theirs else list(command)


def main() -> None:
    """Do as `dagster dev` does, with our pages in place of its own.

    Raises:
        SystemExit: it no longer starts the pages in the way known here; nothing is served then.

    """
    dev: Any = import_module("dagster._cli.dev")  # its parts are typed for itself only
    start, started = dev.open_ipc_subprocess, list[str]()

    def start_ours(parts: Sequence[str], **options: Any) -> Any:
        command = with_our_pages(parts)
        started.append(command[2])
        if started[0] != _OURS[2]:
            raise SystemExit(f"Dagster starts {command[2]} first: no pages without our guard")
        return start(command, **options)

    warnings.filterwarnings("ignore", message="Function `dev_command` is superseded")
    dev.open_ipc_subprocess = start_ours
    dev.dev_command()


if __name__ == "__main__":
    main()
