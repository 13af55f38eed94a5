"""Who may read what in a data folder, whatever the umask was and whoever asks.

What belongs here: the modes of files and folders, also as other users of the machine see them. What
does not: what is in them.
"""

import os
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest

from orchestration.backup import backup, restore
from orchestration.cli import main
from orchestration.errors import ConfigurationError
from orchestration.landing.loading import land
from orchestration.modes import PUBLISH_MODES, close_folder, open_version, wider_than_meant
from orchestration.paths import Paths
from orchestration.publication.own_tables import RefreshFacts
from orchestration.publication.writing import publish
from orchestration.settings.declared import read_settings
from tests.python.conftest import DemoRefresh

GROUP, READER, STRANGER = 54321, 54322, 54323
MANIFEST = {
    "nodes": {
        "a": {
            "resource_type": "model",
            "schema": "core",
            "alias": "dim_days",
            "description": "one row per day",
            "config": {"meta": {}},
            "columns": {},
        }
    }
}


@pytest.fixture
def folder() -> Iterator[Path]:
    """Return a folder that every user of the machine can reach."""
    made = Path(tempfile.mkdtemp(prefix="modes-"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made)


@pytest.fixture(params=[0, 0o077], ids=["umask 0", "umask 077"])
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


def publish_day(paths: Paths, run_id: str, mode: str) -> str:
    """Publish a table of one row, whose file all versions share."""
    with duckdb.connect(str(paths.warehouse)) as connection:
        connection.execute("create schema if not exists core")
        connection.execute("create or replace table core.dim_days as select 1 as day_key")
    started = datetime(2026, 10, 16, 4, 0, tzinfo=UTC)
    facts = RefreshFacts(run_id, started, date(2026, 10, 15), {}, [], {"currency": "EUR"})
    return publish(paths, MANIFEST, facts, publish_mode=mode)


def modes(folder: Path, is_folder: bool) -> set[int]:
    """Return the modes of all files, or folders, at and below a folder; links have none."""
    return {
        stat.S_IMODE(path.lstat().st_mode)
        for path in (folder, *folder.rglob("*"))
        if not path.is_symlink() and path.is_dir() == is_folder
    }


@pytest.mark.usefixtures("umask")
def test_every_version_has_the_modes_of_the_newest(folder: Path) -> None:
    paths = Paths(folder / "data")
    paths.data.mkdir()
    for number, mode in enumerate(("group", "all", "owner", "group")):
        publish_day(paths, f"{number}0000000-0000", mode)
        of_folder, of_file = PUBLISH_MODES[mode]
        assert modes(paths.published, is_folder=True) == {of_folder}
        assert modes(paths.published, is_folder=False) == {of_file}
    assert len(list(paths.published.glob("2*"))) == 4


def test_what_a_release_before_left_open_is_closed(folder: Path) -> None:
    before = os.umask(0)
    try:
        paths = Paths(folder / "data")
        (folder / "exports" / "crm").mkdir(parents=True)
        (folder / "exports" / "crm" / "accounts.csv").write_text("account_id,name\n1,Acme\n")
        land(folder / "exports", paths, read_settings(folder / "exports"))
        publish_day(paths, "00000000-0000", "group")
        (paths.data / "reports").mkdir()
        (paths.data / "reports" / "2026.html").write_text("")
        (paths.data / "reports" / "2026.html").chmod(0o444)
    finally:
        os.umask(before)
    wide = wider_than_meant(paths)
    assert {paths.data, paths.landing, paths.state, paths.warehouse} <= set(wide)
    assert not any(path.is_relative_to(paths.published) for path in wide)
    close_folder(paths)
    assert wider_than_meant(paths) == []
    assert stat.S_IMODE(paths.data.stat().st_mode) == 0o711
    assert stat.S_IMODE((paths.data / "reports" / "2026.html").stat().st_mode) == 0o400
    for part in (paths.landing, paths.state):
        assert modes(part, is_folder=True) == {0o700}
        assert modes(part, is_folder=False) == {0o600}
    assert modes(paths.published, is_folder=False) == {0o440}


def test_status_warns_of_what_is_open_to_more(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = Paths(folder / "data")
    paths.data.mkdir()
    publish_day(paths, "00000000-0000", "group")
    close_folder(paths)
    main(["status", "--data", str(paths.data)])
    assert "warning" not in capsys.readouterr().out
    paths.warehouse.chmod(0o604)
    (victim,) = paths.published.glob("2*/manifest.json")
    victim.chmod(0o444)
    main(["status", "--data", str(paths.data)])
    told = capsys.readouterr().out
    assert "warning: 2 files or folders are open to more users than is meant" in told
    assert f"{paths.warehouse} (0604)" in told


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can look as another user")
def test_the_group_reads_what_is_published_and_nothing_else(folder: Path) -> None:
    """As a second user of the folder's group, and as a third one of none."""
    paths = Paths(folder / "data")
    paths.published.mkdir(parents=True)
    os.chown(paths.published, -1, GROUP)
    paths.published.chmod(0o2750)
    publish_day(paths, "00000000-0000", "group")
    close_folder(paths)

    def reads(file: Path, user: int, group: int) -> bool:
        command = ["cat", str(file)]
        ended = subprocess.run(
            command, user=user, group=group, extra_groups=[], capture_output=True, check=False
        )
        return ended.returncode == 0

    secret = paths.state / "pseudonym.key"
    for file in (paths.current / "manifest.json", paths.current / "prospection.duckdb"):
        assert reads(file, READER, GROUP)
        assert not reads(file, STRANGER, STRANGER)
    for file in (secret, paths.warehouse):
        assert not reads(file, READER, GROUP)
    publish_day(paths, "10000000-0000", "all")
    assert reads(paths.current / "prospection.duckdb", STRANGER, STRANGER)
    publish_day(paths, "20000000-0000", "owner")
    assert not reads(paths.current / "prospection.duckdb", READER, GROUP)
    assert not any(
        reads(version / "manifest.json", READER, GROUP) for version in paths.published.glob("2*")
    )


@pytest.mark.usefixtures("umask")
def test_a_backup_is_for_its_user_only_and_so_is_what_is_restored(folder: Path) -> None:
    paths, other = Paths(folder / "data"), Paths(folder / "other")
    (folder / "exports" / "crm").mkdir(parents=True)
    (folder / "exports" / "crm" / "accounts.csv").write_text("account_id,name\n1,Acme\n")
    land(folder / "exports", paths, read_settings(folder / "exports"))
    backup(paths, folder / "backup.tar")
    assert stat.S_IMODE((folder / "backup.tar").stat().st_mode) == 0o600
    restore(other, folder / "backup.tar")
    assert wider_than_meant(other) == []


def test_the_scheduler_and_all_it_starts_write_for_their_user_only(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []

    def started(*_: object) -> None:
        seen.append(os.umask(0o022))
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "execv", started)
    monkeypatch.chdir(folder)
    main(["dagster", "--data", str(folder / "data"), "--exports", str(folder)])
    assert seen == [0o077]
    assert modes(folder / "data" / "dagster", is_folder=False) == {0o600}


def test_an_unknown_mode_is_refused(tmp_path: Path) -> None:
    (tmp_path / "crm").mkdir()
    (tmp_path / "sources.yml").write_text("reporting: {publish_mode: everybody}\n")
    with pytest.raises(ConfigurationError, match="group"):
        read_settings(tmp_path)


def test_a_whole_refresh_leaves_nothing_open(demo_refresh: DemoRefresh) -> None:
    paths = demo_refresh.paths
    assert wider_than_meant(paths) == []
    assert stat.S_IMODE(paths.data.stat().st_mode) == 0o711
    assert modes(paths.published, is_folder=True) == {0o2750}
    assert modes(paths.published, is_folder=False) == {0o440}
    for part in (paths.landing, paths.translated, paths.state, paths.dagster_home, paths.reports):
        assert modes(part, is_folder=True) == {0o700}
        assert modes(part, is_folder=False) <= {0o600, 0o400}


def test_a_folder_that_does_not_exist_is_no_problem(tmp_path: Path) -> None:
    close_folder(Paths(tmp_path / "none"))
    assert wider_than_meant(Paths(tmp_path / "none")) == []
    open_version(tmp_path / "none", "group")
