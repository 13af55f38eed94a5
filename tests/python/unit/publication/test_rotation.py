"""Another secret for the pseudonyms: whatever interrupts it, nothing is mixed and it ends."""

import stat
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.cli import main
from orchestration.dagster import running
from orchestration.environment import Environment
from orchestration.explanation.rows import find_places
from orchestration.files import read_json
from orchestration.paths import Paths
from orchestration.publication import rotation, versions, writing
from orchestration.publication.own_tables import RefreshFacts
from orchestration.publication.rotation import begin_rotation, finish_rotation, is_rotating
from orchestration.publication.versions import Version, current_version, list_versions
from orchestration.publication.versions import rollback as roll_back
from orchestration.publication.writing import DATABASE_NAME, publish
from orchestration.refresh.stages import unchanged
from orchestration.settings.keys import key_file, next_key_file

FACTS = RefreshFacts(
    "a0000000-0000", datetime(2026, 10, 16, 4, 0, tzinfo=UTC), date(2026, 10, 15), {}, [], {}
)
TABLES = ("dim_prospects", "dim_days")
MANIFEST: dict[str, Any] = {
    "nodes": {
        name: {
            "resource_type": "model",
            "schema": "core",
            "alias": name,
            "description": name,
            "config": {"meta": {}},
            "columns": {},
        }
        for name in TABLES
    }
}


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    """Return a data folder with two versions of two people."""
    paths = Paths(tmp_path)
    with duckdb.connect(str(paths.warehouse)) as connection:
        connection.execute(
            """
            create schema core;
            create schema intermediate;
            create schema meta;
            create table core.dim_days as select 7 as day;
            create table core.dim_prospects as
            select range as prospect_key, 'crm' as source, 'P' || range as prospect_id
            from range(2);
            create table meta.record_rows as
            select 'prospects' as entity, 'crm' as source, 'P' || range as record_id,
                'people.csv' as file, range as row_number
            from range(2);
            """
        )
    publish(paths, MANIFEST, FACTS)
    publish(paths, MANIFEST, replace(FACTS, run_id="b0000000-0000"))
    return paths


def people(version: Version) -> dict[str, str]:
    """Return id → pseudonym."""
    with duckdb.connect(str(version.folder / DATABASE_NAME), read_only=True) as connection:
        found = "select prospect_id, prospect_key from core.dim_prospects"
        return dict(connection.execute(found).fetchall())


def publish_next(paths: Paths, run_id: str = "c0000000-0000") -> None:
    publish(paths, MANIFEST, replace(FACTS, run_id=run_id))


def test_everybody_has_another_pseudonym_and_nothing_of_the_old_is_left(paths: Paths) -> None:
    before, old_key = people(current_version(paths)), key_file(paths).read_text()
    begin_rotation(paths)
    assert people(current_version(paths)) == before
    publish_next(paths)
    after = people(current_version(paths))
    assert set(after) == set(before)
    assert not set(after.values()) & set(before.values())
    assert not is_rotating(paths)
    assert key_file(paths).read_text() != old_key
    assert stat.S_IMODE(key_file(paths).stat().st_mode) == 0o600
    assert len(list_versions(paths)) == 1
    for file in paths.data.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            assert not any(old.encode() in content for old in before.values()), file
            assert old_key.strip().encode() not in content, file
    publish_next(paths, "d0000000-0000")
    assert people(current_version(paths)) == after
    assert len(list_versions(paths)) == 2


class KilledError(Exception):
    """Stands for a kill at a step."""


STEPS = ("write_version", "switch", "prune", "rmtree", "remove_leftovers", "replace")


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("is_after", [False, True])
def test_wherever_it_is_killed_it_is_finished(
    paths: Paths, step: str, is_after: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = people(current_version(paths))
    begin_rotation(paths)
    wanted = next_key_file(paths).read_text()

    def killed(whole: Callable[..., Any]) -> Callable[..., Any]:
        def step_killed(*arguments: Any, **options: Any) -> None:
            is_of_versions = step == "replace" and Path(arguments[0]) != next_key_file(paths)
            if is_after or is_of_versions:
                whole(*arguments, **options)
            if not is_of_versions:
                raise KilledError

        return step_killed

    places: dict[str, Any] = {"rmtree": versions.shutil, "replace": Path}
    place = places.get(step) or (rotation if step == "remove_leftovers" else writing)
    with monkeypatch.context() as patch:
        patch.setattr(place, step, killed(getattr(place, step)))
        with pytest.raises(KilledError):
            publish_next(paths)
    seen = people(current_version(paths))
    assert not set(seen.values()) & set(before.values()) or seen == before
    version = current_version(paths)
    (place_of,) = find_places(paths, version, [("crm", "prospects", seen["P1"])]).values()
    assert (place_of.record_id, place_of.row) == ("P1", 1)

    if not finish_rotation(paths) and is_rotating(paths):
        assert unchanged(paths, "inputs") is None
        publish_next(paths, "e0000000-0000")
    assert key_file(paths).read_text() == wanted
    assert not is_rotating(paths)
    assert len(list_versions(paths)) == 1
    assert not set(people(current_version(paths)).values()) & set(before.values())
    assert not list(paths.published.glob(".*"))


def test_going_back_meanwhile_only_delays_it(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    before = people(current_version(paths))
    begin_rotation(paths)
    with monkeypatch.context() as patch:
        patch.setattr(writing, "finish_rotation", lambda _: False)
        publish_next(paths)
    roll_back(paths)
    assert people(current_version(paths)) == before
    assert not finish_rotation(paths)
    assert len(list_versions(paths)) == 3
    publish_next(paths, "d0000000-0000")
    assert not is_rotating(paths)
    assert len(list_versions(paths)) == 1


def test_the_command_publishes_with_the_new_key_or_says_that_it_waits(
    paths: Paths, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = people(current_version(paths))
    arguments = ["rotate-key", "--data", str(paths.data), "--exports", str(paths.data)]
    monkeypatch.setattr(running, "run_refresh", lambda _: 3)
    assert main(arguments) == 3
    assert "still the old ones" in capsys.readouterr().out
    assert people(current_version(paths)) == before

    def refreshed(environment: Environment) -> int:
        publish_next(environment.paths)
        return 0

    monkeypatch.setattr(running, "run_refresh", refreshed)
    assert main(arguments) == 0
    assert "everybody has another pseudonym" in capsys.readouterr().out
    assert not set(people(current_version(paths)).values()) & set(before.values())


def test_where_nothing_is_published_there_is_nothing_to_change(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["rotate-key", "--data", str(tmp_path)]) == 2
    assert "there are no pseudonyms" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_versions_of_before_there_were_marks_count_as_old(paths: Paths) -> None:
    version = current_version(paths)
    manifest = read_json(version.folder / "manifest.json")
    del manifest[rotation.KEY_MARK]
    (version.folder / "manifest.json").chmod(0o600)
    versions.write_json(version.folder / "manifest.json", manifest)
    begin_rotation(paths)
    assert not finish_rotation(paths)
    seen = people(version)
    found = find_places(paths, current_version(paths), [("crm", "prospects", seen["P0"])])
    assert [place.record_id for place in found.values()] == ["P0"]
