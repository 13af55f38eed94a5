"""The stamp of a data folder: a newer one is refused, an older one is brought up to date."""

import argparse
import fcntl
import json
from pathlib import Path

import dagster as dg
import pyarrow.parquet as pq
import pytest

from orchestration.backup import backup, restore
from orchestration.cli import _parser, main
from orchestration.dagster.event_storage import SteadySqliteEventLogStorage
from orchestration.dagster.instance import open_instance
from orchestration.definitions import definitions
from orchestration.errors import ConfigurationError, RefreshRunningError
from orchestration.files import read_json, sha256, write_json
from orchestration.forms import migrations
from orchestration.forms.migrations import MIGRATIONS, bring_up, claim
from orchestration.forms.stamp import (
    FIRST_FORM,
    FORM,
    Stamp,
    own_stamp,
    read_form,
    read_stamp,
    stamp_file,
    write_stamp,
)
from orchestration.landing.store import Store
from orchestration.lock import lock_path
from orchestration.paths import Paths
from tests.python.cases import write_form, write_form_1

NEWER = Stamp(FORM + 1, "99.0.0")


def commands_with_a_data_folder() -> list[str]:
    """Return every sub-command of `prospection` that has the option --data."""
    (commands,) = (
        action for action in _parser()._actions if isinstance(action, argparse._SubParsersAction)
    )
    return [
        name
        for name, parser in commands.choices.items()
        if any("--data" in action.option_strings for action in parser._actions)
    ]


ARGUMENTS = {
    "held": ["list"],
    "backup": ["file.tar"],
    "restore": ["file.tar"],
    "storage": ["push"],
    "explain": ["win_rate"],
}


def contents(folder: Path) -> dict[str, str]:
    """Return the hash of every file below a folder."""
    return {
        path.relative_to(folder).as_posix(): sha256(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def old(tmp_path: Path) -> Paths:
    """Return a data folder as a release before the stamp wrote it."""
    write_form_1(tmp_path / "data")
    return Paths(tmp_path / "data")


def test_every_form_has_its_migration() -> None:
    assert list(MIGRATIONS) == list(range(2, FORM + 1))


@pytest.mark.parametrize("form", range(FIRST_FORM, FORM))
def test_a_folder_of_every_earlier_form_is_brought_up_and_its_loads_are_read(
    form: int, tmp_path: Path
) -> None:
    paths = Paths(tmp_path / "data")
    write_form(form, paths.data)
    assert read_form(paths) == form
    landed = contents(paths.landing)
    bring_up(paths, print)
    assert read_stamp(paths) == own_stamp()
    assert contents(paths.landing) == landed
    store = Store(paths.landing)
    loads = store.all_loads()
    assert loads
    store.check_hashes(loads)
    for each in loads:
        rows = sum(pq.read_metadata(file).num_rows for file in store.rows_files(each.load))
        assert rows == sum(file.landed for file in each.files) > 0


def test_an_empty_folder_has_no_form_and_is_left_empty(tmp_path: Path) -> None:
    assert read_form(Paths(tmp_path)) is None
    bring_up(Paths(tmp_path), print)
    assert list(tmp_path.iterdir()) == []


def test_a_refresh_stamps_a_new_folder_without_a_word(tmp_path: Path) -> None:
    said: list[str] = []
    paths = Paths(tmp_path)
    paths.state.mkdir()
    claim(paths, said.append)
    assert read_stamp(paths) == own_stamp()
    assert said == []


@pytest.mark.parametrize("command", commands_with_a_data_folder())
def test_every_command_refuses_what_a_newer_program_wrote(
    old: Paths,
    command: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    write_stamp(old, NEWER)
    before = contents(old.data)
    monkeypatch.chdir(tmp_path)
    code = main([command, *ARGUMENTS.get(command, []), "--data", str(old.data)])
    assert code == 2
    told = capsys.readouterr().err
    assert f"has form {FORM + 1}, written by Prospection 99.0.0" in told
    assert "use that release or a newer one" in told
    assert contents(old.data) == before


def test_dagster_loads_nothing_of_a_newer_data_folder(
    old: Paths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_stamp(old, NEWER)
    monkeypatch.setenv("PROSPECTION_DATA", str(old.data))
    monkeypatch.setenv("PROSPECTION_EXPORTS", str(tmp_path))
    with pytest.raises(ConfigurationError, match="written by Prospection 99"):
        definitions()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"form": "two", "written_by": "1"}', "{}"])
def test_a_stamp_that_cannot_be_read_is_refused(old: Paths, text: str) -> None:
    stamp_file(old).write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"form\.json cannot be read"):
        bring_up(old, print)


def test_an_old_folder_is_brought_up_once(old: Paths, capsys: pytest.CaptureFixture[str]) -> None:
    assert read_form(old) == 1
    landed = contents(old.landing)
    assert main(["status", "--data", str(old.data)]) == 0
    shown = capsys.readouterr()
    assert f"{old.data} was brought to form {FORM}" in shown.err
    assert "started at 2026-11-29T18:28:19+00:00: published" in shown.out
    assert read_stamp(old) == own_stamp()
    assert contents(old.landing) == landed
    assert main(["status", "--data", str(old.data)]) == 0
    assert capsys.readouterr().err == ""


def test_dagsters_own_settings_name_the_storage_that_is_there(old: Paths) -> None:
    settings = old.dagster_home / "dagster.yaml"
    own = settings.read_text(encoding="utf-8").replace(
        "purge_after_days: 90", "purge_after_days: 7"
    )
    settings.write_text(own, encoding="utf-8")
    bring_up(old, print)
    lines = zip(own.splitlines(), settings.read_text(encoding="utf-8").splitlines(), strict=True)
    assert [pair for pair in lines if pair[0] != pair[1]] == [
        ("  module: orchestration.event_storage", "  module: orchestration.dagster.event_storage")
    ]
    with open_instance(old) as instance:
        assert isinstance(instance.event_log_storage, SteadySqliteEventLogStorage)
        assert instance.get_runs(dg.RunsFilter()) == []


def test_a_migration_that_was_interrupted_is_run_again(
    old: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    def torn(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(migrations, "write_stamp", torn)
        with pytest.raises(KeyboardInterrupt):
            bring_up(old, print)
    assert read_form(old) == 1
    after = contents(old.dagster_home)
    bring_up(old, print)
    assert read_form(old) == FORM
    assert contents(old.dagster_home) == after


def test_nothing_is_brought_up_while_another_program_refreshes(old: Paths) -> None:
    with lock_path(old).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        before = contents(old.data)
        with pytest.raises(RefreshRunningError):
            bring_up(old, print)
        assert contents(old.data) == before


def test_a_backup_of_an_old_folder_is_brought_up_when_it_is_restored(
    old: Paths, tmp_path: Path
) -> None:
    backup(old, tmp_path / "old.tar")
    new = Paths(tmp_path / "new")
    assert main(["restore", str(tmp_path / "old.tar"), "--data", str(new.data)]) == 0
    assert read_form(new) == FORM


def test_a_backup_of_a_newer_program_replaces_nothing(old: Paths, tmp_path: Path) -> None:
    write_stamp(old, NEWER)
    backup(old, tmp_path / "newer.tar")
    here = Paths(tmp_path / "here")
    write_form_1(here.data)
    before = contents(here.data)
    with pytest.raises(ConfigurationError, match="has form"):
        restore(here, tmp_path / "newer.tar", replace=True)
    assert contents(here.data) == before


def test_reports_of_loads_from_before_a_column_was_known_can_be_read(old: Paths) -> None:
    (path,) = old.landing.glob("_loads/crm@*.parquet")
    table = pq.read_table(path)
    pq.write_table(table.drop_columns(["first_row", "missing_columns", "decimal_points"]), path)
    (landed,) = Store(old.landing).loads("crm")
    (file,) = landed.files
    assert (file.records, file.landed, file.first_row, file.missing_columns) == (3, 3, None, ())


def test_a_stamp_is_readable_json(old: Paths) -> None:
    bring_up(old, print)
    assert read_json(stamp_file(old)) == {"form": FORM, "written_by": own_stamp().written_by}
    write_json(stamp_file(old), {"form": FORM, "written_by": "0.0.1", "later": json.dumps("x")})
    assert read_form(old) == FORM
