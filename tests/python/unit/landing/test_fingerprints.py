"""Whether a load will find new files, guessed by their times."""

import os
from pathlib import Path

import pytest

from orchestration.landing.fingerprints import FINGERPRINTS, Fingerprints, look_changed


@pytest.fixture
def exports(tmp_path: Path) -> Path:
    """Return a folder of exports with one file."""
    (tmp_path / "exports" / "crm").mkdir(parents=True)
    (tmp_path / "exports" / "crm" / "deals.csv").write_text("deal_id\n1\n")
    return tmp_path / "exports"


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Return the file of what was remembered, as of an hour later."""
    target = tmp_path / FINGERPRINTS
    target.write_text("{}")
    later = target.stat().st_mtime + 3600
    os.utime(target, (later, later))
    return target


def test_before_the_first_load_everything_is_new(exports: Path, tmp_path: Path) -> None:
    assert look_changed(exports, tmp_path / "nothing.json")


def test_what_was_there_at_the_last_load_is_not_new(exports: Path, target: Path) -> None:
    assert not look_changed(exports, target)


def test_what_was_written_since_is_new(exports: Path, target: Path) -> None:
    later = target.stat().st_mtime + 1
    os.utime(exports / "crm" / "deals.csv", (later, later))
    assert look_changed(exports, target)


def test_an_old_file_that_was_put_there_since_is_new(exports: Path, target: Path) -> None:
    os.utime(target, (0, 0))
    old = exports / "crm" / "deals.csv"
    os.utime(old, (-1, -1))
    os.utime(exports / "crm", (-1, -1))
    assert look_changed(exports, target), "it says when it was written, not when it came"


def test_exports_that_cannot_be_looked_at_are_left_to_the_load(target: Path) -> None:
    assert not look_changed(target.parent / "gone", target)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[1]", b'{"a": 1}', b"\xff\xfe", b'{"a": [[1], "x"]}']
)
def test_what_is_remembered_in_a_damaged_file_is_nothing(tmp_path: Path, content: bytes) -> None:
    """The exports are then read once more."""
    target = tmp_path / "fingerprints.json"
    target.write_bytes(content)
    assert Fingerprints.load(target).remembered == {}
