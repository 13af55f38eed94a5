"""The Spark session as a child process: starting it, asking it, and knowing when it has ended.

What belongs here: the command that starts it, and requests and answers as lines of JSON. What does
not: what is asked (see `spark_build.py`), and Spark itself (see `spark_worker.py`).
"""

import json
import os
import subprocess
import threading
from collections.abc import Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from orchestration.engines.spark_ready import DRIVER_MEMORY, require_spark
from orchestration.engines.spark_sql import SESSION
from orchestration.engines.spark_worker import LOCAL
from orchestration.errors import ProspectionError
from orchestration.settings.engine import Engine

WORKER = Path(__file__).with_name("spark_worker.py")


class SparkError(ProspectionError):
    """Spark could not do what it was asked; the message is its own."""


def worker_command(engine: Engine, threads: int, python: Path) -> list[str]:
    """Return the command that starts the session."""
    options = json.dumps(
        {
            "remote": engine.remote,
            "is_submitted": engine.submit is not None,
            "settings": dict(engine.session_settings),
            "session": dict(SESSION),
            "threads": threads,
        }
    )
    return [str(python), str(WORKER), options]


def worker_variables(engine: Engine, python: Path, variables: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of the session, given that of this process.

    Spark starts itself by spark-submit, that of `SPARK_HOME` if it is set, with what is said here.
    """
    submit = {"PYSPARK_SUBMIT_ARGS": f"{engine.submit} pyspark-shell"} if engine.submit else {}
    return {
        **{name: value for name, value in variables.items() if name != "PYTHONPATH"},
        "PYSPARK_DRIVER_PYTHON": str(python),
        **submit,
    }


class SparkProcess:
    """The session, shared by the threads that build."""

    def __init__(self, engine: Engine, threads: int, log: Path) -> None:
        self._log = log
        self._waiting: dict[int, Future[Mapping[str, Any]]] = {0: Future()}
        self._lock = threading.Lock()
        self._count = 0
        self._ended = False
        self._memory = engine.settings.get(DRIVER_MEMORY, LOCAL[DRIVER_MEMORY])
        python = require_spark(engine)
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as told:
            self._child = subprocess.Popen(
                worker_command(engine, threads, python),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=told,
                env=worker_variables(engine, python, os.environ),
                text=True,
                encoding="utf-8",
            )
        threading.Thread(target=self._listen, daemon=True).start()

    def wait_until_ready(self) -> None:
        """Wait for the session; an error of its start is raised here."""
        self._result(self._waiting[0])

    def ask(self, request: Mapping[str, Any]) -> float:
        """Have a request carried out; return the seconds that it took.

        Raises:
            SparkError: it could not be carried out, or Spark has ended.

        """
        future: Future[Mapping[str, Any]] = Future()
        with self._lock:
            self._count += 1
            number = self._count
            if self._ended or self._child.stdin is None:
                raise self._gone()
            self._waiting[number] = future
            try:
                self._child.stdin.write(json.dumps({**request, "id": number}) + "\n")
                self._child.stdin.flush()
            except OSError as error:
                raise self._gone() from error
        return float(self._result(future)["seconds"])

    def close(self) -> None:
        """End the session."""
        with self._lock:
            if self._child.stdin is not None and not self._child.stdin.closed:
                self._child.stdin.close()
        self._child.wait()

    def _result(self, future: Future[Mapping[str, Any]]) -> Mapping[str, Any]:
        answer = future.result()
        error = answer["error"]
        if error is None:
            return answer
        if "OutOfMemoryError" in error or "GC overhead limit" in error:
            raise SparkError(
                f"Spark has run out of memory: give it more than {self._memory} by `engine: "
                f"{{settings: {{{DRIVER_MEMORY}: …}}}}`, {error.splitlines()[0]}"
            )
        raise SparkError(str(error))

    def _listen(self) -> None:
        """Hand every answer to who waits for it; when the child has ended nobody waits on."""
        if self._child.stdout is not None:
            for line in self._child.stdout:
                answer = json.loads(line)
                self._waiting[answer["id"]].set_result(answer)
        with self._lock:
            self._ended = True
            waiting = [future for future in self._waiting.values() if not future.done()]
        for future in waiting:
            future.set_exception(self._gone())

    def _gone(self) -> SparkError:
        return SparkError(
            f"Spark has ended before its work was done: see {self._log}, then run again, "
            "with more memory for it where it lacked some (`engine.settings`)"
        )
