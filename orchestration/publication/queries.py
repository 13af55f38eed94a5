"""The query of what is published as a table: from the warehouse, without identifiers, keys filled.

What belongs here: the SQL of a published table's rows, the pseudonyms that it joins, and the rows
of a dimension that are no records. What does not: which columns (see `contents.py`), which keys
(see `dimensions.py`), and writing it (see `tables.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import duckdb

from orchestration.publication.contents import PublishedColumn, PublishedTable
from orchestration.publication.dimensions import IS_PLACEHOLDER, NONE, PLACEHOLDER_KEYS, UNKNOWN
from orchestration.publication.pseudonyms import pseudonym_sql
from orchestration.quoting import quoted_name, quoted_text

_ROWS = "published_source"
_NAMES = ("file", "reason", "unknown_columns")
"""Columns of `meta` in which files and headers are named."""


@dataclass(frozen=True)
class Withheld:
    """What may not be published as it is.

    Attributes:
        has_ids: whether an id of a record is an address or a name: `shown_ids` has what is shown.
        names: name of a file or header → what is told in its place.

    """

    has_ids: bool = False
    names: Mapping[str, str] = field(default_factory=dict)


def query_of(table: PublishedTable, withheld: Withheld) -> str:
    """Return the query of the rows of a published table; gates speak after the models are built."""
    query = _records(table, withheld)
    if table.own_dimension is not None:
        rows = (_placeholder(table, label) for label in table.own_dimension.placeholders)
        query = " union all ".join([query, *rows])
    if table.full_name == "meta.data_quality":
        query = f"{query} union all by name from gate_findings"
    return query


def view_of(connection: duckdb.DuckDBPyConnection, table: PublishedTable) -> str:
    """Return the statement that makes a view of the warehouse one on what is published beside it.

    It names no database, so that the file may be opened or attached under any name.
    """
    row = connection.execute(
        """
        select sql from duckdb_views()
        where database_name = 'warehouse' and schema_name = ? and view_name = ?
        """,
        [table.schema, table.name],
    ).fetchone()
    if row is None:
        raise ValueError(f"{table.full_name} is published as a view and is none in the warehouse")
    return str(row[0]).replace("warehouse.", "")


def make_pseudonyms(
    connection: duckdb.DuckDBPyConnection, columns: Mapping[str, Any], key: bytes
) -> None:
    """Make the table `pseudonyms`: one row per person of the warehouse."""
    people = columns.get("core.dim_prospects", {})
    if {"prospect_key", "source", "prospect_id"} <= people.keys():
        pseudonym = pseudonym_sql(key, "source || ':' || prospect_id")
        query = (
            f"select prospect_key, source, prospect_id, {pseudonym} as pseudonym "
            "from warehouse.core.dim_prospects"
        )
    else:
        query = (
            "select null::bigint as prospect_key, null::varchar as source, "
            "null::varchar as prospect_id, null::varchar as pseudonym limit 0"
        )
    connection.execute(f"create temp table pseudonyms as {query}")


def make_shown_ids(
    connection: duckdb.DuckDBPyConnection, columns: Mapping[str, Any], key: bytes
) -> bool:
    """Make the table `shown_ids`, of ids that are an address or a name; return whether any is."""
    if "intermediate.int_withheld_words" not in columns:
        return False
    connection.execute(
        f"create temp table shown_ids as select word as id, {pseudonym_sql(key, 'word')} as shown "
        "from warehouse.intermediate.int_withheld_words where field = 'record_id'"
    )
    return connection.execute("select 1 from shown_ids limit 1").fetchone() is not None


def _records(table: PublishedTable, withheld: Withheld) -> str:
    columns, joins = [], []
    for index, column in enumerate(table.columns):
        own = f"{_ROWS}.{quoted_name(column.origin or column.name)}"
        shown = own
        if withheld.has_ids and column.is_shown_id:
            ids = f"shown_ids_{index}"
            shown = f"coalesce({ids}.shown, {own})"
            joins.append(f"left join shown_ids as {ids} on {own} = {ids}.id")
        value, join = _value(column, index, own, shown)
        if table.schema == "meta" and column.name in _NAMES:
            for name, told in withheld.names.items():
                value = f"replace({value}, {quoted_text(name)}, {quoted_text(told)})"
        columns.append(f"{value} as {quoted_name(column.name)}")
        joins.append(join)
    source = f"warehouse.{quoted_name(table.schema)}.{quoted_name(table.name)}"
    return f"select {', '.join(columns)} from {source} as {_ROWS} {' '.join(filter(None, joins))}"


def _value(column: PublishedColumn, index: int, own: str, shown: str) -> tuple[str, str]:
    """Return the SQL of a column's value, of it as it may be shown, and of the join it needs."""
    dimension = column.dimension
    if column.name == IS_PLACEHOLDER:
        return "false", ""
    if column.is_record_id:
        return _record_id(column, own, shown, f"people_{index}")
    if column.is_pseudonym:
        people = f"people_{index}"
        value = f"{people}.pseudonym"
        if dimension is not None:
            value = f"coalesce({value}, {quoted_text(UNKNOWN)})"
        return value, f"left join pseudonyms as {people} on {own} = {people}.prospect_key"
    if dimension is None:
        return shown, ""
    unknown = PLACEHOLDER_KEYS[UNKNOWN]
    if dimension.others is None:
        return f"coalesce({own}, {unknown})", ""
    found, key = f"found_{index}", quoted_name(dimension.key)
    records = f"warehouse.{quoted_name(dimension.schema)}.{quoted_name(dimension.name)}"
    value = (
        f"case when {own} is null then {unknown} "
        f"else coalesce({found}.{key}, {PLACEHOLDER_KEYS[NONE]}) end"
    )
    return value, f"left join {records} as {found} on {own} = {found}.{key}"


def _record_id(column: PublishedColumn, own: str, shown: str, people: str) -> tuple[str, str]:
    """Return the id of a record, of a person the pseudonym, and the join that it needs."""
    of_record = column.name.removesuffix("_id")
    entity = f"{_ROWS}.{quoted_name(f'{of_record}_entity')}"
    value = f"case when {entity} = 'prospects' then {people}.pseudonym else {shown} end"
    join = (
        f"left join pseudonyms as {people} on {entity} = 'prospects' "
        f"and {_ROWS}.{quoted_name(f'{of_record}_source')} = {people}.source "
        f"and {own} = {people}.prospect_id"
    )
    return value, join


def _placeholder(table: PublishedTable, label: str) -> str:
    """Return the query of the row of a dimension that is called `label`.

    Whatever else a row says of a record is null, as where it is not known of one.
    """
    own = table.own_dimension
    values = []
    for column in table.columns:
        if column.name == IS_PLACEHOLDER:
            value = "true"
        elif own is not None and column.name == own.key:
            value = _key(column, label)
        elif column.dimension is not None:
            value = _key(column, UNKNOWN)
        elif own is not None and column.name == own.label:
            value = quoted_text(label)
        else:
            value = "false" if column.kind == "BOOLEAN" else f"null::{column.kind}"
        values.append(f"{value} as {quoted_name(column.name)}")
    return f"select {', '.join(values)}"


def _key(column: PublishedColumn, label: str) -> str:
    return quoted_text(label) if column.is_pseudonym else str(PLACEHOLDER_KEYS[label])
