"""What a build on Spark needs, looked for before anything begins: each lack is told in a sentence.

What belongs here: the environment that has Spark, Java, memory for a local session, a server that
answers. What does not: starting Spark (see `spark_process.py`); the storage, which its first
copying tries (see `storage.py`).
"""

import os
import re
import shutil
import socket
import subprocess
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from orchestration.engines.spark_worker import LOCAL
from orchestration.environment import PROJECT_DIR
from orchestration.errors import ConfigurationError
from orchestration.processes import machine_memory
from orchestration.settings.engine import Engine

ENVIRONMENT = PROJECT_DIR / ".venv-spark"
"""What `make spark` makes."""

LEAST_JAVA = 17
"""The first Java that Spark 4 runs on."""

DRIVER_MEMORY = "spark.driver.memory"
_BESIDE_HEAP = 768 << 20
"""What Java takes beside its heap, and the processes around it, in bytes."""

_PORT = 15002
_PATIENCE_SECONDS = 10
_ELSE = "or build with --engine duckdb"
_UNITS = {"k": 10, "m": 20, "g": 30, "t": 40}


def require_spark(
    engine: Engine,
    variables: Mapping[str, str] = os.environ,
    environment: Path = ENVIRONMENT,
) -> Path:
    """Return the Python that has Spark, when everything is there that a session needs.

    Raises:
        ConfigurationError: what is missing, and what to do.

    """
    python = environment / "bin" / "python"
    if not python.exists():
        raise ConfigurationError(
            f"the engine is spark, and its environment {environment} is missing: run `make spark` "
            f"in the project, {_ELSE}"
        )
    remote = engine.remote or variables.get("SPARK_REMOTE", "")
    if remote.startswith("sc://"):
        _require_server(remote)
    elif not remote:
        _require_java(variables)
        if engine.submit is None:
            require_memory(engine.settings, machine_memory())
    return python


def _require_server(remote: str) -> None:
    """Try the server's port: Spark's own client would try for ten minutes."""
    address = urlsplit(remote)
    host, port = address.hostname or "", address.port or _PORT
    try:
        socket.create_connection((host, port), _PATIENCE_SECONDS).close()
    except OSError as error:
        raise ConfigurationError(
            f"no Spark Connect server answers at sc://{host}:{port} ({error}): start it, correct "
            f"`engine.remote`, {_ELSE}"
        ) from error


def _require_java(variables: Mapping[str, str]) -> None:
    """Ask the Java that Spark will take for its version."""
    home = variables.get("JAVA_HOME")
    java = str(Path(home, "bin", "java")) if home else shutil.which("java", path=_path(variables))
    where = f"{java} (JAVA_HOME)" if home else java
    needed = f"Spark needs Java {LEAST_JAVA} or later"
    advice = f"run `make spark`, let JAVA_HOME name another, {_ELSE}"
    if java is None:
        raise ConfigurationError(f"{needed}, and there is none: {advice}")
    try:
        told = subprocess.run([java, "-version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise ConfigurationError(f"{needed}, and {where} does not run: {advice}") from error
    # `1.8.0_402` is Java 8
    found = re.search(r'version "(?:1[.])?(\d+)', told.stderr + told.stdout)
    if found is not None and int(found[1]) < LEAST_JAVA:
        raise ConfigurationError(f"{needed}, and {where} is Java {found[1]}: {advice}")


def _path(variables: Mapping[str, str]) -> str:
    return variables.get("PATH", os.defpath)


def require_memory(settings: Mapping[str, str], there: int) -> None:
    """Refuse a local session that may take more memory than there is (`there`, in bytes).

    Raises:
        ConfigurationError: it may.

    """
    told = settings.get(DRIVER_MEMORY, LOCAL[DRIVER_MEMORY])
    size = re.fullmatch(r"(\d+)([kmgt]?)b?", told.strip().lower())
    if size is None:
        return  # Spark says what is wrong with it
    heap = int(size[1]) << _UNITS[size[2] or "m"]
    if heap + _BESIDE_HEAP > there:
        raise ConfigurationError(
            f"Spark's session may take {told} ({DRIVER_MEMORY}) and {_BESIDE_HEAP >> 20} MiB "
            f"beside it, and this machine has {there / (1 << 30):.1f} GiB: say less in "
            f"`engine.settings`, take a larger machine, {_ELSE}"
        )
