"""What is published: which tables, which of their columns, and in which form.

What belongs here: the decision, read from the dbt manifest and the warehouse's own columns. What
does not: writing it (see `writing.py`).

A model is published when its schema is `core`, `kpi` or `meta`. Its YAML can say otherwise:

    config: {meta: {publish: no}}                        # internal to the warehouse config: {meta:
    {publish: parquet}}                   # too big for prospection.duckdb config: {meta:
    {by_month: occurred_on}}              # Parquet in one folder per month of that date

and of a column `config: {meta: {identifier: …}}`: `direct` (never published), `key` (published as
the person's pseudonym), `crm_id` (published unless `publish_crm_ids: false`), `record_id` (the id
of a record of any entity, `<x>_id` beside `<x>_entity` and `<x>_source`: with `publish_crm_ids:
false` that of a person is their pseudonym), `none` (no identifier of a prospect, whatever its
name). Names that look like an identifier are taken for one unless declared `none`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import duckdb

from orchestration.warehouse.dbt_project import Manifest

PUBLISHED_SCHEMAS = ("core", "kpi", "meta")

Identifier = Literal["direct", "key", "crm_id", "record_id", "none"]

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

    """

    name: str
    kind: str
    is_pseudonym: bool = False
    is_record_id: bool = False
    description: str = ""


@dataclass(frozen=True)
class PublishedTable:
    """A table of a published version.

    Attributes:
        schema: core, kpi or meta.
        name: its name.
        columns: what is left of its columns.
        description: what a row is.
        is_in_database: whether it is in `prospection.duckdb` too; Parquet has them all.
        month_column: the date whose month partitions the Parquet files, or None.

    """

    schema: str
    name: str
    columns: tuple[PublishedColumn, ...]
    description: str = ""
    is_in_database: bool = True
    month_column: str | None = None

    @property
    def full_name(self) -> str:
        """Schema and name."""
        return f"{self.schema}.{self.name}"


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


def published_tables(
    manifest: Manifest,
    warehouse_columns: Mapping[str, Mapping[str, str]],
    publish_crm_ids: bool = True,
) -> list[PublishedTable]:
    """Return the tables to publish, by name; their columns in the order of their contract.

    Args:
        manifest: dbt's manifest.
        warehouse_columns: DuckDB type by column, by `schema.table`, as they are in the warehouse.
        publish_crm_ids: whether the CRM's own record ids of people are published.

    """
    tables = []
    for node in manifest["nodes"].values():
        meta = _meta(node)
        full_name = f"{node.get('schema')}.{node.get('alias')}"
        if (
            node["resource_type"] not in {"model", "seed", "snapshot"}
            or node["schema"] not in PUBLISHED_SCHEMAS
            or full_name not in warehouse_columns
            or meta.get("publish", True) is False
        ):
            continue
        columns = []
        kinds = warehouse_columns[full_name]
        declared = [name for name in node["columns"] if name in kinds]
        for name in dict.fromkeys([*declared, *kinds]):
            properties = node["columns"].get(name, {})
            identifier = identifier_of(name, properties)
            if identifier == "direct" or (identifier == "crm_id" and not publish_crm_ids):
                continue
            columns.append(
                PublishedColumn(
                    name=name,
                    kind="VARCHAR" if identifier == "key" else kinds[name],
                    is_pseudonym=identifier == "key",
                    is_record_id=identifier == "record_id" and not publish_crm_ids,
                    description=str(properties.get("description", "")),
                )
            )
        tables.append(
            PublishedTable(
                schema=node["schema"],
                name=node["alias"],
                columns=tuple(columns),
                description=node.get("description", ""),
                is_in_database=meta.get("publish", True) != "parquet",
                month_column=meta.get("by_month"),
            )
        )
    return sorted(tables, key=lambda table: table.full_name)


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
