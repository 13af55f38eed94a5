"""Whether the headers that a mapping uses are in the files.

What belongs here: comparing headers with the first rows of files. What does not: which files those
are (see `sources.py`).

Only files that lie in the exports can be asked: a mapping of loads whose exports are gone is
believed.
"""

from collections.abc import Iterable, Mapping

from orchestration.formats.descriptions import Format, nearest
from orchestration.landing.headers import column_names, normalised
from orchestration.landing.mapping.compiling import Source, UsedTable
from orchestration.landing.mapping.nodes import Word

MISSPELT = 0.75
"""How alike two headers are of which one is taken for a misspelling of the other."""

MOST_FILES = 3
"""How many files a message names."""

SeenFiles = Mapping[str, tuple[tuple[str, ...], ...]]
"""File → its first rows, as cells by every delimiter."""


def check_headers(source: Source, used: UsedTable, seen: SeenFiles) -> None:
    """Note every header that no file of a table has, with the nearest one of the files."""
    files = {name: _header_row(rows, used) for name, rows in seen.items()}
    told = {name: row for name, (row, is_told) in files.items() if is_told}
    near = {name: row for name, (row, _) in files.items() if row}
    named = told or near
    if not named:
        return
    needed = used.needed
    if not told:
        signs = {
            spelling
            for column in used.table.columns
            if column.is_required
            for spelling in map(normalised, column.aliases)
        }
        needed = tuple(group for group in needed if normalised(group[0].text) in signs)
    _check_there(source, needed, named)


def check_added(
    source: Source, tool: Format, added: Iterable[tuple[Word, ...]], seen: SeenFiles
) -> None:
    """Note every header of an adjustment that is in no file of a tool and looks misspelt.

    One that looks like none may be of a list that was not exported this time.
    """
    known = {spelling for table in tool.entities.values() for spelling in column_names(table)}
    rows = {
        name: max(rows, key=lambda row: len(known & set(map(normalised, row))), default=())
        for name, rows in seen.items()
    }
    headers = [header for row in rows.values() for header in row]
    misspelt = [
        group for group in added if any(nearest(word.text, headers, MISSPELT) for word in group)
    ]
    _check_there(source, misspelt, {name: row for name, row in rows.items() if row})


def _check_there(
    source: Source,
    needed: Iterable[tuple[Word, ...]],
    files: Mapping[str, tuple[str, ...]],
) -> None:
    """Note the headers that no header row of the files holds; of each group one is enough."""
    headers = [header.strip() for row in files.values() for header in row if header.strip()]
    there = {normalised(header) for header in headers}
    names = ", ".join(sorted(files)[:MOST_FILES]) + (", …" if len(files) > MOST_FILES else "")
    for group in needed if files else ():
        if not any(normalised(word.text) in there for word in group):
            first = group[0]
            source.problems.unknown(first.line, first.text, f"header of {names}", headers)


def _header_row(rows: Iterable[tuple[str, ...]], used: UsedTable) -> tuple[tuple[str, ...], bool]:
    """Return the row of a file that names most of a table's signs, and whether it names all.

    A row that names less than half of them is no header of the table.
    """
    signs = [
        set(map(normalised, column.aliases)) for column in used.table.columns if column.is_required
    ]
    best: tuple[str, ...] = ()
    most = 0
    for row in rows:
        headers = {normalised(cell) for cell in row}
        number = sum(1 for sign in signs if sign & headers)
        if number > most:
            best, most = row, number
    is_told = bool(signs) and most == len(signs)
    return (best, is_told) if is_told or 2 * most >= len(signs) > 1 else ((), False)
