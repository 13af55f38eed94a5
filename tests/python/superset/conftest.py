"""Fixtures of the tests of Superset: one that `make superset` starts, on a copy of the demo."""

import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from orchestration.paths import Paths
from tests.python.conftest import REPO_ROOT, DemoRefresh

PYTHON = REPO_ROOT / ".venv-superset" / "bin" / "python"
STARTING = 600
"""Seconds that the first start may take: it makes Superset's own database."""


@dataclass(frozen=True)
class Superset:
    """A Superset that serves a data folder."""

    paths: Paths
    address: str
    password: str

    def session(self) -> requests.Session:
        """Return a session of the administrator with Superset's API."""
        session = requests.Session()
        session.trust_env = False
        login = {
            "username": "admin",
            "password": self.password,
            "provider": "db",
            "refresh": True,
        }
        token = self._ask(session, "post", "security/login", json=login)["access_token"]
        session.headers["Authorization"] = f"Bearer {token}"
        session.headers["X-CSRFToken"] = self._ask(session, "get", "security/csrf_token/")["result"]
        session.headers["Referer"] = self.address
        return session

    def _ask(self, session: requests.Session, method: str, path: str, **options: Any) -> Any:
        answer = session.request(method, f"{self.address}/api/v1/{path}", timeout=120, **options)
        answer.raise_for_status()
        return answer.json()

    def database(self, session: requests.Session) -> int:
        """Return the id of the published database in Superset."""
        ((identifier, name),) = [
            (each["id"], each["database_name"])
            for each in self._ask(session, "get", "database/")["result"]
        ]
        assert name == "Prospection"
        return int(identifier)

    def datasets(self, session: requests.Session) -> dict[str, int]:
        """Return the ids of the datasets by schema and table."""
        found = self._ask(session, "get", "dataset/?q=(page_size:500)")["result"]
        return {f"{each['schema']}.{each['table_name']}": each["id"] for each in found}

    def dataset(self, session: requests.Session, identifier: int) -> Any:
        return self._ask(session, "get", f"dataset/{identifier}")["result"]

    def sql(self, session: requests.Session, database: int, statement: str) -> requests.Response:
        """Run SQL as SQL Lab does."""
        return session.post(
            f"{self.address}/api/v1/sqllab/execute/",
            json={"database_id": database, "sql": statement, "runAsync": False, "queryLimit": 1000},
            timeout=120,
        )

    def rows(self, session: requests.Session, dataset: int, query: dict[str, Any]) -> Any:
        """Run a query as a chart does."""
        asked = {
            "datasource": {"id": dataset, "type": "table"},
            "queries": [query],
            "result_format": "json",
            "result_type": "full",
        }
        (result,) = self._ask(session, "post", "chart/data", json=asked)["result"]
        return result["data"]


@pytest.fixture(scope="session")
def superset(
    demo_refresh: DemoRefresh, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Superset]:
    """Return a Superset of its own, which is stopped at the end."""
    folder = tmp_path_factory.mktemp("superset")
    paths = demo_refresh.copy(folder / "data")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [PYTHON, REPO_ROOT / "deploy" / "superset" / "start.py", "--data", paths.data]
    command += ["--home", folder / "home", "--port", str(port)]
    log = folder / "log"
    with log.open("w") as output:
        server = subprocess.Popen(
            list(map(str, command)),
            cwd=REPO_ROOT,
            env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(REPO_ROOT), "HOME": str(folder)},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield Superset(paths, f"http://127.0.0.1:{port}", _password(server, log, port))
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(60)


def _password(server: subprocess.Popen[bytes], log: Path, port: int) -> str:
    """Wait until the server answers; return the password that it showed."""
    for _ in range(STARTING):
        if server.poll() is not None:
            pytest.fail(f"Superset ended with {server.returncode}:\n{log.read_text()}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(1)
    shown = re.search(r"user admin, password (\S+)", log.read_text())
    assert shown, log.read_text()
    return shown.group(1)
