"""What a build on Spark lacks is told before it begins, with what to do; nothing here has Spark."""

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from orchestration.engines.spark_ready import require_memory, require_spark
from orchestration.engines.storage import Storage, StorageError
from orchestration.errors import ConfigurationError
from orchestration.paths import Paths
from orchestration.settings.engine import Engine

SMALL = Engine("spark", settings={"spark.driver.memory": "1m"})


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    """Return an environment that looks as if `make spark` had made it."""
    python = tmp_path / ".venv-spark" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.touch()
    return tmp_path / ".venv-spark"


def java_home(folder: Path, says: str) -> dict[str, str]:
    """Make a Java that only tells its version, and return the variable that names it."""
    java = folder / "jvm" / "bin" / "java"
    java.parent.mkdir(parents=True)
    java.write_text(f"#!/bin/sh\necho '{says}' >&2\n")
    java.chmod(0o755)
    return {"JAVA_HOME": str(folder / "jvm")}


def lack(engine: Engine, variables: dict[str, str], environment: Path) -> str:
    with pytest.raises(ConfigurationError) as refused:
        require_spark(engine, variables, environment)
    message = str(refused.value)
    assert message.endswith("or build with --engine duckdb")
    return message


def test_without_its_environment_the_command_that_makes_it_is_named(tmp_path: Path) -> None:
    message = lack(SMALL, {}, tmp_path / ".venv-spark")
    assert message.startswith(f"the engine is spark, and its environment {tmp_path}")
    assert "run `make spark`" in message


@pytest.mark.parametrize("says", ['openjdk version "17.0.15"', 'java version "21"'])
def test_java_of_a_release_that_spark_runs_on_will_do(
    says: str, tmp_path: Path, environment: Path
) -> None:
    found = require_spark(SMALL, java_home(tmp_path, says), environment)
    assert found == environment / "bin" / "python"


@pytest.mark.parametrize(
    ("says", "release"), [('java version "1.8.0_402"', 8), ('openjdk version "11.0.2"', 11)]
)
def test_an_older_java_is_refused(
    says: str, release: int, tmp_path: Path, environment: Path
) -> None:
    message = lack(SMALL, java_home(tmp_path, says), environment)
    assert f"{tmp_path}/jvm/bin/java (JAVA_HOME) is Java {release}: run `make spark`" in message


def test_no_java_is_told(tmp_path: Path, environment: Path) -> None:
    nowhere = {"PATH": str(tmp_path)}
    assert "Java 17 or later, and there is none" in lack(SMALL, nowhere, environment)
    broken = {"JAVA_HOME": str(tmp_path)}
    assert "(JAVA_HOME) does not run" in lack(SMALL, broken, environment)


def test_a_session_that_may_take_more_than_there_is_is_refused() -> None:
    with pytest.raises(ConfigurationError, match=r"may take 4g .* this machine has 4\.0 GiB: say"):
        require_memory({}, 4 << 30)
    require_memory({}, 5 << 30)
    require_memory({"spark.driver.memory": "2048"}, 3 << 30)  # Spark counts in MiB
    with pytest.raises(ConfigurationError, match="may take 3GB "):
        require_memory({"spark.driver.memory": "3GB"}, 3 << 30)


def test_a_server_that_does_not_answer_is_told_without_its_token(environment: Path) -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        port = server.getsockname()[1]
        engine = Engine("spark", remote=f"sc://127.0.0.1:{port}/;token=secret")
        message = lack(engine, {}, environment)  # bound, but nobody listens
        assert f"no Spark Connect server answers at sc://127.0.0.1:{port} (" in message
        assert "secret" not in message
        server.listen()
        require_spark(engine, {}, environment)
        require_spark(SMALL, {"SPARK_REMOTE": f"sc://127.0.0.1:{port}"}, environment)


class _Refusing(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = b"<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"
        self.send_response(403)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_PUT(self) -> None:
        self.do_GET()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def refusing_store() -> Iterator[str]:
    """Start an object store that lets nobody in, and return its address."""
    server = HTTPServer(("127.0.0.1", 0), _Refusing)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_store_without_credentials_is_told(
    refusing_store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("HOME", str(tmp_path))
    engine = Engine("spark", storage="s3a://bucket/prospection", endpoint=refusing_store)
    with pytest.raises(StorageError) as refused:
        Storage(engine).push(Paths(tmp_path / "data"))
    assert "cannot copy to s3a://bucket/prospection" in str(refused.value)
    assert "the credentials (AWS_…), then run again" in str(refused.value)
