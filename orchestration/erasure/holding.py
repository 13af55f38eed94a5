"""What is held about a person: every landed row that names them, with its place in the exports.

What belongs here: finding these rows, for access requests and for whoever wants to see what an
erasure would change. What does not: changing them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from orchestration.erasure.finding import Wanted, find
from orchestration.erasure.fingerprints import Fingerprints, read_or_make_erasure_key
from orchestration.erasure.forgetting import eraser_of
from orchestration.erasure.forgotten import KINDS
from orchestration.erasure.rewriting import rejects_about, rows_about
from orchestration.formats.descriptions import Entity, known_formats
from orchestration.landing.rows import ORIGIN_COLUMNS
from orchestration.landing.store import Store
from orchestration.paths import Paths


@dataclass(frozen=True)
class Held:
    """A row that is held about somebody.

    Attributes:
        file: the file of the exports.
        row: its number among the file's landed rows, the header not counted.
        entity: what it is a row of.
        cells: its filled cells, by column.
        is_held_back: whether it lies in a batch that gate 1 holds back.

    """

    file: str
    row: int
    entity: str
    cells: Mapping[str, str]
    is_held_back: bool


def rows_held(
    paths: Paths, wanted: Wanted, countries: Mapping[str, str | None]
) -> tuple[int, list[Held]]:
    """Return how many people were found, and every row that is held about them."""
    found = find(paths, wanted, Fingerprints(read_or_make_erasure_key(paths)), countries)
    marks = {kind: frozenset(found.marks.get(kind, ())) for kind in KINDS}
    erasers = eraser_of(paths, countries, marks)
    rows: list[Held] = []
    store = Store(paths.landing)
    for each, is_held_back in ((store, False), (store.held, True)):
        for landed in each.all_loads():
            known = known_formats().get(landed.load.format)
            for path in each.rows_files(landed.load):
                name = path.parent.name
                table = (known.landed_tables.get(name) if known else None) or Entity(name, ())
                about = rows_about(path, table, landed.load.source, erasers(landed.load.source))
                starts = _starts(path) if about else {}
                rows += [
                    Held(
                        row["_file"],
                        place - starts[row["_file"]] + 1,
                        name,
                        {
                            column: cell
                            for column, cell in row.items()
                            if cell and column not in ORIGIN_COLUMNS[1:]
                        },
                        is_held_back,
                    )
                    for place, row in about
                ]
            rejects = each.rejects_file(landed.load.load_id)
            if rejects.exists():
                rows += [
                    Held(
                        line["file"],
                        line["row_number"],
                        line["entity"],
                        {"rejected line": line["raw"]},
                        is_held_back,
                    )
                    for line in rejects_about(rejects, erasers(landed.load.source))
                ]
    return found.people, rows


def _starts(path: Path) -> dict[str, int]:
    """Return the place of the first row of each file of the exports."""
    starts: dict[str, int] = {}
    for place, file in enumerate(pq.read_table(path, columns=["_file"]).column(0).to_pylist()):
        starts.setdefault(file, place)
    return starts
