"""Values and names as SQL writes them.

What belongs here: quoting, for all who write SQL. What does not: any query.
"""

from collections.abc import Iterable


def quoted_name(value: str) -> str:
    """Return an SQL identifier."""
    return '"' + value.replace('"', '""') + '"'


def quoted_names(values: Iterable[str]) -> str:
    """Return SQL identifiers, separated by commas."""
    return ", ".join(map(quoted_name, values))


def quoted_text(value: object) -> str:
    """Return an SQL literal: the text of a value."""
    return "'" + str(value).replace("'", "''") + "'"
