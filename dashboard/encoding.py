"""Turning rows into what a page can load from disk.

What belongs here: JSON as JavaScript, and how numbers and days are written. What does not: which
rows (see `reading.py`). A page opened with file:// may not fetch, so that every piece of data is a
script which hands its content to `prospection.receive`.
"""

import json
import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

SIGNIFICANT_DIGITS = 8
"""More than any page shows; full doubles would make the files half as large again. Whole numbers
keep every digit."""


def plain(value: Any) -> Any:
    """Return a value as JSON knows it: days as ISO text, numbers without needless digits."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float | Decimal):
        return _number(float(value))
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return str(value)


def plain_column(values: Sequence[Any]) -> list[Any]:
    """Return the values of one column, which are of one type or null, as JSON knows them."""
    kind = type(next((value for value in values if value is not None), None))
    if kind in {str, bool, int}:
        return list(values)
    if kind is float:
        return [None if value is None else _number(value) for value in values]
    return list(map(plain, values))


def _number(value: float) -> float | int | None:
    if not math.isfinite(value):
        return None
    shown = value if value.is_integer() else float(f"{value:.{SIGNIFICANT_DIGITS}g}")
    return int(shown) if shown.is_integer() and abs(shown) < 2**53 else shown


def columnar(table: Mapping[str, Sequence[Any]], count: int | None = None) -> dict[str, Any]:
    """Return a table as a page reads it: its columns, and how many rows there are in all.

    A column is the list of its values, all of one type or null; one that says the same of every row
    says it once (`only`); one of few different words has each word once, and for each row which one
    it is.
    """
    columns: dict[str, Any] = {}
    for name, content in table.items():
        told = next((value for value in content if value is not None), None)
        words = dict.fromkeys(content) if told is None or isinstance(told, str | bool) else {}
        if content and all(value == content[0] for value in content):
            columns[name] = {"only": content[0]}
        elif words and len(words) * 2 <= len(content):
            place = {word: at for at, word in enumerate(words)}
            columns[name] = {"words": list(words), "at": [place[word] for word in content]}
        else:
            columns[name] = content
    shown = len(next(iter(table.values()), ()))
    return {"columns": columns, "shown": shown, "count": shown if count is None else count}


def json_text(content: Any) -> str:
    """Return content as JSON that may stand inside a script element."""
    return inert(json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False))


def inert(text: str) -> str:
    """Return JSON text as it may stand inside a script element: no `<`, no odd line separators."""
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def script(key: str, content: Any) -> str:
    """Return the JavaScript that hands `content` to the page under `key`."""
    return script_of_json(key, json_text(content))


def script_of_json(key: str, text: str) -> str:
    """Return the JavaScript that hands JSON to the page under `key`."""
    return f"prospection.receive({json_text(key)},{inert(text)});\n"
