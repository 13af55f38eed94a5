"""How large each part of a data folder is, and how it grows from day to day.

What belongs here: bytes and files by the places that `orchestration/erasure/places.py` names, and
the table of their growth. What does not: what makes them grow (`days.py`).

A file that several published versions share counts once.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from orchestration.erasure.places import place_of
from orchestration.paths import Paths
from tests.benchmarks.report import Row

NOWHERE = "in no place"
"""What is listed for a file that the registry does not name: there should be none."""

ALL = "data/"


@dataclass(frozen=True)
class Held:
    """What a place holds: bytes and files."""

    size: int = 0
    files: int = 0

    def __add__(self, other: "Held") -> "Held":
        """Return both together."""
        return Held(self.size + other.size, self.files + other.files)


def held_by_place(paths: Paths) -> dict[str, Held]:
    """Return what each place of a data folder holds, and all of it as `ALL`."""
    found: dict[str, Held] = defaultdict(Held)
    seen: set[tuple[int, int]] = set()
    for file in sorted(paths.data.rglob("*")):
        if file.is_symlink() or not file.is_file():
            continue
        stat = file.stat()
        if (stat.st_dev, stat.st_ino) in seen:
            continue
        seen.add((stat.st_dev, stat.st_ino))
        place = place_of(file, paths)
        one = Held(stat.st_size, 1)
        found[place.pattern if place else NOWHERE] += one
        found[ALL] += one
    return dict(found)


def growth_rows(days: Sequence[Mapping[str, Held]], told: Sequence[int]) -> list[Row]:
    """Return a row per place: its megabytes and files on the `told` days, and the growth a day.

    The growth is that of the second half of the days: in the first one what is kept in a fixed
    number (published versions, Dagster's runs) is still filling up.

    Args:
        days: what each place held, a day after the other; the first is that of the first load.
        told: the numbers of the days to show, from 0.

    """
    last, middle = len(days) - 1, len(days) // 2
    rows: list[Row] = [["place", *(f"day {number}" for number in told), "kB a day", "files a day"]]
    names = sorted({name for day in days for name in day} - {ALL})
    for name in [*names, ALL]:
        cells = []
        for number in told:
            held = days[number].get(name, Held())
            cells.append(f"{held.size / 1e6:,.2f} MB, {held.files:,}")
        then, now = days[middle].get(name, Held()), days[last].get(name, Held())
        count = max(last - middle, 1)
        rows.append(
            [
                name,
                *cells,
                f"{(now.size - then.size) / count / 1e3:,.1f}",
                f"{(now.files - then.files) / count:.1f}",
            ]
        )
    return rows
