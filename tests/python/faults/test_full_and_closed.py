"""Commands on a full disk, and in folders that cannot be written: told, and nothing half done.

What belongs here: commands that build nothing. What does not: the stages of a refresh on a full
disk (see `test_publication_faults.py`, `test_load_faults.py`).
"""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration.paths import Paths
from tests.python.faults.conftest import PERSON, copy, disk_of, hold_batch, landed_bytes
from tests.python.faults.killing import BARE, run, said
from tests.python.faults.test_kills_of_commands import hold_a_version, what_is_landed
from tests.python.faults.test_publication_faults import fill

pytestmark = pytest.mark.faults


def forgotten(_: Paths) -> str:
    return PERSON


@pytest.mark.parametrize(
    ("prepare", "command"),
    [
        (hold_batch, ("held", "release")),
        (hold_batch, ("held", "drop")),
        (hold_a_version, ("held", "drop")),
        (forgotten, ("forget", "--email")),
    ],
)
@pytest.mark.parametrize("left", [0, 30_000])
def test_on_a_full_disk_a_command_says_so_and_room_is_all_it_takes(
    landed: tuple[Path, Paths],
    tmp_path: Path,
    prepare: Callable[[Paths], str],
    command: tuple[str, str],
    left: int,
) -> None:
    exports, source = landed
    source = copy(source, tmp_path / "source")
    name = prepare(source)
    log = tmp_path / "log"

    def ask(paths: Paths, *, bare: bool = False) -> int:
        where = ("--exports", exports, "--data", paths.data)
        if command[0] == "held":
            return run((*command, name, "--data", paths.data), log)
        if bare:  # without the refresh that follows an erasure
            return run((BARE, "forget", *where, name), log)
        return run((*command, name, *where), log)

    def load(paths: Paths) -> None:
        assert run((BARE, "load", "--exports", exports, "--data", paths.data), log) == 0, said(log)

    whole = copy(source, tmp_path / "whole")
    assert ask(whole, bare=True) == 0, said(log)
    load(whole)
    with disk_of(tmp_path / "disk", megabytes=40) as disk:
        paths, ballast = copy(source, disk / "data"), disk / "ballast"
        fill(disk, ballast, left)
        code = ask(paths)
        if code != 0:
            assert code == 1, said(log)
            assert "make room" in said(log)
            assert f"{disk}" in said(log)
            assert "Traceback" not in said(log)
        assert left or code != 0
        ballast.unlink()
        if command[0] == "forget":
            assert ask(paths, bare=True) == 0, said(log)
        elif code != 0 and landed_bytes(paths) == landed_bytes(source):
            ask(paths)  # it may have been decided already: then the load carries it out
        load(paths)
        assert what_is_landed(paths) == what_is_landed(whole)


def test_a_data_folder_that_cannot_be_written_is_named_and_can_be_read(
    landed: tuple[Path, Paths], tmp_path: Path
) -> None:
    exports, source = landed
    log = tmp_path / "log"
    with disk_of(tmp_path / "disk", megabytes=40) as disk:
        paths = copy(source, disk / "data")
        name, before = hold_batch(paths), landed_bytes(paths)
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        where = ("--exports", exports, "--data", paths.data)
        for command, code, told in (
            (("run", *where), 2, "is read-only for this user; make it writable"),
            (("held", "release", name, "--data", paths.data), 1, "its disk is read-only: make it"),
            (("forget", "--email", PERSON, *where), 1, "its disk is read-only: make it"),
            (("held", "list", "--data", paths.data), 0, "too few"),
            (("status", "--data", paths.data), 0, "gate 1 holds back 1"),
        ):
            log = tmp_path / f"{command[0]} {command[1]}"
            assert run(command, log) == code, said(log)
            assert told in said(log)
            assert "Traceback" not in said(log)
        assert landed_bytes(paths) == before


def test_exports_that_cannot_be_written_are_landed(
    landed: tuple[Path, Paths], tmp_path: Path
) -> None:
    exports, source = landed
    log = tmp_path / "log"
    with disk_of(tmp_path / "disk", megabytes=4) as disk:
        subprocess.run(["cp", "-a", f"{exports}/.", str(disk)], check=True)
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        paths = Paths(tmp_path / "data")
        assert run((BARE, "load", "--exports", disk, "--data", paths.data), log) == 0, said(log)
        assert what_is_landed(paths) == what_is_landed(source)
