"""dbt as a child that never outlives the refresh that started it.

What belongs here: the entry point
`python -m orchestration.warehouse.dbt_process [--parsed FILE] …`, else the same command line as
`dbt …`. With `--parsed` dbt takes the project from that file, which an earlier `dbt parse` of the
same files left, and reads none of them; and it says what it says as lines of JSON, to the standard
output and to `dbt.log` in the folder that `DBT_LOG_PATH` names. When the refresh is killed the
kernel kills this process too, so that no orphan goes on writing to the warehouse while the next
refresh starts.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import NoReturn

from orchestration.environment import PROJECT_DIR, Environment
from orchestration.processes import begin_child, end

PARSED_OPTION = "--parsed"
SPARK_TARGET = "--target=spark"
"""Given to dbt when Spark builds the models: the target of `profiles.yml` that has the plug-in."""


def run_by_hand(arguments: Sequence[str], environment: Environment) -> int:
    """Run dbt with these arguments on this project, wherever one stands; return its exit code."""
    variables = {
        "DBT_PROJECT_DIR": str(PROJECT_DIR),
        "DBT_PROFILES_DIR": str(PROJECT_DIR),
        **os.environ,
        **environment.variables,
    }
    command = [sys.executable, "-m", __name__, *arguments]
    return subprocess.run(command, env=variables, check=False).returncode


def main() -> NoReturn:
    """Run the dbt command line."""
    begin_child()
    if sys.argv[1:2] == [PARSED_OPTION]:
        end(_run_parsed(Path(sys.argv[2]), sys.argv[3:]))
    from dbt.cli.main import cli

    cli()
    sys.exit(0)


def _run_parsed(parsed: Path, arguments: list[str]) -> int:
    """Run dbt on a project that is already parsed; return dbt's exit code."""
    from dbt.cli.main import dbtRunner
    from dbt.contracts.graph.manifest import Manifest
    from dbt.parser.manifest import extended_mashumuro_decoder

    from orchestration.warehouse.dbt_events import tell_no_details, write_event
    from orchestration.warehouse.dbt_shortcuts import take_shortcuts

    tell_no_details()
    manifest = Manifest.from_msgpack(parsed.read_bytes(), decoder=extended_mashumuro_decoder)
    if SPARK_TARGET in arguments:
        from orchestration.engines.spark_plugin import build_on_spark

        build_on_spark(manifest)
    else:
        take_shortcuts()
    silent = ["--log-level", "none", "--log-level-file", "none"]
    path = Path(os.environ["DBT_LOG_PATH"], "dbt.log")
    log = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    runner = dbtRunner(manifest=manifest, callbacks=[partial(write_event, log)])
    result = runner.invoke([*silent, *arguments])
    if result.exception is not None:
        print(result.exception, file=sys.stderr)
        return 2
    return 0 if result.success else 1


if __name__ == "__main__":
    main()
