"""The audit of the locks: it says when it cannot, and fails on what is found."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest


class Answering(BaseHTTPRequestHandler):
    """A database that answers."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def database() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Answering)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.fixture
def tool(tmp_path: Path) -> Path:
    """Return a stand-in for pip-audit: it finds something in the second lock."""
    script = tmp_path / "tool"
    script.write_text(
        f'#!/bin/sh\necho "$@" >> {tmp_path}/asked\ncase "$*" in *second*) exit 1;; esac\n'
    )
    script.chmod(0o755)
    return script


def audit(root: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, root / ".ci" / "audit.py", *arguments]
    return subprocess.run(
        list(map(str, command)),
        capture_output=True,
        text=True,
        check=False,
        env={"no_proxy": "*"},
    )


def test_without_the_database_nothing_is_audited_and_that_is_said(
    repo_root: Path, tool: Path, tmp_path: Path
) -> None:
    ended = audit(repo_root, "--tool", tool, "--database", "http://127.0.0.1:9/", "second.txt")
    assert ended.returncode == 0
    assert ended.stdout.startswith("NOT AUDITED")
    assert not (tmp_path / "asked").exists()


def test_what_is_found_in_any_lock_fails(
    repo_root: Path, tool: Path, tmp_path: Path, database: str
) -> None:
    asked = ("--tool", tool, "--database", database)
    assert audit(repo_root, *asked, "first.txt").returncode == 0
    ended = audit(repo_root, *asked, "first.txt", "second.txt", "third.txt")
    assert ended.returncode == 1
    assert "second.txt" in ended.stderr
    lines = (tmp_path / "asked").read_text().splitlines()
    assert [line.rpartition(" ")[2] for line in lines] == [
        "first.txt",
        "first.txt",
        "second.txt",
        "third.txt",
    ]
    assert all("--require-hashes" in line and "--disable-pip" in line for line in lines)


def test_every_lock_is_audited_by_default(
    repo_root: Path, tool: Path, tmp_path: Path, database: str
) -> None:
    assert audit(repo_root, "--tool", tool, "--database", database).returncode == 0
    asked = {line.rpartition("/")[2] for line in (tmp_path / "asked").read_text().splitlines()}
    assert asked == {file.name for file in repo_root.glob("requirements*.txt")}
