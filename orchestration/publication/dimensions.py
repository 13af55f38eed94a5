"""Keys that hold: in what is published every key of a dimension is filled, and found in it.

What belongs here: which columns are keys of which dimension, and what a row that means nobody is
called. What does not: the SQL that fills them (see `queries.py`).

A model is a dimension when its YAML says how its rows without a record are called:

    config: {meta: {dimension: {label: name}}}

`label` is the column that says it. Its key is the primary key of its contract, one column (see
`keys.py`). Every published column named like the key, or that ends with it (`owner_rep_key`), is a
key of it. A missing one leads to the row `(unknown)`. Where `others` names a column, a value that
is none of the dimension leads to the row `(none)`, and stays readable in that column
beside the key:

    config: {meta: {dimension: {label: became_by, others: buyer_key}}}

The warehouse keeps its nulls: what is counted there never meets a row that means nobody.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from orchestration.errors import ConfigurationError
from orchestration.publication.keys import primary_key

UNKNOWN = "(unknown)"
"""The row of a dimension that a missing reference leads to."""

NONE = "(none)"
"""The row of a dimension that a value leads to which is none of it, such as who is no customer."""

PLACEHOLDER_KEYS = {UNKNOWN: 0, NONE: -(10**15)}
"""Their keys: a number that no record has, small enough for a spreadsheet. A key that is published
as a person's pseudonym, a text, is the label itself."""

IS_PLACEHOLDER = "is_placeholder"
"""The column that tells them from records."""

IS_PLACEHOLDER_MEANS = (
    "Whether the row is no record: what a missing reference, or one to nobody of this table, "
    "leads to, so that no join loses a row; leave it out of what you count"
)


@dataclass(frozen=True)
class Dimension:
    """A published table that keys of other tables lead to.

    Attributes:
        schema: its schema.
        name: its name.
        key: its key.
        label: the text that says what a row is called that is no record.
        others: the column beside a key of it that keeps what is none of it, or None.

    """

    schema: str
    name: str
    key: str
    label: str
    others: str | None = None

    @property
    def full_name(self) -> str:
        """Schema and name."""
        return f"{self.schema}.{self.name}"

    @property
    def placeholders(self) -> tuple[str, ...]:
        """The rows that are no records."""
        return (UNKNOWN,) if self.others is None else (UNKNOWN, NONE)

    def description_of(self, description: str) -> str:
        """Return what a column that is a key of it means, where the warehouse would have null."""
        if self.others is not None:
            return (
                f"The customer; the row `{NONE}` of {self.name} when who buys is no customer, "
                f"`{UNKNOWN}` when it is not known; who buys is in {self.others}"
            )
        return re.sub(
            r"; null (when|where|without|for)\b",
            rf"; the row `{UNKNOWN}` of {self.name} \1",
            description,
        )


def dimension_of(column: str, table: str, dimensions: Iterable[Dimension]) -> Dimension | None:
    """Return the dimension that a column of a table is a key of; None for its own key."""
    for dimension in dimensions:
        if column == dimension.key and table == dimension.full_name:
            return None
        if column == dimension.key or column.endswith(f"_{dimension.key}"):
            return dimension
    return None


def declared_dimension(node: Mapping[str, Any], meta: Mapping[str, Any]) -> Dimension | None:
    """Return the dimension that a model of the manifest is declared to be, or None.

    Raises:
        ConfigurationError: its contract has no primary key of one column; names the model.

    """
    declared = meta.get("dimension")
    if declared is None:
        return None
    key = primary_key(node)
    if len(key) != 1:
        raise ConfigurationError(
            f"{node['name']}: a dimension needs a primary key of one column in its contract: "
            "write `constraints: [{type: primary_key}]` at that column"
        )
    return Dimension(
        node["schema"], node["alias"], key[0], declared["label"], declared.get("others")
    )
