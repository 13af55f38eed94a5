"""The keys of the models, as their contracts declare them.

What belongs here: reading `constraints` of dbt's manifest: which columns identify a row, and which
row of which table a column names. What does not: what is published of them (see `references.py`).

The constraints are words for whoever reads the manifest: the warehouse itself has none, and data
tests hold them (docs/decisions/dbt_keys.md).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from orchestration.errors import ConfigurationError

_TARGET = re.compile(r"(?P<schema>\w+)\.(?P<table>\w+) \((?P<columns>\w+(?:, \w+)*)\)")


@dataclass(frozen=True)
class ForeignKey:
    """Columns whose values, where they have one, are those of a row of another table.

    Attributes:
        columns: the columns.
        schema: schema of the other table.
        table: its name.
        to_columns: what they are called there.

    """

    columns: tuple[str, ...]
    schema: str
    table: str
    to_columns: tuple[str, ...]

    @property
    def full_name(self) -> str:
        """Schema and name of the other table."""
        return f"{self.schema}.{self.table}"


def primary_key(node: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the columns that identify a row of a model of the manifest; none without a key."""
    for columns, constraint in _constraints(node):
        if constraint["type"] == "primary_key":
            return columns
    return ()


def foreign_keys(node: Mapping[str, Any]) -> list[ForeignKey]:
    """Return the foreign keys of a model of the manifest, in the order of their declaration.

    Raises:
        ConfigurationError: one does not say what it refers to; names its model and columns.

    """
    keys = []
    for columns, constraint in _constraints(node):
        if constraint["type"] == "foreign_key":
            expression = str(constraint.get("expression") or "")
            target = _TARGET.fullmatch(expression)
            if target is None:
                raise ConfigurationError(
                    f"{node['name']}: the foreign key of {', '.join(columns)} says {expression!r}: "
                    "write `expression: schema.table (column)`"
                )
            to_columns = tuple(target["columns"].split(", "))
            keys.append(ForeignKey(columns, target["schema"], target["table"], to_columns))
    return keys


def _constraints(
    node: Mapping[str, Any],
) -> Iterator[tuple[tuple[str, ...], Mapping[str, Any]]]:
    """Yield each constraint of a model with its columns: the model's own, then its columns'."""
    for constraint in node.get("constraints") or ():
        yield tuple(constraint.get("columns") or ()), constraint
    for name, column in node["columns"].items():
        for constraint in column.get("constraints") or ():
            yield (name,), constraint
