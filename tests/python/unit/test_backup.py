"""What a backup holds, and that a damaged one changes nothing."""

import json
import tarfile
from pathlib import Path

import pytest

from orchestration.backup import backup, restore
from orchestration.cli import main
from orchestration.errors import ConfigurationError
from orchestration.files import write_json
from orchestration.landing.loading import land
from orchestration.paths import Paths
from orchestration.settings.declared import read_settings


def content(paths: Paths) -> dict[str, bytes]:
    """Return every file of landing and state but the lock, by name."""
    return {
        path.relative_to(paths.data).as_posix(): path.read_bytes()
        for part in (paths.landing, paths.state)
        for path in part.rglob("*")
        if path.is_file() and path.name != "refresh.lock"
    }


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    """Return a data folder with two loads, a decision and a warehouse."""
    exports = tmp_path / "exports"
    for day in (1, 2):
        folder = exports / "crm" / f"2026-10-0{day}"
        folder.mkdir(parents=True)
        (folder / "accounts.csv").write_text(f"account_id,name\n{day},Acme\n2\n")
    paths = Paths(tmp_path / "data")
    land(exports, paths, read_settings(exports))
    write_json(paths.state / "held.json", [])
    write_json(paths.state / "build.json", {"build_id": "1", "complete": True})
    (paths.state / "dbt").mkdir()
    (paths.state / "dbt" / "dbt.log").write_text("long")
    paths.warehouse.write_bytes(b"not looked at")
    return paths


def test_what_was_backed_up_is_there_again_in_an_empty_folder(paths: Paths, tmp_path: Path) -> None:
    expected = {
        name: value
        for name, value in content(paths).items()
        if name not in {"state/build.json", "state/dbt/dbt.log"}
    }
    assert backup(paths, tmp_path / "backup.tar") == len(expected)
    other = Paths(tmp_path / "other")
    assert restore(other, tmp_path / "backup.tar") == len(expected)
    assert content(other) == expected
    assert "landing/_loads/_empty.parquet" in expected
    assert sum(name.startswith("landing/_rejects/crm@") for name in expected) == 2


def test_a_restore_replaces_only_when_told_to_and_has_the_warehouse_built_anew(
    paths: Paths, tmp_path: Path
) -> None:
    backup(paths, tmp_path / "backup.tar")
    write_json(paths.state / "held.json", ["later"])
    (paths.landing / "generic" / "accounts" / "later.parquet").write_bytes(b"later")
    before = content(paths)
    with pytest.raises(ConfigurationError, match="--replace"):
        restore(paths, tmp_path / "backup.tar")
    assert content(paths) == before
    assert paths.warehouse.exists()
    restore(paths, tmp_path / "backup.tar", replace=True)
    assert json.loads((paths.state / "held.json").read_text()) == []
    assert not (paths.landing / "generic" / "accounts" / "later.parquet").exists()
    assert not paths.warehouse.exists()
    assert not (paths.state / "build.json").exists()


@pytest.mark.parametrize("flaw", ["cut off", "no tar", "changed", "incomplete", "outside"])
def test_a_damaged_backup_changes_nothing(paths: Paths, tmp_path: Path, flaw: str) -> None:
    whole, flawed = tmp_path / "backup.tar", tmp_path / "flawed.tar"
    backup(paths, whole)
    if flaw == "cut off":
        flawed.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    elif flaw == "no tar":
        flawed.write_bytes(b"account_id,name\n")
    elif flaw == "changed":
        flawed.write_bytes(
            whole.read_bytes().replace(b'"crm/2026', b'"crm/2025').replace(b"PAR1", b"PAR0")
        )
    else:
        with tarfile.open(whole) as source, tarfile.open(flawed, "w") as target:
            for number, entry in enumerate(source):
                if flaw == "incomplete" and number == 3:
                    continue
                if flaw == "outside" and number == 3:
                    entry.name = "landing/../../elsewhere"
                target.addfile(entry, source.extractfile(entry))
    before = content(paths)
    with pytest.raises(ConfigurationError):
        restore(paths, flawed, replace=True)
    assert content(paths) == before
    assert not (paths.data / ".restore").exists()
    assert not (tmp_path / "elsewhere").exists()


def test_a_backup_inside_of_what_it_holds_is_refused(paths: Paths) -> None:
    with pytest.raises(ConfigurationError, match="choose another place"):
        backup(paths, paths.state / "backup.tar")


def test_the_commands_do_the_same(
    paths: Paths, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, other = str(tmp_path / "backup.tar"), str(tmp_path / "other")
    assert main(["backup", file, "--data", str(paths.data)]) == 0
    assert main(["restore", file, "--data", other]) == 0
    assert "files restored" in capsys.readouterr().out
    assert main(["restore", file, "--data", other]) == 2
    assert main(["restore", file, "--data", other, "--replace"]) == 0
    assert main(["restore", str(tmp_path / "none.tar"), "--data", other]) == 2
    assert main(["backup", file, "--data", str(tmp_path / "nothing")]) == 2
    assert not (tmp_path / "nothing").exists()
