"""Versions: naming, the switch, what is kept, going back."""

import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from orchestration.errors import ConfigurationError
from orchestration.files import write_json
from orchestration.paths import Paths
from orchestration.publication.versions import (
    MANIFEST_KEYS,
    current_name,
    list_versions,
    prune,
    remove_leftovers,
    rollback,
    switch,
    version_name,
)


def publish_empty(paths: Paths, *names: str) -> None:
    for name in names:
        manifest = {"version": name, **dict.fromkeys(MANIFEST_KEYS)}
        write_json(paths.published / name / "manifest.json", manifest)
        switch(paths, name)


def names(paths: Paths) -> list[str]:
    return [version.name for version in list_versions(paths)]


def test_the_name_is_the_utc_time_and_the_start_of_the_run_id() -> None:
    instant = datetime(2026, 11, 21, 20, 0, tzinfo=timezone(timedelta(hours=1)))
    assert version_name(instant, "a1d5-5174-785d") == "20261121T190000Z-a1d55174"
    assert version_name(datetime(2026, 1, 2, tzinfo=UTC), "b") < version_name(instant, "a")


def test_the_newest_are_kept_and_the_current_one_whatever_its_age(tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    publish_empty(paths, *(f"2026110{day}T060000Z-x" for day in range(1, 8)))
    switch(paths, "20261101T060000Z-x")
    assert prune(paths, kept=5) == ["20261102T060000Z-x"]
    assert names(paths) == [f"2026110{day}T060000Z-x" for day in (1, 3, 4, 5, 6, 7)]


def test_rollback_goes_to_the_one_before_the_current(tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    publish_empty(paths, "1", "2", "3")
    assert rollback(paths) == "2"
    assert rollback(paths) == "1"
    assert current_name(paths) == "1"
    with pytest.raises(ConfigurationError, match="nothing to go back to"):
        rollback(paths)
    assert rollback(paths, "3") == "3"
    assert [version.is_current for version in list_versions(paths)] == [False, False, True]


def test_rollback_to_an_unknown_version_names_those_there_are(tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    publish_empty(paths, "1", "2")
    with pytest.raises(ConfigurationError, match=r"'7'.*there are: 1, 2"):
        rollback(paths, "7")
    assert current_name(paths) == "2"


def test_leftovers_go_and_versions_stay(tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    publish_empty(paths, "1")
    (paths.published / ".2.tmp" / "parquet").mkdir(parents=True)
    (paths.published / ".current.99").symlink_to("2")
    remove_leftovers(paths)
    assert sorted(path.name for path in paths.published.iterdir()) == ["1", "current"]


def test_a_reader_finds_a_whole_version_at_every_instant_of_the_switch(tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    publish_empty(paths, "1", "2")
    found: list[str] = []
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            found.append((paths.current / "manifest.json").read_text(encoding="utf-8"))

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(200):
        switch(paths, "1")
        switch(paths, "2")
    stop.set()
    reader.join()
    whole = {(paths.published / name / "manifest.json").read_text() for name in ("1", "2")}
    assert found
    assert set(found) <= whole
