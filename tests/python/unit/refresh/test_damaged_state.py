"""Damaged files of state and of the published versions: each is named with what is to be done."""

import shutil
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from orchestration.cli import main
from orchestration.erasure.fingerprints import read_or_make_erasure_key
from orchestration.erasure.forgotten import keep_erasure, new_erasure, read_erasures
from orchestration.errors import DamagedFileError
from orchestration.files import read_json, write_json
from orchestration.landing.loading import land
from orchestration.landing.store import Store
from orchestration.mirror.state import read_state
from orchestration.paths import Paths
from orchestration.publication.opening import current_database
from orchestration.publication.versions import (
    MANIFEST_KEYS,
    current_name,
    current_version,
    list_versions,
    prune,
    rollback,
    switch,
)
from orchestration.refresh.inputs import note_published, unchanged_version
from orchestration.refresh.record import RefreshRecord, read_record
from orchestration.refresh.stages import read_reporting
from orchestration.settings.declared import read_settings
from orchestration.settings.keys import next_key, own_key
from orchestration.validation.held import HeldBatch, describe_held, drop, read_held, release
from orchestration.validation.held_versions import HeldVersion, read_held_versions
from orchestration.validation.origins import Origins, origins_of, read_noted
from orchestration.validation.results import read_results, require_validated
from orchestration.warehouse.database import complete_build_id

BATCH = asdict(HeldBatch("crm@1-a", "crm", "crm", ("few",), "2026-10-01T00:00:00+00:00"))
ORIGINS = Origins("1", "r", "a", {}, {}, {}, "k", ())
MARK = {"build_id": "1", "inputs": "x", "complete": True}
READERS: dict[str, tuple[Callable[[Paths], object], object, str]] = {
    "held.json": (read_held, [BATCH], "restore it from a backup; or delete it"),
    "build.json": (complete_build_id, MARK, "delete it: the next refresh builds"),
    "refresh.json": (read_record, asdict(RefreshRecord("r", "2026")), "delete it: it only tells"),
    "mirror.json": (read_state, {"place": "p", "tried_at": "t", "left_out": []}, "delete it"),
    "validation.json": (
        lambda paths: require_validated(paths, "1"),
        {"build_id": "1", "passed": True, "failures": []},
        "run `prospection validate` again",
    ),
    "published_from.json": (
        lambda paths: unchanged_version(paths, "x"),
        {"version": "1", "inputs": "x"},
        "delete it: the next refresh writes it anew",
    ),
    "held_versions.json": (
        read_held_versions,
        [asdict(HeldVersion("v", "b", (), (), (), "2026-10-01T00:00:00+00:00"))],
        "restore it from a backup; or delete it",
    ),
    "forgotten.json": (
        read_erasures,
        [asdict(new_erasure("command", 1, {}))],
        "restore it from a backup: without it whoever was forgotten comes back",
    ),
    "origins.json": (
        lambda paths: read_noted(paths, "1"),
        asdict(ORIGINS),
        "delete it, and run `prospection build`",
    ),
    "origins_of_versions.json": (
        lambda paths: origins_of(paths, "v"),
        {"v": asdict(ORIGINS)},
        "restore it from a backup; or delete it: what the next version makes of closed periods",
    ),
    "validations/r.json": (read_results, {"suites": []}, "delete it"),
}

WORDS = {
    "held_versions.json": b'"decision"',
    "forgotten.json": b'"marks"',
    "origins.json": b'"release"',
    "origins_of_versions.json": b'"release"',
    "held.json": b'"decision"',
    "build.json": b'"complete"',
    "refresh.json": b'"run_id"',
    "mirror.json": b'"place"',
}
"""A key that is read of each file whose keys are read; the others are compared as a whole."""


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        *((name, damage) for name in READERS for damage in ("cut off", "no text")),
        *((name, "other words") for name in WORDS),
    ],
)
def test_each_file_of_state_is_named_with_what_to_do(
    tmp_path: Path, name: str, damage: str
) -> None:
    paths = Paths(tmp_path)
    paths.warehouse.write_bytes(b"")
    read, content, remedy = READERS[name]
    file = paths.state / name
    write_json(file, content)
    read(paths)
    whole = file.read_bytes()
    if damage == "other words":
        assert WORDS[name] in whole
        file.write_bytes(whole.replace(WORDS[name], WORDS[name][:-2] + b'X"'))
    else:
        file.write_bytes(whole[:-3] if damage == "cut off" else b"\xff" + whole[1:])
    with pytest.raises(DamagedFileError) as raised:
        read(paths)
    assert f"{file} is damaged" in str(raised.value)
    assert remedy in str(raised.value)


@pytest.mark.parametrize(
    ("read", "name", "remedy"),
    [
        (own_key, "pseudonym.key", "restore it from a backup; or delete it, and everybody gets"),
        (next_key, "pseudonym.key.new", "delete it, and run `prospection rotate-key` again"),
        (read_or_make_erasure_key, "erasure.key", "restore it from a backup: by no other secret"),
    ],
)
@pytest.mark.parametrize("content", ["", "half of a secret", "0123456789abcdef"])
def test_a_secret_that_is_none_is_named_and_not_told(
    tmp_path: Path, read: Callable[[Paths], bytes], name: str, remedy: str, content: str
) -> None:
    paths = Paths(tmp_path)
    assert read(paths) == read(paths)
    (paths.state / name).write_text(content)
    with pytest.raises(DamagedFileError) as raised:
        read(paths)
    assert f"{paths.state / name} is damaged (it holds no secret of ours): {remedy}" in (
        f"{raised.value}"
    )
    assert not content or content not in f"{raised.value}"


def test_the_secret_of_those_who_are_forgotten_is_never_made_anew(tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    read_or_make_erasure_key(paths)
    keep_erasure(paths, new_erasure("command", 1, {}))
    (paths.state / "erasure.key").unlink()
    with pytest.raises(DamagedFileError, match=r"erasure\.key is damaged \(it is gone\): restore"):
        read_or_make_erasure_key(paths)
    assert not (paths.state / "erasure.key").exists()


@pytest.mark.parametrize("content", [None, b"", b"PAR1 and not more"])
def test_settings_that_cannot_be_read_are_named(tmp_path: Path, content: bytes | None) -> None:
    paths = Paths(tmp_path)
    paths.settings.mkdir(parents=True)
    if content is not None:
        (paths.settings / "reporting.parquet").write_bytes(content)
    with pytest.raises(DamagedFileError, match="run `prospection load` again"):
        read_reporting(paths)


def test_a_decision_that_is_none_is_damage(tmp_path: Path) -> None:
    write_json(tmp_path / "state" / "held.json", [{**BATCH, "decision": "eropped"}])
    with pytest.raises(DamagedFileError, match="is decided as 'eropped'"):
        read_held(Paths(tmp_path))


def test_without_its_list_a_held_batch_waits_for_a_decision(tmp_path: Path) -> None:
    exports, paths = tmp_path / "exports", Paths(tmp_path / "data")
    (exports / "crm").mkdir(parents=True)
    (exports / "crm" / "accounts.csv").write_text("account_id\n1\n")
    land(exports, Paths(tmp_path / "other"), read_settings(exports), datetime(2026, 10, 1))
    shutil.copytree(tmp_path / "other" / "landing", paths.landing / "_held")
    (load,) = (each.load for each in Store(paths.landing).held.all_loads())
    assert [each.decision for each in read_held(paths)] == ["open"]
    assert "its reasons are lost" in describe_held(paths)
    assert drop(paths, load.load_id).decision == "dropped"
    assert [(each.load_id, each.decision) for each in read_held(paths)] == [
        (load.load_id, "dropped")
    ]
    release(paths, load.load_id)
    assert [each.load.load_id for each in Store(paths.landing).all_loads()] == [load.load_id]
    assert [each.decision for each in read_held(paths)] == ["released"]


@pytest.fixture
def published(tmp_path: Path) -> Paths:
    """Return a data folder with three versions, of which readers see the second."""
    paths = Paths(tmp_path)
    for name in ("1", "2", "3"):
        content = {**dict.fromkeys(MANIFEST_KEYS), "version": name, "tables": {}, "files": {}}
        write_json(paths.published / name / "manifest.json", content)
        duckdb.connect(str(paths.published / name / "prospection.duckdb")).close()
    switch(paths, "3")
    rollback(paths)
    note_published(paths, "2", "x")
    return paths


@pytest.mark.parametrize("flaw", ["cut off", "key", "other version"])
def test_a_damaged_manifest_is_named_and_keeps_no_refresh_from_publishing(
    published: Paths, flaw: str, capsys: pytest.CaptureFixture[str]
) -> None:
    manifest = published.published / "2" / "manifest.json"
    assert unchanged_version(published, "x") == "2"
    text = manifest.read_text()
    spoilt = {
        "cut off": text[:-5],
        "key": text.replace('"files"', '"filez"'),
        "other version": text.replace('"version": "2"', '"version": "3"'),
    }
    manifest.write_text(spoilt[flaw])
    with pytest.raises(DamagedFileError, match="`prospection rollback` lets readers see an older"):
        current_version(published)
    assert main(["status", "--data", str(published.data)]) == 0
    assert f"{manifest} is damaged" in capsys.readouterr().out
    assert unchanged_version(published, "x") is None  # so that the next refresh publishes anew
    assert [version.name for version in list_versions(published)] == ["1", "3"]
    assert prune(published, kept=1) == ["1"]  # readers still see the damaged one
    switch(published, "3")
    assert prune(published, kept=1) == ["2"]


@pytest.mark.parametrize("flaw", ["gone", "no database", "cut off"])
def test_a_damaged_database_of_readers_is_named_and_not_left_as_it_is(
    published: Paths, flaw: str
) -> None:
    """Nothing is new; but what readers see would stay damaged, and nothing be compared with it."""
    file = published.published / "2" / "prospection.duckdb"
    described = {"files": {"prospection.duckdb": {"bytes": file.stat().st_size}}}
    manifest = file.with_name("manifest.json")
    write_json(manifest, {**read_json(manifest), **described})
    assert unchanged_version(published, "x") == "2"
    if flaw == "gone":
        file.unlink()
    elif flaw == "no database":
        file.write_bytes(b"x" * file.stat().st_size)
    else:
        file.write_bytes(file.read_bytes()[:-100])
    for read in (lambda: unchanged_version(published, "x"), lambda: current_database(published)):
        with pytest.raises(DamagedFileError, match="`prospection rollback` lets readers see an"):
            read()
    assert rollback(published) == "1"
    assert current_database(published) == published.published / "1" / "prospection.duckdb"


@pytest.mark.parametrize(
    ("flaw", "found"),
    [("missing", "2"), ("dangling", "3"), ("missing, version gone", "3"), ("note lost", "3")],
)
def test_a_missing_link_is_found_again(
    published: Paths, flaw: str, found: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """It leads to the version that readers saw last, where that is still there."""
    if flaw != "dangling":
        published.current.unlink()
    if flaw in {"dangling", "missing, version gone"}:
        shutil.rmtree(published.published / "2")
    if flaw == "note lost":
        (published.state / "current.json").unlink()
    assert main(["status", "--data", str(published.data)]) == 0
    told = "led to 2, which is gone" if flaw == "dangling" else "was missing"
    expected = f"the link {published.current} {told}: readers see version {found} again\n"
    assert capsys.readouterr().err == expected
    assert current_name(published) == found
    assert main(["status", "--data", str(published.data)]) == 0
    assert capsys.readouterr().err == ""


def test_a_copy_in_place_of_the_link_is_named(
    published: Paths, capsys: pytest.CaptureFixture[str]
) -> None:
    published.current.unlink()
    shutil.copytree(published.published / "2", published.current)
    assert main(["status", "--data", str(published.data)]) == 1
    assert "current is damaged (it is no link to a version): move it away" in (
        capsys.readouterr().err
    )


def test_nothing_is_linked_where_nothing_is_published(tmp_path: Path) -> None:
    assert main(["status", "--data", str(tmp_path)]) == 0
    assert list(tmp_path.iterdir()) == []
