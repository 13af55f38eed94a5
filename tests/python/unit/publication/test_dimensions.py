"""Keys that hold: filled, found, and what stands for who is no customer or not known."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.errors import ConfigurationError
from orchestration.files import read_json
from orchestration.paths import Paths
from orchestration.publication.contents import published_tables
from orchestration.publication.dimensions import Dimension, dimension_of
from orchestration.publication.own_tables import RefreshFacts
from orchestration.publication.writing import DATABASE_NAME, publish

FACTS = RefreshFacts("a1b2c3d4-0000", datetime(2026, 10, 16, 4, 0, tzinfo=UTC), date(2026, 10, 15))

REPS = Dimension("core", "dim_reps", "rep_key", "name")
CUSTOMERS = Dimension("core", "dim_customers", "customer_key", "became_by", "buyer_key")


def node(name: str, meta: dict[str, Any], materialized: str = "table", **told: str) -> Any:
    return {
        "resource_type": "model",
        "name": name,
        "schema": name.partition(".")[0],
        "alias": name.partition(".")[2],
        "description": f"one row per {name}",
        "config": {"meta": meta, "materialized": materialized},
        "columns": {column: {"description": text} for column, text in told.items()},
    }


def dimension(name: str, key: str, **declared: str) -> Any:
    made = node(name, {"dimension": declared})
    return {**made, "columns": {key: {"constraints": [{"type": "primary_key"}]}}}


MANIFEST = {
    "nodes": {
        "a": dimension("core.dim_reps", "rep_key", label="name"),
        "b": dimension("core.dim_prospects", "prospect_key", label="prospect_id"),
        "c": dimension("core.dim_customers", "customer_key", label="became_by", others="buyer_key"),
        "d": node(
            "core.fct_deals",
            {},
            rep_key="Rep; null when not known",
            customer_key="Who buys; null when it is not known",
        ),
        "e": node("core.fct_calls", {"publish": "parquet", "in_database_below": 3}),
        "f": node("bi.deals_labelled", {"publish": "view"}, "view", deal_label="Deal by rep"),
    }
}


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    paths = Paths(tmp_path)
    with duckdb.connect(str(paths.warehouse)) as connection:
        connection.execute(
            """
            create schema core;
            create schema bi;
            create table core.dim_reps as
            select 3::bigint as rep_key, 'Ana' as name, date '2020-01-01' as since, true as is_here;
            create table core.dim_prospects as
            select 1::bigint as prospect_key, 'crm' as source, 'P1' as prospect_id,
                3::bigint as owner_rep_key
            union all select 2, 'crm', 'P2', null;
            create table core.dim_customers as
            select 7::bigint as customer_key, 1::bigint as prospect_key, 'deal' as became_by;
            create table core.fct_deals as
            select * from (values (1, 3, 7, 1), (2, null, 8, 2), (3, 3, null, null), (4, 3, -2, 2))
                as deals (deal_key, rep_key, customer_key, prospect_key);
            create table core.fct_calls as
            select range as call_key, 3::bigint as rep_key from range(2);
            create view bi.deals_labelled as
            select deal_key, deal_key || ' ' || rep_key as deal_label from core.fct_deals;
            """
        )
    return paths


def rows(paths: Paths, statement: str) -> list[Any]:
    with duckdb.connect(str(paths.current / DATABASE_NAME), read_only=True) as connection:
        return connection.execute(statement).fetchall()


@pytest.mark.parametrize(
    ("column", "table", "expected"),
    [
        ("rep_key", "core.fct_deals", REPS),
        ("owner_rep_key", "core.dim_accounts", REPS),
        ("rep_key", "core.dim_reps", None),
        ("rep_key", "core.dim_rep_periods", REPS),
        ("prep_key", "core.fct_deals", None),
        ("customer_key", "core.fct_deals", CUSTOMERS),
        ("deal_key", "core.fct_deals", None),
    ],
)
def test_a_column_is_the_key_that_its_name_ends_with(
    column: str, table: str, expected: Dimension | None
) -> None:
    assert dimension_of(column, table, [REPS, CUSTOMERS]) == expected


def test_a_dimension_without_a_key_of_one_column_is_named() -> None:
    with pytest.raises(ConfigurationError, match=r"core\.dim_reps: a dimension needs a"):
        published_tables(
            {"nodes": {"a": node("core.dim_reps", {"dimension": {"label": "name"}})}},
            {"core.dim_reps": {"rep_key": "BIGINT", "name": "VARCHAR"}},
        )


def test_every_key_of_a_fact_is_filled_and_who_buys_stays_readable(paths: Paths) -> None:
    """Deal 1 is of a customer, deals 2 and 4 of nobody who is one, of deal 3 nothing is known."""
    publish(paths, MANIFEST, FACTS)
    none = -(10**15)
    assert rows(
        paths, "select deal_key, rep_key, customer_key, buyer_key from core.fct_deals order by 1"
    ) == [(1, 3, 7, 7), (2, 0, none, 8), (3, 3, 0, None), (4, 3, none, -2)]
    people = dict(rows(paths, "select prospect_id, prospect_key from core.dim_prospects"))
    assert [
        row[0] for row in rows(paths, "select prospect_key from core.fct_deals order by deal_key")
    ] == [
        people["P1"],
        people["P2"],
        "(unknown)",
        people["P2"],
    ]


def test_a_dimension_has_the_rows_that_mean_nobody_and_tells_them(paths: Paths) -> None:
    publish(paths, MANIFEST, FACTS)
    assert rows(paths, "from core.dim_reps order by rep_key") == [
        (0, "(unknown)", None, False, True),
        (3, "Ana", date(2020, 1, 1), True, False),
    ]
    assert rows(paths, "from core.dim_prospects where is_placeholder") == [
        ("(unknown)", None, "(unknown)", 0, True)
    ]
    assert rows(paths, "from core.dim_customers where is_placeholder order by all") == [
        (-(10**15), "(unknown)", "(none)", True),
        (0, "(unknown)", "(unknown)", True),
    ]
    parquet = paths.current / "parquet" / "core" / "dim_reps" / "data.parquet"
    assert rows(paths, f"select count(*) from '{parquet}' where is_placeholder") == [(1,)]


def test_a_version_says_which_keys_lead_where_and_the_comments_have_no_null(paths: Paths) -> None:
    publish(paths, MANIFEST, FACTS)
    tables = read_json(paths.current / "manifest.json")["tables"]
    assert {
        (*each["columns"], each["to"], *each["to_columns"])
        for each in tables["core.fct_deals"]["references"]
    } == {
        ("customer_key", "core.dim_customers", "customer_key"),
        ("prospect_key", "core.dim_prospects", "prospect_key"),
        ("rep_key", "core.dim_reps", "rep_key"),
    }
    comments = dict(
        rows(
            paths,
            "select column_name, comment from duckdb_columns() where table_name = 'fct_deals'",
        )
    )
    assert comments["rep_key"] == "Rep; the row `(unknown)` of dim_reps when not known"
    assert "buyer_key" in comments["customer_key"]
    assert comments["buyer_key"] == "Who buys; null when it is not known"


def test_a_fact_is_in_the_database_while_it_is_small(paths: Paths) -> None:
    publish(paths, MANIFEST, FACTS)
    assert rows(paths, "select count(*) from core.fct_calls") == [(2,)]
    with duckdb.connect(str(paths.warehouse)) as connection:
        connection.execute("insert into core.fct_calls values (2, null)")
    publish(paths, MANIFEST, replace(FACTS, run_id="ffffffff-0000"))
    assert not rows(paths, "from duckdb_tables() where table_name = 'fct_calls'")
    parquet = paths.current / "parquet" / "core" / "fct_calls" / "data.parquet"
    assert rows(paths, f"select rep_key from '{parquet}' order by all") == [(0,), (3,), (3,)]


def test_a_view_reads_what_is_published_under_any_name(paths: Paths) -> None:
    publish(paths, MANIFEST, FACTS)
    assert not (paths.current / "parquet" / "bi").exists()
    with duckdb.connect() as connection:
        connection.execute(f"attach '{paths.current / DATABASE_NAME}' as another (read_only)")
        found = connection.execute("from another.bi.deals_labelled order by 1").fetchall()
        told = connection.execute(
            "select comment from duckdb_views() where view_name = 'deals_labelled'"
            " union all select comment from duckdb_columns() where column_name = 'deal_label'"
        ).fetchall()
    assert found == [(1, "1 3"), (2, "2 0"), (3, "3 3"), (4, "4 3")]
    assert told == [("one row per bi.deals_labelled",), ("Deal by rep",)]


def test_a_column_per_kpi_is_described_by_the_catalogue() -> None:
    wide = node("bi.kpis_wide", {"columns": "kpi"}, grain="Length of the period")
    columns = {"bi.kpis_wide": {"own_margin": "DOUBLE", "grain": "VARCHAR"}}
    (table,) = published_tables(
        {"nodes": {"w": wide}}, columns, kpi_descriptions={"own_margin": "Our margin"}
    )
    assert [(each.name, each.description) for each in table.columns] == [
        ("grain", "Length of the period"),
        ("own_margin", "Our margin"),
    ]
