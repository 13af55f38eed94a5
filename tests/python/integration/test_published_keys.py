"""A published version can be read by a tool that knows nothing of it: keys, comments, types.

What belongs here: that every key leads somewhere, everything says what it is, and every column is
of a type that such tools read, on the demo. What does not: what the tables hold.
"""

from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from orchestration.files import read_json

from ..conftest import DemoRefresh

DIMENSIONS = {"accounts", "campaigns", "customers", "products", "prospects", "reps"}
"""The tables `core.dim_…` that keys lead to."""

BETWEEN_FACTS = {"core.fct_deals", "core.fct_orders"}
"""Facts that others lead to where there is one: such a key is null where there is none."""

REFERENCES_BETWEEN_FACTS = {"buyer_key", "deal_key", "order_key"} | {
    "became_by_key",
    "began_by_key",
    "ended_by_key",
}
"""Keys that are no key of a dimension: filled when there is something to lead to, be it a deal, an
order or a contract."""

OWN_KEYS = {"contract_key", "cost_key", "quote_key"}


@pytest.fixture(scope="module")
def manifest(demo_refresh: DemoRefresh) -> dict[str, Any]:
    read: dict[str, Any] = read_json(demo_refresh.paths.current / "manifest.json")
    return read


@pytest.fixture(scope="module")
def published(demo_refresh: DemoRefresh) -> Iterator[duckdb.DuckDBPyConnection]:
    database = demo_refresh.paths.current / "prospection.duckdb"
    with duckdb.connect(str(database), read_only=True) as connection:
        yield connection


def references(entry: dict[str, Any]) -> Iterator[tuple[tuple[str, ...], str, tuple[str, ...]]]:
    """Yield the keys of a table of one column each: it, the table that it leads to, its key."""
    for each in entry.get("references", ()):
        if len(each["columns"]) == 1:
            yield tuple(each["columns"]), each["to"], tuple(each["to_columns"])


def one(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[Any, ...]:
    row: tuple[Any, ...] | None = connection.execute(query).fetchone()
    assert row is not None
    return row


def test_every_join_of_a_table_to_its_dimensions_keeps_every_row(
    demo_refresh: DemoRefresh, manifest: dict[str, Any], published: duckdb.DuckDBPyConnection
) -> None:
    """In both forms; a join of all its keys at once neither loses a row nor doubles one."""
    joined = 0
    for name, entry in manifest["tables"].items():
        folder = demo_refresh.paths.current / "parquet" / name.replace(".", "/")
        forms = [f"read_parquet('{folder}/**/*.parquet')"] + [name] * entry["in_database"]
        for form in forms:
            joins, found = [], []
            for (column,), table, (key,) in references(entry):
                if table in BETWEEN_FACTS:
                    continue
                joins.append(
                    f'join {table} as "{column}_row" on "{column}_row".{key} = f."{column}"'
                )
                found.append(f'count("{column}_row".{key})')
            if joins:
                rows = one(published, f"select count(*) from {form}")
                together = one(
                    published, f"select {', '.join(found)} from {form} as f {' '.join(joins)}"
                )
                assert set(together) == set(rows), (name, form)
                joined += len(joins)
    assert joined > 100


def test_every_key_leads_to_a_dimension_or_is_known_to_lead_to_none(
    manifest: dict[str, Any], published: duckdb.DuckDBPyConnection
) -> None:
    rows = published.execute(
        """
        select schema_name || '.' || table_name, column_name from duckdb_columns()
        where not internal and column_name like '%\\_key' escape '\\'
        """
    ).fetchall()
    own = {(f"core.dim_{name}", f"{name[:-1]}_key") for name in DIMENSIONS}
    assert own <= set(rows)
    strange = [
        (table, column)
        for table, column in set(rows) - own
        if (column,) not in {each[0] for each in references(manifest["tables"][table])}
        and column not in REFERENCES_BETWEEN_FACTS | OWN_KEYS
    ]
    assert not strange
    for column, fact in (("deal_key", "core.fct_deals"), ("order_key", "core.fct_orders")):
        for table in {table for table, name in rows if name == column} - {fact}:
            lost = f"from {table} anti join {fact} using ({column}) where {column} is not null"
            assert one(published, f"select count(*) {lost}") == (0,), table


def test_a_row_that_means_nobody_is_told_and_raises_no_count(
    demo_refresh: DemoRefresh, published: duckdb.DuckDBPyConnection
) -> None:
    with duckdb.connect(str(demo_refresh.paths.warehouse), read_only=True) as warehouse:
        for name in DIMENSIONS:
            count = f"select count(*) from core.dim_{name}"
            placeholders = 2 if name == "customers" else 1
            records, rows = one(warehouse, count)[0], one(published, count)[0]
            assert one(published, f"{count} where not is_placeholder") == (records,)
            assert rows == records + placeholders
        buyers = "from core.fct_deals order by deal_key"
        kept = warehouse.execute(f"select deal_key, customer_key {buyers}").fetchall()
    assert published.execute(f"select deal_key, buyer_key {buyers}").fetchall() == kept
    assert one(
        published,
        """
        select
            count(*) filter (where buyer_key is null),
            count(*) filter (where customers.became_by = '(unknown)'),
            count(*) filter (where not customers.is_placeholder) = count(*) filter (
                where buyer_key in (select customer_key from core.dim_customers)
            ),
            count(*) filter (where customers.became_by = '(none)') > 100
        from core.fct_deals inner join core.dim_customers as customers using (customer_key)
        """,
    ) == (0, 0, True, True)
    labels = published.execute(
        """
        select distinct dimension_label from kpi.kpi_values where dimension in ('rep', 'campaign')
        """
    ).fetchall()
    assert ("(none)",) not in labels


def test_everything_published_says_what_it_is(published: duckdb.DuckDBPyConnection) -> None:
    lacking = published.execute(
        """
        select table_name, null as column_name from duckdb_tables()
        where coalesce(trim(comment), '') = ''
        union all
        select view_name, null from duckdb_views()
        where not internal and coalesce(trim(comment), '') = ''
        union all
        select table_name, column_name from duckdb_columns()
        where not internal and coalesce(trim(comment), '') = ''
        """
    ).fetchall()
    assert lacking == []
    assert one(published, "select count(*) from duckdb_columns() where not internal")[0] > 700


def test_no_column_is_of_a_type_that_tools_cannot_read(
    demo_refresh: DemoRefresh, manifest: dict[str, Any], published: duckdb.DuckDBPyConnection
) -> None:
    kinds = published.execute(
        "select data_type, table_name from duckdb_columns() where not internal"
    ).fetchall()
    for name in manifest["tables"]:
        folder = demo_refresh.paths.current / "parquet" / name.replace(".", "/")
        described = published.execute(
            f"describe from read_parquet('{folder}/**/*.parquet')"
        ).fetchall()
        kinds += [(row[1], name) for row in described]
    plain = ("BIGINT", "BOOLEAN", "DATE", "DECIMAL", "DOUBLE", "HUGEINT", "INTEGER", "TIMESTAMP")
    strange = {kind for kind in kinds if not kind[0].startswith((*plain, "VARCHAR"))}
    strange |= {kind for kind in kinds if kind[0].endswith("]")}
    assert not strange
