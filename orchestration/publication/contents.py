"""What is published: which tables, which of their columns, and in which form.

What belongs here: the decision, read from the dbt manifest and the warehouse's own columns. What
does not: writing it (see `writing.py`).

A model is published when its schema is `core`, `kpi`, `bi` or `meta`. Its YAML can say otherwise:

    config: {meta: {publish: no}}                  # internal to the warehouse
    config: {meta: {publish: parquet}}             # too big for prospection.duckdb
    config: {meta: {publish: parquet, in_database_below: 1000000}}  # of so many rows on
    config: {meta: {publish: view}}                # a view on what is published; no Parquet
    config: {meta: {by_month: occurred_on}}        # Parquet in one folder per month of that date
    config: {meta: {columns: kpi}}                 # a column per KPI, described by the catalogue

Which tables are dimensions, and what is a key of them, is told in `dimensions.py`.

Of a column, `config: {meta: {identifier: …}}` says what it identifies: `direct` (never published),
`key` (published as the person's pseudonym), `crm_id` (published unless `publish_crm_ids: false`),
`record_id` (the id of a record of any entity, `<x>_id` beside `<x>_entity` and `<x>_source`: with
`publish_crm_ids: false` that of a person is their pseudonym), `none` (no identifier of a prospect,
whatever its name). Names that look like an identifier are taken for one unless declared `none`.

And `config: {meta: {personal: …}}` says what it holds about people, a word of `PERSONAL`. Each text
says so; a number, a day or a yes-or-no holds nothing that names anybody, unless it is a person's
key. `judged_as` is the field of `int_typed_words` as which a category is judged before it is shown
(`names`: as names of files and headers, see `landing/told_names.py`); what is made of the marts'
own categories says none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Literal

import duckdb

from orchestration.publication.dimensions import (
    IS_PLACEHOLDER,
    IS_PLACEHOLDER_MEANS,
    Dimension,
    declared_dimension,
    dimension_of,
)
from orchestration.warehouse.dbt_project import Manifest

PUBLISHED_SCHEMAS = ("core", "kpi", "bi", "meta")

Identifier = Literal["direct", "key", "crm_id", "record_id", "none"]

PERSONAL = {
    "direct": "a name or an address of somebody in the base; never published",
    "free_text": "what somebody wrote; never published",
    "pseudonym": "the pseudonym of a person",
    "person_id": "the id of a person in its source, unless `publish_crm_ids: false`",
    "record_id": "the id of a record in its source; one that is an address or a name is published "
    "as a pseudonym",
    "rep": "a rep's id, name or account, with `rep_names: false` a pseudonym",
    "category": "words that somebody typed, `(other)` where they would tell of somebody",
    "none": "nothing about people",
}
"""What a published column may hold about people."""

_DIRECT_NAMES = frozenset(
    {
        "first_name",
        "last_name",
        "full_name",
        "email",
        "phone",
        "linkedin_url",
        "profile_url",
        "comment",
        "text",
        "raw",
    }
)
_OTHER_IDS = frozenset({"rep_id", "campaign_id", "kpi_id", "rule_id", "run_id"})
_CRM_ID_NAMES = frozenset({"prospect_id"})
_KEY_NAME = "prospect_key"


@dataclass(frozen=True)
class PublishedColumn:
    """A column of a published table.

    Attributes:
        name: its name.
        kind: its DuckDB type in the warehouse.
        is_pseudonym: whether the person's pseudonym takes the place of its value.
        is_record_id: whether it is the id of a record, of which a person's pseudonym takes the
            place when the record is a person's.
        description: what it means; empty when not described.
        dimension: the dimension that it is a key of, or None.
        origin: the column of the warehouse that it is made of; None for its own name.

    """

    name: str
    kind: str
    is_pseudonym: bool = False
    is_record_id: bool = False
    description: str = ""
    dimension: Dimension | None = None
    origin: str | None = None

    @property
    def is_shown_id(self) -> bool:
        """Whether it is the id of a record that is no rep and no campaign, as its source has it."""
        return self.kind == "VARCHAR" and (
            (self.name.endswith("_id") and self.name not in _OTHER_IDS)
            or self.name == "in_reply_to"
        )


@dataclass(frozen=True)
class PublishedTable:
    """A table of a published version.

    Attributes:
        schema: core, kpi, bi or meta.
        name: its name.
        columns: what is left of its columns.
        description: what a row is.
        is_in_database: whether it is in `prospection.duckdb` too; Parquet has them all.
        in_database_below: from how many rows on it is Parquet only; None for any number.
        is_view: whether it is a view on other published tables, and in no Parquet file.
        month_column: the date whose month partitions the Parquet files, or None.
        own_dimension: itself as a dimension that other tables lead to, or None.

    """

    schema: str
    name: str
    columns: tuple[PublishedColumn, ...]
    description: str = ""
    is_in_database: bool = True
    in_database_below: int | None = None
    is_view: bool = False
    month_column: str | None = None
    own_dimension: Dimension | None = None

    @property
    def full_name(self) -> str:
        """Schema and name."""
        return f"{self.schema}.{self.name}"

    @property
    def references(self) -> dict[str, Dimension]:
        """The dimension of each column that is a key of one."""
        return {
            column.name: column.dimension for column in self.columns if column.dimension is not None
        }


def _meta(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {**properties.get("meta", {}), **(properties.get("config") or {}).get("meta", {})}


def identifier_of(column: str, properties: Mapping[str, Any]) -> Identifier:
    """Return what kind of identifier a column is: as declared, else as its name suggests."""
    declared: Identifier | None = _meta(properties).get("identifier")
    if declared is not None:
        return declared
    if column in _DIRECT_NAMES:
        return "direct"
    if column in _CRM_ID_NAMES:
        return "crm_id"
    if column == _KEY_NAME or column.endswith(f"_{_KEY_NAME}"):
        return "key"
    return "none"


def personal_of(column: str, properties: Mapping[str, Any]) -> str | None:
    """Return what a column holds about people; None for a text that does not say."""
    declared: str | None = _meta(properties).get("personal")
    identifier = identifier_of(column, properties)
    if declared is not None or identifier == "direct":
        return declared or "direct"
    is_text = "char" in str(properties.get("data_type") or "varchar")
    return None if is_text or identifier == "key" else "none"


def published_tables(
    manifest: Manifest,
    warehouse_columns: Mapping[str, Mapping[str, str]],
    publish_crm_ids: bool = True,
    kpi_descriptions: Mapping[str, str] = MappingProxyType({}),
) -> list[PublishedTable]:
    """Return the tables to publish, by name; their columns in the order of their contract.

    Args:
        manifest: dbt's manifest.
        warehouse_columns: DuckDB type by column, by `schema.table`, as they are in the warehouse.
        publish_crm_ids: whether the CRM's own record ids of people are published.
        kpi_descriptions: what each KPI is, for tables with a column per KPI.

    """
    nodes = [
        node
        for node in manifest["nodes"].values()
        if node["resource_type"] in {"model", "seed", "snapshot"}
        and node["schema"] in PUBLISHED_SCHEMAS
        and f"{node['schema']}.{node['alias']}" in warehouse_columns
        and _meta(node).get("publish", True) is not False
    ]
    dimensions = [
        dimension for node in nodes if (dimension := declared_dimension(node, _meta(node)))
    ]
    tables = []
    for node in nodes:
        meta = _meta(node)
        full_name = f"{node['schema']}.{node['alias']}"
        kinds = warehouse_columns[full_name]
        own = next((each for each in dimensions if each.full_name == full_name), None)
        described = kpi_descriptions if meta.get("columns") == "kpi" else {}
        columns: list[PublishedColumn] = []
        for name in dict.fromkeys([*(each for each in node["columns"] if each in kinds), *kinds]):
            properties = node["columns"].get(name) or {"description": described.get(name, "")}
            identifier = identifier_of(name, properties)
            if identifier == "direct" or (identifier == "crm_id" and not publish_crm_ids):
                continue
            column = PublishedColumn(
                name=name,
                kind="VARCHAR" if identifier == "key" else kinds[name],
                is_pseudonym=identifier == "key",
                is_record_id=identifier == "record_id" and not publish_crm_ids,
                description=str(properties.get("description", "")),
            )
            columns += _as_key(column, dimension_of(name, full_name, dimensions))
        if own is not None:
            columns.append(
                PublishedColumn(IS_PLACEHOLDER, "BOOLEAN", description=IS_PLACEHOLDER_MEANS)
            )
        tables.append(
            PublishedTable(
                schema=node["schema"],
                name=node["alias"],
                columns=tuple(columns),
                description=node.get("description", ""),
                is_in_database=meta.get("publish", True) != "parquet",
                in_database_below=meta.get("in_database_below"),
                is_view=meta.get("publish", True) == "view",
                month_column=meta.get("by_month"),
                own_dimension=own,
            )
        )
    return sorted(tables, key=lambda table: table.full_name)


def _as_key(column: PublishedColumn, dimension: Dimension | None) -> Sequence[PublishedColumn]:
    """Return a column as it is published, with the one that keeps what is none of the dimension."""
    if dimension is None:
        return (column,)
    key = replace(
        column, dimension=dimension, description=dimension.description_of(column.description)
    )
    if dimension.others is None:
        return (key,)
    return (key, replace(column, name=dimension.others, origin=column.name))


def warehouse_columns(
    connection: duckdb.DuckDBPyConnection, database: str
) -> dict[str, dict[str, str]]:
    """Return the DuckDB type of each column by `schema.table` of an attached database."""
    rows = connection.execute(
        """
        select schema_name || '.' || table_name, column_name, data_type
        from duckdb_columns()
        where database_name = ? and not internal
        order by schema_name, table_name, column_index
        """,
        [database],
    ).fetchall()
    columns: dict[str, dict[str, str]] = {}
    for table, column, kind in rows:
        columns.setdefault(table, {})[column] = kind
    return columns
