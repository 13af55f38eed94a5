"""What a version says of the keys of its tables.

What belongs here: the keys of the contracts as far as they are published, and those that hold only
once they are filled for publication. What does not: reading contracts (see `keys.py`), and filling
keys (see `dimensions.py`).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from orchestration.publication.contents import PublishedTable
from orchestration.publication.dimensions import Dimension
from orchestration.publication.keys import ForeignKey, foreign_keys, primary_key
from orchestration.warehouse.dbt_project import Manifest


def published_keys(manifest: Manifest, tables: Sequence[PublishedTable]) -> dict[str, Any]:
    """Return what the manifest of a version says of keys, by table: those that are published whole.

    A foreign key refers to a published table; whether each of its values is found there, who makes
    it a real one looks for himself.
    """
    columns = {table.full_name: {column.name for column in table.columns} for table in tables}
    references = {table.full_name: table.references for table in tables}
    found: dict[str, Any] = {}
    for node in manifest["nodes"].values():
        name = f"{node.get('schema')}.{node.get('alias')}"
        if name not in columns or node["resource_type"] not in {"model", "seed", "snapshot"}:
            continue
        key = primary_key(node)
        found[name] = {
            "key": list(key) if set(key) <= columns[name] else [],
            "references": [
                {"columns": each.columns, "to": each.full_name, "to_columns": each.to_columns}
                for each in _with_dimensions(foreign_keys(node), references[name])
                if set(each.columns) <= columns[name]
                and set(each.to_columns) <= columns.get(each.full_name, set())
            ],
        }
    return found


def _with_dimensions(
    declared: Sequence[ForeignKey], references: Mapping[str, Dimension]
) -> list[ForeignKey]:
    """Return foreign keys with those that hold only once they are filled for publication."""
    told = {each.columns for each in declared}
    filled = [
        ForeignKey((column,), dimension.schema, dimension.name, (dimension.key,))
        for column, dimension in references.items()
        if (column,) not in told
    ]
    return [*declared, *filled]
