"""What a file that is not read seems to be: whose table it is, and which entity may be meant.

What belongs here: a look at the first lines of such a file, and the reason for which it is left out
or refused. What does not: reading rows (see `reading.py`), and which headers are a column (see
`headers.py`). Nothing here decides whether a file is read.
"""

import csv
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Literal

import yaml

from orchestration.files import readable
from orchestration.formats.descriptions import Entity, Format, known_formats
from orchestration.landing.beginnings import beginnings, decoded
from orchestration.landing.dialect import DELIMITERS
from orchestration.landing.discovery import entity_called
from orchestration.landing.evidence import foreign_kind
from orchestration.landing.headers import column_names, matched_columns, needed_columns, normalised

_ROWS = 30
"""How many rows are looked at."""

_TYPO = 0.85
"""How alike a word must be to an entity's name to count as a slip of the pen."""

_LEAST_WORDS = 2
"""How many headers that only one tool writes tell that a table is its: one may be chance."""

_UNKNOWN = "neither the name nor the columns are those of a table that is read"

_TOOLS_FILE = Path(__file__).with_name("tools.yml")

_SHAPES = (
    re.compile(r"[-+(]?[\d\s.,'\u00a0\u202f]*\d[\d\s.,'\u00a0\u202f]*[%€$£)]?"),
    re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}.*"),
    re.compile(r"\S+@\S+\.\S+"),
    re.compile(r"(https?://|www\.)\S+", re.IGNORECASE),
    re.compile(r"(true|false|yes|no|oui|non|vrai|faux)", re.IGNORECASE),
    re.compile(r"[A-Za-z]*[-_]?\d+[-_\dA-Za-z]*"),
)
"""What values look like and headers do not: number, date, address, page, yes or no, code."""


def headers_in_file(path: Path, encoding: str | None = None) -> tuple[str, ...]:
    """Return the headers of the first table in a file, as far as they can be told."""
    return next((headers_in_text(each.text) for each in beginnings(path, encoding)), ())


def headers_in(head: bytes) -> tuple[str, ...]:
    """Return the headers in the first bytes of a file; nothing when they are no table."""
    return headers_in_text(decoded(head)) if head and foreign_kind(head) is None else ()


def headers_in_text(text: str) -> tuple[str, ...]:
    """Return the headers in a text; nothing when it is no table."""
    headers, _ = table_in_text(text, _ROWS)
    return headers


def table_in_text(text: str, most_rows: int) -> tuple[tuple[str, ...], list[list[str]]]:
    """Return the headers in a text and the rows below them, of its first rows; else nothing."""
    rows = _first_rows(text, most_rows)
    width = max(map(_filled, rows), default=0)
    # a title and other lines above the table have fewer cells than it
    place = next((number for number, row in enumerate(rows) if 2 * _filled(row) >= width), None)
    if place is None:
        return (), []
    return tuple(cell.strip() for cell in rows[place]), rows[place + 1 :]


def read_header(text: str, delimiter: str) -> Literal["header", "values", "unclear"]:
    """Tell whether the first row of a text names columns or holds values like those below it."""
    rows = _split(text, delimiter)
    if not rows:
        return "unclear"
    first, *others = rows
    if not others:
        return "values" if any(_shape(cell.strip()) is not None for cell in first) else "header"
    votes = 0
    for position, cell in enumerate(map(str.strip, first)):
        below = [row[position].strip() for row in others if position < len(row)]
        shapes = {_shape(value) for value in below if value}
        if not cell or not shapes:
            continue
        if shapes == {None} or len(shapes) > 1:
            votes -= cell in below
        else:
            votes += -1 if _shape(cell) in shapes else 1
    if votes == 0:
        return "unclear"
    return "header" if votes > 0 else "values"


def tool_of(headers: Sequence[str]) -> str | None:
    """Return the tool whose table has these headers, or None when none is known.

    Of the tools that a format describes its own words tell, of the others `tools.yml`.
    """
    present = {normalised(header) for header in headers}
    words = {tool: len(present & own) for tool, own in _own_words().items()}
    most = max(words.values(), default=0)
    if most >= _LEAST_WORDS:
        return next(tool for tool, number in words.items() if number == most)
    for tool, lines in _tools().items():
        if any(all(_has(present, sign) for sign in signs) for signs in lines):
            return tool
    return None


def reason_left_out(name: str, headers: Sequence[str], export_format: Format) -> str:
    """Return why a file that no entity is named by is left out, and how to name it if that helps.

    Args:
        name: of the file.
        headers: what its first lines name, where it is a table.
        export_format: the entities.

    """
    stem = _stem(name)
    tool = tool_of(headers)
    if tool is not None:
        return foreign_table(tool)
    meant = _entity_of_columns(headers, export_format.entities.values())
    if meant is not None:
        return (
            f"'{stem}' is not an entity; by its columns the nearest is '{meant}': {_name_it(meant)}"
        )
    near = _near_name(stem, export_format.entities)
    if near is None:
        return _UNKNOWN
    lacking = _lacking(headers, export_format.entities[near])
    if lacking and _is_variant(stem, near):
        return f"'{stem}' is not an entity; it is called almost like '{near}' but has no {lacking}"
    if lacking:
        return _UNKNOWN
    return f"'{stem}' is not an entity; the nearest is '{near}': {_name_it(near)}"


def is_stranger(path: Path, export_format: Format, encoding: str | None = None) -> bool:
    """Tell whether nothing of a file points to a table of ours: no name, and no tool's columns.

    Columns like an entity's do not: what is called otherwise is a table of somebody's own.

    Args:
        path: the file.
        export_format: the entities.
        encoding: that of its text, where it is declared.

    """
    starts = list(beginnings(path, encoding))
    stems = {_stem(readable(path.name)), *(_stem(each.sheet or each.name) for each in starts)}
    return not any(
        entity_called(stem, export_format) or _near_name(stem, export_format.entities)
        for stem in stems
    ) and not any(tool_of(headers_in_text(each.text)) for each in starts)


def foreign_table(tool: str) -> str:
    """Return the reason for which another tool's table is not read."""
    known = next((each for each in known_formats().values() if each.title == tool), None)
    if known is None:
        return f"tables of {tool} are not read"
    own = [table.name for table in known.entities.values() if not table.is_of_connector]
    return f"this table of {tool} is not read; of its own are read: {', '.join(own)}"


def _name_it(entity: str) -> str:
    return f"name it {entity}.csv or {entity}_<anything>.csv"


def _entity_of_columns(headers: Sequence[str], entities: Iterable[Entity]) -> str | None:
    """Return the entity that has every required column here, and that most columns belong to."""
    fitting = []
    for entity in entities:
        matched = matched_columns(headers, entity)
        required = set(needed_columns(entity))
        if required <= matched and 2 * len(matched) >= len(headers):
            fitting.append((len(matched), entity.name))
    return max(fitting)[1] if fitting else None


def _lacking(headers: Sequence[str], entity: Entity) -> str:
    """Name the required columns that a table lacks, when it lacks most of them."""
    if len(headers) < 2:
        return ""
    required = needed_columns(entity)
    matched = matched_columns(headers, entity)
    missing = [name for name in required if name not in matched]
    return ", ".join(f"'{name}'" for name in missing) if 2 * len(missing) > len(required) else ""


def _near_name(stem: str, entities: Iterable[str]) -> str | None:
    """Return the entity of which a name is a variant, else the one it is a slip of the pen of."""
    names = list(entities)
    variants = [name for name in names if _is_variant(stem, name)]
    if variants:
        return max(variants, key=len)
    word = _without_number(_plain(stem))
    likeness, near = max((SequenceMatcher(None, word, name).ratio(), name) for name in names)
    return near if likeness >= _TYPO else None


def _is_variant(stem: str, entity: str) -> bool:
    """Tell whether a name is an entity's but for case, number, accents, separators and digits."""
    plain = _plain(stem)
    rest = plain.removeprefix(entity)
    if rest != plain and not rest[:1].isalpha():
        return True
    return _singular(_without_number(plain)) == _singular(entity)


def _plain(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name).casefold()
    letters = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return re.sub(r"[^a-z0-9]+", "_", letters).strip("_")


def _without_number(plain: str) -> str:
    return re.sub(r"[_\d]*$", "", plain)


def _singular(plain: str) -> str:
    return re.sub(r"s$", "", re.sub(r"ies$", "y", plain))


def _stem(name: str) -> str:
    base = unicodedata.normalize("NFC", PurePosixPath(name.rpartition("!")[2]).name)
    return re.sub(
        r"(\.csv|\.tsv|\.txt|\.xlsx|\.xlsm|\.parquet)?(\.gz)?( \(\d+\))?$",
        "",
        base,
        flags=re.IGNORECASE,
    )


@cache
def _own_words() -> Mapping[str, frozenset[str]]:
    """Return the headers that only one tool writes, by its title."""
    formats = known_formats().values()
    signs = {sign for lines in _tools().values() for signs in lines for sign in signs}
    words = {
        each.name: {
            spelling for table in each.entities.values() for spelling in column_names(table)
        }
        for each in formats
    }
    return {
        each.title: frozenset(
            words[each.name].difference(
                signs, *(words[other] for other in words if other != each.name)
            )
        )
        for each in formats
        if not each.is_generic
    }


@cache
def _tools() -> Mapping[str, Sequence[Sequence[str]]]:
    content: Mapping[str, Sequence[Sequence[str]]] = yaml.safe_load(
        _TOOLS_FILE.read_text(encoding="utf-8")
    )
    return {
        tool: [[_compared(sign) for sign in signs] for signs in lines]
        for tool, lines in content.items()
    }


def _compared(sign: str) -> str:
    """Return a sign as headers are compared, keeping the `*` that stands for any text."""
    return normalised(sign[:-1]) + "*" if sign.endswith("*") else normalised(sign)


def _has(present: set[str], sign: str) -> bool:
    if "*" in sign:
        return any(fnmatchcase(header, sign) for header in present)
    return sign in present


def _first_rows(text: str, most: int = _ROWS) -> list[list[str]]:
    """Return the first rows, split at the delimiter that makes the most cells of them."""
    tried = [_split(text, delimiter, most) for delimiter in DELIMITERS]
    return max(tried, key=lambda rows: sum(map(len, rows)) / (len(rows) or 1))


def _split(text: str, delimiter: str, most: int = _ROWS) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        for row in csv.reader(text.splitlines(keepends=True), delimiter=delimiter):
            if any(cell.strip() for cell in row):
                rows.append(row)
            if len(rows) == most:
                break
    except csv.Error:
        pass
    return rows


def _filled(row: Sequence[str]) -> int:
    return sum(cell.strip() != "" for cell in row)


def _shape(value: str) -> int | None:
    """Return which kind of value a text is; None for words."""
    return next((n for n, shape in enumerate(_SHAPES) if shape.fullmatch(value)), None)
