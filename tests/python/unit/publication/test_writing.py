"""Writing a version: what is in it, what it links, and that a failure changes nothing."""

import shutil
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dashboard.reading import PublishedVersion
from orchestration.files import read_json, sha256
from orchestration.landing.report import Load
from orchestration.paths import Paths
from orchestration.publication.own_tables import RefreshFacts
from orchestration.publication.tables import LastVersion, describe_file
from orchestration.publication.versions import current_name, list_versions
from orchestration.publication.writing import DATABASE_NAME, publish
from orchestration.validation.held import drop, hold
from orchestration.validation.results import (
    ExpectationResult,
    GateResult,
    SuiteResult,
    write_batch_result,
    write_gate_result,
)

FACTS = RefreshFacts(
    run_id="a1b2c3d4-0000",
    started_at=datetime(2026, 10, 16, 4, 0, tzinfo=UTC),
    as_of=date(2026, 10, 15),
    newest_events={"crm": date(2026, 10, 15)},
    held_back=["crm/deals.csv is refused: no header"],
    settings={"currency": "EUR", "headline_kpis": ["roi"]},
)


def node(schema: str, name: str, meta: dict[str, Any], **columns: dict[str, Any]) -> dict[str, Any]:
    return {
        "resource_type": "model",
        "schema": schema,
        "alias": name,
        "description": f"one row per {name}",
        "config": {"meta": meta},
        "columns": columns,
    }


MANIFEST = {
    "nodes": {
        "a": node("core", "dim_prospects", {}, country={"description": "where it's at"}),
        "b": node("core", "fct_activities", {"publish": "parquet", "by_month": "occurred_on"}),
        "c": node("kpi", "kpi_values", {}),
        "d": node(
            "meta",
            "data_quality",
            {},
            check_name={},
            source={},
            entity={},
            column_name={},
            rule={},
            issue_count={},
        ),
    }
}


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    paths = Paths(tmp_path)
    with duckdb.connect(str(paths.warehouse)) as connection:
        connection.execute(
            """
            create schema core;
            create schema kpi;
            create table core.dim_prospects as
            select range as prospect_key, 'crm' as source, 'P' || range as prospect_id,
                'jean' || range || '@secret.example' as email, 'FR' as country
            from range(100);
            create table core.fct_activities as
            select range as activity_id, nullif(range % 101, 100) as prospect_key,
                date '2026-01-01' + (range % 90)::int as occurred_on,
                'jean' || range || '@secret.example' as email
            from range(900);
            insert into core.fct_activities values (900, null, null, null);
            create table kpi.kpi_values as select 'roi' as kpi_id, 1.5 as value;
            create schema meta;
            create table meta.data_quality (
                check_name varchar, source varchar, entity varchar, column_name varchar,
                rule varchar, issue_count bigint
            );
            insert into meta.data_quality values
                ('value_issue', 'crm', 'deals', 'amount', 'decimal', 3);
            """
        )
    return paths


def publish_again(paths: Paths) -> None:
    publish(paths, MANIFEST, replace(FACTS, run_id="ffffffff-0000"))


def change(paths: Paths, statement: str) -> None:
    with duckdb.connect(str(paths.warehouse)) as connection:
        connection.execute(statement)


def query(paths: Paths, statement: str) -> list[Any]:
    with duckdb.connect(str(paths.current / DATABASE_NAME), read_only=True) as connection:
        return connection.execute(statement).fetchall()


def activities(paths: Paths) -> str:
    return f"read_parquet('{paths.current}/parquet/core/fct_activities/**/*.parquet')"


def contents(paths: Paths) -> dict[str, str]:
    """Return the hash of each file that readers see."""
    folder = paths.current.resolve()
    return {
        str(path.relative_to(folder)): sha256(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_version_holds_what_it_says(paths: Paths) -> None:
    name = publish(paths, MANIFEST, FACTS)
    manifest = read_json(paths.current / "manifest.json")
    assert current_name(paths) == manifest["version"] == name
    assert manifest["as_of"] == "2026-10-15"
    assert manifest["settings"] == {"currency": "EUR", "headline_kpis": ["roi"]}
    rows = {table: entry["rows"] for table, entry in manifest["tables"].items()}
    assert rows == {
        "core.dim_prospects": 100,
        "core.fct_activities": 901,
        "kpi.kpi_values": 1,
        "meta.data_quality": 1,
        "meta.refresh": 1,
        "meta.restatements": 0,
    }
    files = contents(paths)
    del files["manifest.json"]
    assert files == {file: entry["sha256"] for file, entry in manifest["files"].items()}
    assert query(paths, "select run_id, version, as_of, held_back from meta.refresh") == [
        ("a1b2c3d4-0000", name, date(2026, 10, 15), "crm/deals.csv is refused: no header")
    ]


def test_big_facts_are_parquet_only_one_file_a_month(paths: Paths) -> None:
    publish(paths, MANIFEST, FACTS)
    tables = query(paths, "select schema_name || '.' || table_name from duckdb_tables() order by 1")
    assert tables == [
        ("core.dim_prospects",),
        ("kpi.kpi_values",),
        ("meta.data_quality",),
        ("meta.refresh",),
        ("meta.restatements",),
    ]
    assert query(
        paths,
        f"""
        select month, count(*), min(strftime(occurred_on, '%Y-%m')) from {activities(paths)}
        group by all order by all
        """,
    ) == [
        ("2026-01", 310, "2026-01"),
        ("2026-02", 280, "2026-02"),
        ("2026-03", 310, "2026-03"),
        (None, 1, None),
    ]


def test_no_byte_of_a_direct_identifier_is_published(paths: Paths) -> None:
    publish(paths, MANIFEST, FACTS)
    for path in paths.current.resolve().rglob("*"):
        if path.is_file():
            assert b"secret.example" not in path.read_bytes(), path


def test_a_person_has_one_pseudonym_in_all_tables_and_versions(paths: Paths) -> None:
    publish(paths, MANIFEST, FACTS)
    people = dict(query(paths, "select prospect_id, prospect_key from core.dim_prospects"))
    assert len(set(people.values())) == 100
    assert all(len(pseudonym) == 16 for pseudonym in people.values())
    found = query(
        paths,
        f"select distinct prospect_key from {activities(paths)} where prospect_key is not null",
    )
    assert {row[0] for row in found} == set(people.values())

    change(paths, "update core.dim_prospects set prospect_key = prospect_key + 1000")
    publish_again(paths)
    again = dict(query(paths, "select prospect_id, prospect_key from core.dim_prospects"))
    assert again == people


def test_an_id_that_is_an_address_is_a_pseudonym(paths: Paths) -> None:
    publish(paths, MANIFEST, FACTS)
    ids = "select prospect_id from core.dim_prospects order by prospect_id"
    before = query(paths, ids)
    change(
        paths,
        """
        create schema if not exists intermediate;
        create table intermediate.int_withheld_words as
        select 'record_id' as field, min(prospect_id) as word from core.dim_prospects
        """,
    )
    publish_again(paths)
    after = query(paths, ids)
    (gone,), (new,) = set(before) - set(after), set(after) - set(before)
    assert gone == before[0]
    assert len(new[0]) == 16
    assert len(after) == len(before)


def test_an_unchanged_month_is_the_same_file_on_the_disk(paths: Paths) -> None:
    publish(paths, MANIFEST, FACTS)
    before = paths.current.resolve() / "parquet/core/fct_activities"
    change(
        paths,
        """
        create table core.sorted as from core.fct_activities order by activity_id desc;
        drop table core.fct_activities;
        alter table core.sorted rename to fct_activities;
        update core.fct_activities set email = 'other';
        delete from core.fct_activities where activity_id = 32;
        """,
    )
    publish_again(paths)
    after = paths.current.resolve() / "parquet/core/fct_activities"
    assert before != after
    is_same = {
        file.parent.name: file.samefile(after / file.parent.name / file.name)
        for file in sorted(before.glob("*/*.parquet"))
    }
    assert is_same == {
        "month=2026-01": True,
        "month=2026-02": False,
        "month=2026-03": True,
        "month=__HIVE_DEFAULT_PARTITION__": True,
    }
    assert query(paths, f"select count(*) from {activities(paths)}") == [(900,)]


def parquet_of(paths: Paths) -> dict[str, Path]:
    """Return the Parquet files that readers see, by table or month; not `meta.refresh`."""
    folder = paths.current.resolve() / "parquet"
    files = {file.parent.relative_to(folder).as_posix(): file for file in folder.rglob("*.parquet")}
    del files["meta/refresh"]
    return files


def test_another_order_of_rows_writes_no_parquet(paths: Paths) -> None:
    publish(paths, MANIFEST, FACTS)
    before = parquet_of(paths)
    for table, key in (("dim_prospects", "prospect_id"), ("fct_activities", "activity_id")):
        change(
            paths,
            f"""
            create table core.sorted as from core.{table} order by {key} desc;
            drop table core.{table};
            alter table core.sorted rename to {table};
            """,
        )
    publish_again(paths)
    after = parquet_of(paths)
    assert len(before) == 8
    assert {name for name, file in after.items() if file.samefile(before[name])} == set(before)


def test_a_table_that_is_new_is_written_and_one_that_is_gone_is_left_out(paths: Paths) -> None:
    publish(paths, MANIFEST, FACTS)
    before = parquet_of(paths)
    change(paths, "drop table kpi.kpi_values; create table kpi.kpi_funnel as select 7 as persons")
    nodes = {**MANIFEST["nodes"], "e": node("kpi", "kpi_funnel", {})}
    publish(paths, {"nodes": nodes}, replace(FACTS, run_id="ffffffff-0000"))
    after = parquet_of(paths)
    assert before.keys() - after.keys() == {"kpi/kpi_values"}
    assert after.keys() - before.keys() == {"kpi/kpi_funnel"}
    assert all(file.samefile(before[name]) for name, file in after.items() if name in before)
    tables = "select table_name from duckdb_tables() where schema_name = 'kpi'"
    assert query(paths, tables) == [("kpi_funnel",)]
    assert query(paths, f"from '{after['kpi/kpi_funnel']}'") == [(7,)]


def test_both_forms_hold_the_rows_of_the_warehouse_also_when_published_again(paths: Paths) -> None:
    def activities_of(source: str, key: str) -> list[Any]:
        return query(
            paths, f"select activity_id, occurred_on, {key} from {source} order by activity_id"
        )

    publish(paths, MANIFEST, FACTS)
    change(
        paths,
        """
        update core.fct_activities set occurred_on = null where activity_id = 3;
        update core.fct_activities set prospect_key = 7 where activity_id = 31;
        insert into core.fct_activities values (901, 5, '2027-02-01', null);
        insert into core.dim_prospects values (100, 'crm', 'P100', null, 'DE');
        """,
    )
    publish_again(paths)
    people = dict(query(paths, "select prospect_id, prospect_key from core.dim_prospects"))
    with duckdb.connect(str(paths.warehouse), read_only=True) as connection:
        expected = [
            (activity, day, None if person is None else people[f"P{person}"])
            for activity, day, person in connection.execute(
                "select activity_id, occurred_on, prospect_key from core.fct_activities order by 1"
            ).fetchall()
        ]
    assert activities_of(activities(paths), "prospect_key") == expected
    assert len(expected) == 902
    assert (
        query(paths, f"from '{parquet_of(paths)['core/dim_prospects']}' order by prospect_id")
        == query(paths, "from core.dim_prospects order by prospect_id")
        != []
    )


def test_old_drivers_can_open_it(paths: Paths) -> None:
    publish(paths, MANIFEST, FACTS)
    tags = query(paths, "select tags['storage_version'] from duckdb_databases() where not internal")
    assert tags == [("v1.2.0+",)]


def test_no_more_memory_is_taken_than_is_allowed(paths: Paths) -> None:
    """A view of the warehouse is worked out by the connection that publishes it."""
    change(
        paths,
        """
        drop table kpi.kpi_values;
        create view kpi.kpi_values as select current_setting('memory_limit') as kpi_id;
        """,
    )
    publish(paths, MANIFEST, FACTS, memory_limit="256MB")
    assert query(paths, "from kpi.kpi_values") == [("244.1 MiB",)]
    with PublishedVersion.open(paths.current / DATABASE_NAME, "256MB") as version:
        assert version.rows("select current_setting('memory_limit') as it") == [{"it": "244.1 MiB"}]


def test_descriptions_are_comments(paths: Paths) -> None:
    publish(paths, MANIFEST, FACTS)
    comments = """
        select table_name, comment from duckdb_columns()
        where comment is not null and schema_name = 'core'
    """
    assert query(paths, comments) == [("dim_prospects", "where it's at")]
    lacking = """
        select column_name from duckdb_columns()
        where comment is null and table_name in ('refresh', 'restatements')
    """
    assert not query(paths, lacking)


def test_a_failure_on_the_way_leaves_the_published_version_as_it_was(paths: Paths) -> None:
    publish(paths, MANIFEST, FACTS)
    before, name = contents(paths), current_name(paths)
    change(paths, "drop table kpi.kpi_values; create view kpi.kpi_values as select error('full')")
    with pytest.raises(duckdb.Error, match="full"):
        publish_again(paths)
    assert current_name(paths) == name
    assert contents(paths) == before
    assert sorted(path.name for path in paths.published.iterdir()) == [name, "current"]


def test_an_old_version_stays_whole_when_the_one_it_was_linked_from_is_deleted(
    paths: Paths,
) -> None:
    publish(paths, MANIFEST, FACTS)
    publish_again(paths)
    first, second = list_versions(paths)
    shutil.rmtree(first.folder)
    for file, entry in second.manifest["files"].items():
        assert sha256(second.folder / file) == entry["sha256"]


def test_what_the_gates_found_is_published_with_what_the_data_said(paths: Paths) -> None:
    """Of the last look at the marts, and of the batches that wait; a decided one is over."""
    for day in ("1", "2"):
        load = Load("crm", "generic", f"crm@{day}-a", datetime(2026, 10, 1), 1, "crm", "00")
        hold(paths, load, ["few vanish"])
        gone = ({"entity": "deals", "vanished_share": 0.5}, {"entity": "accounts"})
        empty = ({"entity": "deals", "column_name": "amount"},)
        rules = (
            ExpectationResult("few vanish", False, 2, gone),
            ExpectationResult("columns stay", False, 1, empty),
            ExpectationResult("no dates to come", True),
        )
        suite = SuiteResult("batch_is_plausible", True, rules)
        write_batch_result(paths, load.load_id, "run-1", suite)
    drop(paths, "crm@1-a")
    for unexpected in (1, 4):
        fresh = SuiteResult("fresh", False, (ExpectationResult("is new", False, unexpected),))
        write_gate_result(paths, GateResult(f"run-{unexpected}", "build-1", (fresh,)))
    publish(paths, MANIFEST, FACTS)
    assert query(paths, "from meta.data_quality order by all") == [
        ("batch_is_plausible", "crm", "accounts", None, "few vanish", 1),
        ("batch_is_plausible", "crm", "deals", "amount", "columns stay", 1),
        ("batch_is_plausible", "crm", "deals", None, "few vanish", 1),
        ("fresh", None, None, None, "is new", 4),
        ("value_issue", "crm", "deals", "amount", "decimal", 3),
    ]


def test_a_published_file_that_was_damaged_is_not_linked_on(paths: Paths) -> None:
    publish(paths, MANIFEST, FACTS)
    first = paths.current.resolve()
    victim = first / "parquet/core/fct_activities/month=2026-02/data.parquet"
    content = bytearray(victim.read_bytes())
    content[len(content) // 2] ^= 1
    victim.chmod(0o600)
    victim.write_bytes(content)
    publish_again(paths)
    for file, entry in read_json(paths.current / "manifest.json")["files"].items():
        assert sha256(paths.current / file) == entry["sha256"]
    other = "parquet/core/fct_activities/month=2026-01/data.parquet"
    assert (paths.current / other).samefile(first / other)


@pytest.mark.parametrize("flaw", ["flipped", "cut off", "gone"])
def test_a_damaged_file_of_the_version_before_is_not_shared(tmp_path: Path, flaw: str) -> None:
    before, new = tmp_path / "before", tmp_path / "new"
    before.mkdir()
    file = before / "kpi.parquet"
    file.write_bytes(b"PAR1 and rows PAR1")
    last = LastVersion(before, {"kpi.parquet": "1"}, {"kpi.parquet": describe_file(file)})
    assert last.link("kpi.parquet", "1", new) == last.files["kpi.parquet"]
    assert (new / "kpi.parquet").samefile(file)
    (new / "kpi.parquet").unlink()
    content = file.read_bytes()
    if flaw == "gone":
        file.unlink()
    else:
        file.write_bytes(content[:-1] if flaw == "cut off" else b"p" + content[1:])
    assert last.link("kpi.parquet", "1", new) is None
    assert not (new / "kpi.parquet").exists()
