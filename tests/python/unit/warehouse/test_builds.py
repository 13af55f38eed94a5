"""A build on Spark lies beside the warehouse, and takes its place when it is whole."""

from pathlib import Path

import duckdb
import pytest

from orchestration.errors import BlockedByGateError
from orchestration.paths import Paths
from orchestration.settings.engine import Engine
from orchestration.warehouse.builds import Build, begin, finish
from orchestration.warehouse.database import complete_build_id, finished_inputs

DUCKDB, SPARK = Engine("duckdb"), Engine("spark")


def made(file: Path, value: int) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(file)) as connection:
        connection.execute(f"create view answer as select {value} as value")
    return file


def answer(paths: Paths) -> int:
    with duckdb.connect(str(paths.warehouse), read_only=True) as connection:
        return int(connection.execute("select value from answer").fetchall()[0][0])


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    """Return a data folder that DuckDB has built."""
    paths = Paths(tmp_path)
    paths.state.mkdir()
    build = begin(paths, DUCKDB, {}, "first", "inputs 1")
    made(paths.warehouse, 1)
    finish(paths, build)
    return paths


def on_spark(paths: Paths, build_id: str, value: int) -> Build:
    warehouse = made(paths.spark_builds / build_id / "warehouse.duckdb", value)
    return Build(build_id, f"inputs {value}", SPARK, warehouse)


def test_until_it_is_whole_the_warehouse_is_the_last_one(paths: Paths) -> None:
    on_spark(paths, "second", 2)
    assert answer(paths) == 1
    assert (complete_build_id(paths), finished_inputs(paths)) == ("first", "inputs 1")


def test_a_change_after_the_build_is_nothing_that_anybody_looked_at(paths: Paths) -> None:
    with duckdb.connect(str(paths.warehouse)) as connection:
        connection.execute("create table if not exists answers (value int)")
    with pytest.raises(BlockedByGateError, match="was changed after its build"):
        complete_build_id(paths)
    build = begin(paths, DUCKDB, {}, "again", "inputs 1")
    made(paths.warehouse, 1)
    finish(paths, build)
    with duckdb.connect(str(paths.warehouse)) as connection:
        connection.execute("create view if not exists answer as select 2 as value")
        connection.execute("select * from answer")
    assert complete_build_id(paths) == "again"


def test_then_it_takes_its_place_and_other_builds_go(paths: Paths) -> None:
    made(paths.spark_builds / "killed" / "warehouse.duckdb", 0)
    finish(paths, on_spark(paths, "second", 2))
    assert answer(paths) == 2
    assert (complete_build_id(paths), finished_inputs(paths)) == ("second", "inputs 2")
    assert [folder.name for folder in paths.spark_builds.iterdir()] == ["second"]


def test_duckdb_builds_anew_what_spark_has_built(paths: Paths) -> None:
    finish(paths, on_spark(paths, "second", 2))
    build = begin(paths, DUCKDB, {}, "third", "inputs 3")
    assert build.notes == ("rebuilding the private warehouse: another engine built the last one",)
    assert not paths.warehouse.exists()
    finish(paths, build)
    assert not list(paths.spark_builds.iterdir())


def test_a_build_finds_what_it_goes_on_from_and_room_for_the_rest(paths: Paths) -> None:
    def build(build_id: str) -> None:
        begun = begin(paths, DUCKDB, {}, build_id, build_id)
        with duckdb.connect(str(paths.warehouse)) as connection:
            connection.execute(
                """
                create schema if not exists kept;
                create schema if not exists core;
                create table if not exists kept.facts as select 'hash' as content;
                create table if not exists core.facts as select 1 as fact;
                comment on table core.facts is '{"load": "hash"}';
                create table core.anew as select uuid() as filling from range(500000);
                create view core.seen as select * from core.anew;
                """
            )
        finish(paths, begun)

    build("first")
    size = paths.warehouse.stat().st_size
    for build_id in ("second", "third", "fourth"):
        build(build_id)
        assert paths.warehouse.stat().st_size < 1.1 * size
    begin(paths, DUCKDB, {}, "fifth", "inputs 5")
    with duckdb.connect(str(paths.warehouse), read_only=True) as connection:
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables() order by all"
        ).fetchall()
        views = connection.execute("select * from duckdb_views() where not internal").fetchall()
    assert tables == [("core", "facts"), ("kept", "facts")]
    assert views == []
