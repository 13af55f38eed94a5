"""In which order the files of one table are landed: of two rows with one key the later counts.

What belongs here: which of several files is the newer one. What does not: reading them, and loads,
of which the newer one counts anyway.

A browser calls the second download of a file `deals (1).csv`, which by its letters would come
before `deals.csv`; an export of March and one of June may have any names. So the time of the last
change decides, of a zip's member the one that the zip states. Files that were written together (a
copied folder, an unpacked zip) say nothing by their times: their names decide, with numbers as
numbers.
"""

import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePosixPath

TOGETHER = timedelta(seconds=2)
"""Files of which each was changed at most so long after another one were written together; a zip
states times no more exactly."""

_DIGITS = re.compile(r"(\d+)")
_NO_TIME = (1980, 1, 1)
"""The day that a zip states for a member of which no time is known."""


@dataclass(frozen=True)
class Dated:
    """The name of a table as reports call it, and when its file was last changed."""

    name: str
    changed: datetime


def oldest_first(files: Iterable[Dated]) -> list[Dated]:
    """Return the files of one table in the order in which they are landed."""
    by_time = sorted(files, key=lambda each: (each.changed, _as_counted(each.name)))
    groups: list[list[Dated]] = []
    for each in by_time:
        if groups and each.changed - groups[-1][-1].changed <= TOGETHER:
            groups[-1].append(each)
        else:
            groups.append([each])
    return [each for group in groups for each in sorted(group, key=lambda one: _key(one.name))]


def member_time(info: zipfile.ZipInfo) -> datetime | None:
    """Return when a member of a zip was last changed; None when the zip does not know."""
    if info.date_time[:3] == _NO_TIME:
        return None
    try:
        return datetime(*info.date_time)
    except ValueError:  # a zip may state any numbers
        return None


def _key(name: str) -> tuple[object, str]:
    return _as_counted(name), name


def _as_counted(name: str) -> list[list[tuple[bool, int, str]]]:
    """Return what names are compared by: `a.csv`, `a (2).csv`, `a (10).csv` are in this order."""
    return [
        [
            (not piece.isdecimal(), int(piece) if piece.isdecimal() else 0, piece.casefold())
            for piece in _DIGITS.split(_stem(part))
            if piece
        ]
        for part in name.split("!")
    ]


def _stem(part: str) -> str:
    path = PurePosixPath(part)
    return str(path.with_suffix("")) if path.suffix and path.name != path.suffix else part
