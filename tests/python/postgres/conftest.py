"""A PostgreSQL server of the tests' own, and published versions to copy into it."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest

from orchestration.environment import MirrorTarget
from orchestration.paths import Paths

PASSWORD = "très-secret:@/"
USER = "writer"


@dataclass
class Server:
    """A server that listens on this machine only; `folder` is all that there is of it."""

    binaries: Path
    folder: Path
    port: int
    account: Mapping[str, Any]
    process: "subprocess.Popen[bytes] | None" = field(default=None)

    def dsn(self, database: str, password: str = PASSWORD, user: str = USER) -> str:
        """Return how a database is reached."""
        return psycopg.conninfo.make_conninfo(
            host="127.0.0.1", port=self.port, dbname=database, user=user, password=password
        )

    def start(self) -> None:
        """Start it, and wait until it answers."""
        data = str(self.folder / "data")
        options = ["-k", str(self.folder), "-p", str(self.port), "-c", "fsync=off"]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [self.binaries / "postgres", "-D", data, "-h", "127.0.0.1", *options],
                stdout=log,
                stderr=log,
                **self.account,
            )
        for _ in range(200):
            try:
                psycopg.connect(self.dsn("postgres"), connect_timeout=2).close()
            except psycopg.OperationalError:
                time.sleep(0.1)
            else:
                return
        pytest.fail((self.folder / "log").read_text(encoding="utf-8", errors="replace"))

    def stop(self) -> None:
        """End it; its sessions end with it."""
        if self.process is not None:
            subprocess.run(
                [self.binaries / "pg_ctl", "-D", self.folder / "data", "-m", "fast", "-w", "stop"],
                check=True,
                capture_output=True,
                **self.account,
            )
            self.process.wait(30)
            self.process = None


@dataclass(frozen=True)
class Database:
    """An empty database of a test's own, with a role that reads."""

    server: Server
    name: str
    reader: str

    @property
    def target(self) -> MirrorTarget:
        """The database as the mirror is told of it."""
        return MirrorTarget(self.server.dsn(self.name), self.reader)

    def connect(self, autocommit: bool = True) -> "psycopg.Connection[Any]":
        """Connect as the owner."""
        return psycopg.connect(self.server.dsn(self.name), autocommit=autocommit)

    def connect_reader(self, autocommit: bool = True) -> "psycopg.Connection[Any]":
        """Connect as who may read."""
        dsn = self.server.dsn(self.name, "reads", self.reader)
        return psycopg.connect(dsn, autocommit=autocommit)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        with self.connect() as connection:
            return connection.execute(query).fetchall()


def _binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=_number)
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    if not found:
        pytest.fail("no PostgreSQL server is installed: make test-postgres does that")
    return found[-1].parent


def _number(path: Path) -> float:
    return float(path.parts[-3])


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """Start a server in a folder of its own; as root it runs as the account `postgres`."""
    folder = Path(tempfile.mkdtemp(prefix="prospection-pg-"))
    account: dict[str, Any] = {"cwd": folder}
    if os.getuid() == 0:
        known = pwd.getpwnam("postgres")
        account |= {"user": known.pw_uid, "group": known.pw_gid, "extra_groups": []}
        os.chown(folder, known.pw_uid, known.pw_gid)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    made = Server(_binaries(), folder, port, account)
    (folder / "password").write_text(PASSWORD, encoding="utf-8")
    command = [made.binaries / "initdb", "-D", folder / "data", "-U", USER, "--no-sync"]
    command += ["--auth=scram-sha-256", f"--pwfile={folder / 'password'}"]
    command += ["--encoding=UTF8", "--locale=C"]
    try:
        (folder / "password").chmod(0o644)
        subprocess.run(command, check=True, capture_output=True, **account)
        made.start()
        yield made
    finally:
        made.stop()
        shutil.rmtree(folder)


@pytest.fixture
def database(server: Server, request: pytest.FixtureRequest) -> Iterator[Database]:
    """Return an empty database."""
    name = f"d{abs(hash(request.node.nodeid)):x}"
    reader = f"reader_{name}"
    with psycopg.connect(server.dsn("postgres"), autocommit=True) as connection:
        connection.execute(f"create role {reader} login password 'reads'")
        connection.execute(f"create database {name}")
        yield Database(server, name, reader)
        connection.execute(f"drop database {name} with (force)")
        connection.execute(f"drop role {reader}")


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    """Return an empty data folder."""
    paths = Paths(tmp_path / "data")
    paths.state.mkdir(parents=True)
    paths.published.mkdir()
    return paths
