"""The scheduler and its pages, as one command.

What belongs here: starting Dagster's own processes on this data folder. What does not: what they
run.
"""

import os
import subprocess
import sys

from orchestration.environment import PROJECT_DIR, Environment
from orchestration.instance import prepare_home


def serve(environment: Environment, port: int) -> int:
    """Run Dagster's webserver and daemon until they are stopped; return their exit code.

    The pages have no login, so that they are served on this machine only.
    """
    os.environ.update(environment.variables)
    prepare_home(environment.paths)
    command = [sys.executable, "-m", "dagster", "dev"]
    options = ["--module-name", "orchestration.definitions"]
    address = ["--host", "127.0.0.1", "--port", str(port)]
    try:
        return subprocess.call([*command, *options, *address], cwd=PROJECT_DIR)
    except KeyboardInterrupt:
        return 0
