"""The command line: what is refused at once, and with which exit code."""

import errno
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.cli import main
from orchestration.files import write_json
from orchestration.lock import lock_path
from orchestration.paths import Paths
from orchestration.publication.versions import MANIFEST_KEYS, current_name, switch
from orchestration.refresh import status
from orchestration.refresh.record import RefreshRecord, finished, write_record


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("EXPORTS", "DATA", "REFRESH_AT", "MEMORY_LIMIT"):
        monkeypatch.delenv(f"PROSPECTION_{name}", raising=False)


def published(data: Path, *names: str) -> Paths:
    paths = Paths(data)
    for name in names:
        write_json(
            paths.published / name / "manifest.json",
            {
                **dict.fromkeys(MANIFEST_KEYS),
                "version": name,
                "as_of": "2026-10-15",
                "tables": {},
                "files": {},
            },
        )
        switch(paths, name)
    return paths


def test_missing_exports_are_a_wrong_use_and_make_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["run", "--exports", str(tmp_path / "none"), "--data", str(tmp_path / "data")])
    assert code == 2
    assert str(tmp_path / "none") in capsys.readouterr().err
    assert not (tmp_path / "data").exists()


def test_a_mistake_in_the_settings_is_a_wrong_configuration(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "exports" / "crm").mkdir(parents=True)
    (tmp_path / "exports" / "sources.yml").write_text("reporting: {curency: EUR}\n")
    code = main(["run", "--exports", str(tmp_path / "exports"), "--data", str(tmp_path / "data")])
    assert code == 2
    assert "did you mean 'currency'" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments", [[], ["refresh"], ["run", "--loaded-at", "yesterday"], ["demo"]]
)
def test_wrong_arguments_are_a_wrong_use(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2


def test_a_wrong_time_of_the_schedule_is_a_wrong_configuration(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PROSPECTION_REFRESH_AT", "25:00")
    assert main(["status"]) == 2
    assert "PROSPECTION_REFRESH_AT is '25:00'" in capsys.readouterr().err


@pytest.mark.parametrize("limit", ["0GB", "1", "GB", "80%", "1 GB of it", "-1GB"])
def test_a_memory_limit_that_is_no_size_is_a_wrong_configuration(
    limit: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PROSPECTION_MEMORY_LIMIT", limit)
    assert main(["status"]) == 2
    said = capsys.readouterr().err
    assert f"PROSPECTION_MEMORY_LIMIT is {limit!r}" in said
    assert "800MB" in said


def test_the_data_folder_may_come_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    published(tmp_path, "1", "2")
    monkeypatch.setenv("PROSPECTION_DATA", str(tmp_path))
    assert main(["status"]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["*", "2", "2026-10-15", "0", "0.0", "MB"] in lines
    assert ["1", "2026-10-15", "0", "0.0", "MB"] in lines


def test_status_of_an_empty_data_folder_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["status", "--data", str(tmp_path)]) == 0
    output = capsys.readouterr().out
    assert "nothing yet" in output
    assert "no refresh has run yet" in output
    assert list(tmp_path.iterdir()) == []


def test_status_tells_how_the_last_refresh_ended(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record = RefreshRecord("run", "2026-10-16T04:00:00+00:00", stage="build")
    write_record(Paths(tmp_path), record)
    main(["status", "--data", str(tmp_path)])
    assert "was interrupted in stage build" in capsys.readouterr().out

    write_record(Paths(tmp_path), finished(record, "blocked", 3))
    main(["status", "--data", str(tmp_path)])
    assert "blocked in stage build" in capsys.readouterr().out


def test_rollback_switches_back(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paths = published(tmp_path, "1", "2", "3")
    assert main(["rollback", "--data", str(tmp_path)]) == 0
    assert current_name(paths) == "2"
    assert "version 2" in capsys.readouterr().out
    assert main(["rollback", "3", "--data", str(tmp_path)]) == 0
    assert current_name(paths) == "3"


def test_rollback_without_anything_published_is_a_wrong_use(tmp_path: Path) -> None:
    assert main(["rollback", "--data", str(tmp_path)]) == 2
    assert not lock_path(Paths(tmp_path)).exists()


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (
            OSError(errno.ENOSPC, "No space left on device", "/data/x"),
            "/data/x: No space left on device: there is no room left on its disk: make room",
        ),
        (
            OSError(errno.EROFS, "Read-only file system", "/data/x", None, "/data/y"),
            "/data/y: Read-only file system: its disk is read-only: make it writable",
        ),
        (PermissionError(errno.EACCES, "Permission denied", "/data/x"), "this user may not"),
        (
            duckdb.IOException('IO Error: Could not write file "x": No space left on device'),
            "there is no room left on its disk: make room",
        ),
    ],
)
def test_what_the_system_refuses_is_told_with_what_to_do(
    error: Exception, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    def refused(*_: object) -> str:
        raise error

    monkeypatch.setattr(status, "describe_status", refused)
    assert main(["status", "--data", str(tmp_path)]) == 1
    said = capsys.readouterr().err
    assert told in said
    assert said.count("\n") == 1


def test_a_bug_is_told_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> str:
        raise FileNotFoundError(errno.ENOENT, "No such file or directory", "x")

    monkeypatch.setattr(status, "describe_status", broken)
    with pytest.raises(FileNotFoundError):
        main(["status", "--data", str(tmp_path)])
