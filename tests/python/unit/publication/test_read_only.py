"""Hostile SQL under each setting that the pages give: refused; ordinary SQL: answered."""

from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from orchestration.paths import Paths
from orchestration.publication.read_only import SHUTTING_OFF, open_shut_off
from orchestration.publication.versions import switch
from tests.python.hostile_sql import ESCAPES, ORDINARY, READING, UNLOCKING, WRITING

Opener = Callable[[Path], duckdb.DuckDBPyConnection]


def make_database(file: Path, deals: int = 3) -> Path:
    with duckdb.connect(str(file)) as connection:
        connection.execute(
            f"""
            create schema core;
            create table core.deals as
            select range as deal, if(range = 0, 'open', 'won') as stage, 10.0 * range as amount
            from range({deals});
            create table core.stages as select 'won' as stage
            """
        )
    return file


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a published file, beside which lie files that nobody may read."""
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "secret.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with duckdb.connect(str(tmp_path / "other.duckdb")) as connection:
        connection.execute(f"copy (select 1 as a) to '{tmp_path}/secret.parquet'")
        connection.execute(f"export database '{tmp_path}/exported'")
    return make_database(tmp_path / "published.duckdb")


def open_by_statements(file: Path) -> duckdb.DuckDBPyConnection:
    """Open as a driver does that only takes SQL to begin with: nothing is locked."""
    connection = duckdb.connect(str(file), read_only=True)
    for statement in SHUTTING_OFF:
        connection.execute(statement)
    return connection


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else b""
        for path in folder.rglob("*")
    }


def run(connection: duckdb.DuckDBPyConnection, statement: str, file: Path) -> None:
    variable_of_the_program = duckdb.sql("select 1 as a").arrow()  # noqa: F841 - SQL may find it
    try:
        connection.execute(statement.format(folder=file.parent, file=file)).fetchall()
    finally:
        connection.close()


@pytest.mark.parametrize("statement", [*ESCAPES.values(), *UNLOCKING.values()])
def test_what_is_shut_off_and_locked_answers_no_hostile_sql(file: Path, statement: str) -> None:
    before = contents(file.parent)
    with pytest.raises(duckdb.Error):
        run(open_shut_off(file), statement, file)
    assert contents(file.parent) == before


@pytest.mark.parametrize("statement", ESCAPES.values())
def test_two_statements_shut_off_a_driver_that_takes_no_more(file: Path, statement: str) -> None:
    before = contents(file.parent)
    with pytest.raises(duckdb.Error):
        run(open_by_statements(file), statement, file)
    assert contents(file.parent) == before


def test_whoever_undoes_what_is_not_locked_still_reads_no_file(file: Path) -> None:
    before = contents(file.parent)
    for unlocking in UNLOCKING.values():
        for statement in (READING["a file as text"], WRITING["a CSV file"]):
            connection = open_by_statements(file)
            connection.execute(unlocking.format(folder=file.parent))
            with pytest.raises(duckdb.Error):
                run(connection, statement, file)
    assert contents(file.parent) == before


@pytest.mark.parametrize("name", ["reads a file as text", "writes a CSV file"])
def test_read_only_alone_is_no_sandbox(file: Path, name: str) -> None:
    run(duckdb.connect(str(file), read_only=True), ESCAPES[name], file)


def test_without_external_access_alone_a_log_is_written_beside_the_file(file: Path) -> None:
    config = {"enable_external_access": False, "lock_configuration": True}
    connection = duckdb.connect(str(file), read_only=True, config=config)
    run(connection, WRITING["the published file's log"], file)
    assert Path(f"{file}.wal").exists()


@pytest.mark.parametrize("opener", [open_shut_off, open_by_statements])
@pytest.mark.parametrize("statement", ORDINARY)
def test_ordinary_sql_is_answered(file: Path, opener: Opener, statement: str) -> None:
    with opener(file) as connection:
        assert connection.execute(statement).fetchall()


@pytest.fixture
def paths(tmp_path: Path) -> Iterator[Paths]:
    paths = Paths(tmp_path / "data")
    for deals, name in ((3, "20260101T000000Z-a"), (5, "20260102T000000Z-b")):
        (paths.published / name).mkdir(parents=True)
        make_database(paths.published / name / "prospection.duckdb", deals)
    switch(paths, "20260101T000000Z-a")
    return paths


def test_who_opens_after_a_publication_sees_it_while_others_still_read_the_one_before(
    paths: Paths,
) -> None:
    def deals(connection: duckdb.DuckDBPyConnection) -> int:
        ((count,),) = connection.execute("select count(*) from core.deals").fetchall()
        return int(count)

    file = paths.current / "prospection.duckdb"
    before, beside = open_shut_off(file), open_shut_off(file)
    switch(paths, "20260102T000000Z-b")
    after = open_shut_off(file)
    assert [deals(each) for each in (before, beside, after)] == [3, 3, 5]
