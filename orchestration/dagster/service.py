"""The scheduler and its pages, as one command.

What belongs here: starting Dagster's own processes on this data folder. What does not: what they
run.
"""

import os
import signal
import sys
from typing import NoReturn

from orchestration.dagster.instance import prepare_home
from orchestration.environment import PROJECT_DIR, Environment


def serve(environment: Environment, port: int) -> NoReturn:
    """Become Dagster's webserver and daemon, until they are stopped.

    The pages have no login, so that they are served on this machine only.
    """
    os.environ.update(environment.variables)
    prepare_home(environment.paths)
    os.chdir(PROJECT_DIR)
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # ignored in a shell's background: it stops us
    command = [sys.executable, "-m", "dagster", "dev"]
    options = ["--module-name", "orchestration.definitions"]
    address = ["--host", "127.0.0.1", "--port", str(port)]
    os.execv(sys.executable, [*command, *options, *address])
