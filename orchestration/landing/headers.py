"""Matching the headers of a file with the columns of its entity.

What belongs here: names only. What does not: reading the header row.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache

from orchestration.formats.descriptions import NO_COLUMN, Entity, known_formats
from orchestration.landing.bounds import MOST_HEADERS
from orchestration.landing.twice_encoded import meant


@dataclass(frozen=True)
class HeaderMatch:
    """Where each column is.

    Attributes:
        headers: all headers, in the form in which a row that repeats them is found.
        positions: canonical column → 0-based cell.
        unknown: label → 0-based cell, for the headers that are no column.
        missing: optional columns that the file does not have.
        absent: those of them that are required where they are present.

    """

    headers: tuple[str, ...]
    positions: Mapping[str, int]
    unknown: Mapping[str, int]
    missing: tuple[str, ...]
    absent: frozenset[str] = frozenset()

    @property
    def width(self) -> int:
        """The number of cells that a row must have."""
        return len(self.headers)

    def cell_without(self, column: str) -> str | None:
        """Return what every row holds in a column that the file does not have."""
        return NO_COLUMN if column in self.absent else None

    def is_repeated_by(self, cells: Sequence[str]) -> bool:
        """Tell whether a row is the header once more, as in files that were joined."""
        return len(cells) == self.width and all(
            _unmarked(cell) == header for cell, header in zip(cells, self.headers, strict=True)
        )


class HeaderError(ValueError):
    """The headers cannot be trusted; the message says why and what to do."""


class ForeignHeadersError(HeaderError):
    """The first row names no required column: it is no header row, or another table's."""

    def __init__(self, headers: Sequence[str], entity: Entity, hints: str) -> None:
        self.headers = tuple(headers)
        required = needed_columns(entity)
        self.needed = f"it must name at least {_listed(required)}{hints}"
        shown = shown_headers(headers)
        super().__init__(
            f"no header row: the first row ({shown}) names no required column of {entity.name}; "
            f"{self.needed}"
        )


def shown_headers(headers: Sequence[str], most: int = 3) -> str:
    """Return the first headers that are known, for a sentence, or else how many cells there are.

    The first row of a file without a header is somebody's data: what nobody knows as a header is
    not told.
    """
    known = [f"'{header.strip()}'" for header in known_headers(headers)]
    if not known:
        return f"cells: {len(headers)}"
    return ", ".join(known[:most]) + (", …" if len(headers) > most else "")


def known_headers(headers: Iterable[str]) -> tuple[str, ...]:
    """Return those of a first row that are headers of a known format, whatever else it holds."""
    words = _known_words()
    return tuple(header for header in headers if normalised(header) in words)


@cache
def _known_words() -> frozenset[str]:
    return frozenset(
        name
        for known in known_formats().values()
        for entity in known.entities.values()
        for name in column_names(entity)
    )


def normalised(header: str) -> str:
    """Return the form in which two headers are compared.

    Blanks, apostrophes and the asterisk of a required column tell no two columns apart, nor does a
    header that was encoded twice.
    """
    plain = unicodedata.normalize("NFC", _plain(meant(header)).casefold()).replace("’", "'")
    return " ".join(plain.split()).rstrip("* ") or plain


def match_headers(headers: Sequence[str], entity: Entity) -> HeaderMatch:
    """Match by name.

    Raises: HeaderError when there is no header row, a required column is missing, or two headers
    mean the same column.
    """
    if len(headers) > MOST_HEADERS:
        raise HeaderError(
            f"the header names {len(headers)} columns, more than are read ({MOST_HEADERS}): "
            "export fewer, or split the table"
        )
    names = column_names(entity)
    positions: dict[str, int] = {}
    unknown: dict[str, int] = {}
    for position, header in enumerate(headers):
        column = names.get(normalised(header))
        if column is None or (column in positions and entity.is_of_tool):
            unknown[_label(header, position, unknown)] = position
        elif column in positions:
            raise HeaderError(
                f"two headers match the column '{column}': "
                f"'{headers[positions[column]].strip()}' (cell {positions[column] + 1}) and "
                f"'{header.strip()}' (cell {position + 1}); remove or rename one"
            )
        else:
            positions[column] = position
    _check_required(headers, entity, positions)
    missing = tuple(name for name in entity.column_names if name not in positions)
    absent = frozenset(_check_absent(entity, positions, unknown))
    return HeaderMatch(tuple(map(_unmarked, headers)), positions, unknown, missing, absent)


def needed_columns(entity: Entity) -> list[str]:
    """Return the columns without which a file is refused."""
    return [
        column.name for column in entity.columns if column.is_required and not column.may_be_absent
    ]


def count_matches(headers: Sequence[str], entity: Entity) -> int:
    """Return how many columns of the entity the headers name."""
    return len(matched_columns(headers, entity))


def matched_columns(headers: Sequence[str], entity: Entity) -> set[str]:
    """Return the columns of the entity that the headers name."""
    return set(column_positions(headers, entity))


def column_positions(headers: Sequence[str], entity: Entity) -> dict[str, int]:
    """Return where each column of the entity is that the headers name, for the first time."""
    names = column_names(entity)
    positions: dict[str, int] = {}
    for position, header in enumerate(headers):
        column = names.get(normalised(header))
        if column is not None:
            positions.setdefault(column, position)
    return positions


def _plain(header: str) -> str:
    return unicodedata.normalize("NFC", header.replace("\ufeff", "")).strip().lower()


def _unmarked(cell: str) -> str:
    """Return a header without quotes: behind a mark in the middle of a file they are text."""
    return _plain(cell.replace('"', ""))


@cache
def column_names(entity: Entity) -> Mapping[str, str]:
    """Return the column that each header means, by its compared form."""
    return {
        normalised(name): column.name
        for column in entity.columns
        for name in (*(() if entity.is_of_tool else (column.name,)), *column.aliases)
    }


def _label(header: str, position: int, taken: Mapping[str, int]) -> str:
    label = unicodedata.normalize("NFC", header.replace("\ufeff", "")).strip()
    label = label or f"(column {position + 1})"
    return label if label not in taken else f"{label} (column {position + 1})"


def _check_absent(
    entity: Entity, positions: Mapping[str, int], unknown: Iterable[str]
) -> Iterator[str]:
    """Return the columns that the file may be without and is without.

    Raises: HeaderError when one is there after all, misspelt.
    """
    for column in entity.columns:
        if not column.may_be_absent or column.name in positions:
            continue
        meant = next((header for header in unknown if _is_misspelt(column.name, header)), None)
        if meant is not None:
            raise HeaderError(
                f"the column '{column.name}' is required where there is one, and '{meant}' looks "
                f"like it: rename it to '{column.name}', or to something else if it is not that "
                "column"
            )
        yield column.name


def _is_misspelt(name: str, header: str) -> bool:
    """Tell whether a word of a header is, or begins like, the first word of a column's name."""
    stem = name.partition("_")[0]
    words = re.split(r"[\W_]+", _without_accents(normalised(header)))
    return any(
        word.startswith(stem.removesuffix("ed")) or _likeness(stem, word) > 0.75 for word in words
    )


def _without_accents(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(each for each in decomposed if not unicodedata.combining(each))


def _check_required(headers: Sequence[str], entity: Entity, positions: Mapping[str, int]) -> None:
    required = needed_columns(entity)
    missing = [name for name in required if name not in positions]
    if not missing:
        return
    free = [header for position, header in enumerate(headers) if position not in positions.values()]
    if missing == required:
        raise ForeignHeadersError(headers, entity, _similar(missing, headers))
    hints = [
        f"the required column '{name}' is missing; {_nearest_header(name, free, headers)}"
        for name in missing
    ]
    raise HeaderError("; ".join(hints))


def _similar(names: Sequence[str], headers: Sequence[str]) -> str:
    """Point to the headers that may be meant, of a row which may be a header in other words."""
    return "".join(
        f"; rename cell {cell} of it to '{name}' if it is that column"
        for name in names
        for cell, header in enumerate(headers, 1)
        if _likeness(name, header) > 0.75
    )


def _likeness(name: str, header: str) -> float:
    return SequenceMatcher(None, name, normalised(header)).ratio()


def _nearest_header(name: str, free: Sequence[str], headers: Sequence[str]) -> str:
    """Name one header, however far: it shows what was read. Those that match no column go first."""
    near = max(free or headers, key=lambda header: _likeness(name, header))
    told = f"'{near.strip()}'" if known_headers([near]) else f"in cell {headers.index(near) + 1}"
    if free:
        return f"the nearest header is {told}: rename it to '{name}' if it is that column"
    return (
        f"the nearest header is {told}, a column of its own: add a column with the header '{name}'"
    )


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)
