"""What the cells of a landed column show together, file by file, and no single cell does.

What belongs here: counting how the amounts of a column are written, and whether its times are all
midnight. What does not: what follows from it (see `orchestration.settings.reading`).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from orchestration.formats.descriptions import Entity
from orchestration.landing.duckdb_reader import scan_parquet
from orchestration.quoting import quoted_name

COLUMNS_SCHEMA = pa.schema(
    [
        ("source", pa.string()),
        ("load_id", pa.string()),
        ("entity", pa.string()),
        ("file", pa.string()),
        ("column", pa.string()),
        ("points", pa.int64()),
        ("commas", pa.int64()),
        ("points_before_three", pa.int64()),
        ("commas_before_three", pa.int64()),
        ("is_midnight", pa.bool_()),
    ]
)

NUMBERS = ("decimal", "integer")

# An amount that can only be read with M as its decimal mark: one or two digits or more than three
# after the last one, a group of thousands marked by the other mark O before it, or two such groups.
_ONLY_DECIMAL = r"\dM(\d{1,2}|\d{4,})\D*$|^\D*0M\d+\D*$|O\d{3}M\d+\D*$|\d{4}M\d+\D*$|\dO\d{3}O\d{3}"
_BEFORE_THREE = r"^\s*-?[1-9]\d{0,2}M\d{3}\s*$"
_POINT, _COMMA = r"\.", ","

# `2026-09-01T00:00:00.000Z`, `09/01/2026 12:00:00 AM`
_MIDNIGHT = (
    r"[ T](0?0:00(:00([.,]0+)?)?|12:00(:00)? ?[aA][.]?[mM][.]?)"
    r" ?([zZ]|UTC|GMT|[+-]\d{2}(:?\d{2})?)?\s*$"
)
_SAMPLED_ROWS = 2048


@dataclass(frozen=True)
class ColumnEvidence:
    """What the cells of one column of one file show.

    Attributes:
        file: name of the file.
        column: the column.
        points: amounts that can only be read with a decimal point.
        commas: amounts that can only be read with a decimal comma.
        points_before_three: amounts with one point, and three digits behind it: `1.500`.
        commas_before_three: the same with a comma.
        is_midnight: there are times of day, and all of them are midnight.

    """

    file: str
    column: str
    points: int = 0
    commas: int = 0
    points_before_three: int = 0
    commas_before_three: int = 0
    is_midnight: bool = False

    @property
    def says_something(self) -> bool:
        """Whether the cells show anything that a reader needs to know."""
        counts = (self.points, self.commas, self.points_before_three, self.commas_before_three)
        return any(counts) or self.is_midnight


def column_evidence(
    rows: Path,
    entity: Entity,
    filled: Iterable[str],
    connection: duckdb.DuckDBPyConnection,
    has_spellings: bool = True,
    is_one_file: bool = True,
) -> list[ColumnEvidence]:
    """Return what the columns of a landed Parquet file show, by file; only what says something.

    Args:
        rows: the landed rows, of one file or of several.
        entity: whose rows they are.
        filled: the columns that the files have.
        connection: what reads them.
        has_spellings: whether someone wrote the numbers; those of a typed column nobody did.
        is_one_file: whether the rows are those of one file.

    """
    there = set(filled)
    columns = [column for column in entity.columns if column.name in there]
    numbers = [column.name for column in columns if column.type in NUMBERS and has_spellings]
    moments = [column.name for column in columns if column.type == "moment"]
    if is_one_file:  # what some rows show says nothing of another file
        moments = _without_times(rows, moments, connection)
    measured = [*_number_measures(numbers), *_midnight_measures(moments)]
    if not measured:
        return []
    found = connection.execute(
        f"select _file, {', '.join(sql for _, _, sql in measured)} "
        f"from {scan_parquet([rows])} group by 1 order by 1"
    ).fetchall()
    return [
        evidence
        for file, *values in found
        for evidence in _by_column(file, measured, values)
        if evidence.says_something
    ]


_Measure = tuple[str, str, str]
"""Column, field of the evidence, and the aggregate that finds it."""


def _number_measures(columns: Iterable[str]) -> Iterator[_Measure]:
    other = {_POINT: _COMMA, _COMMA: _POINT}
    for column in columns:
        cell = quoted_name(column)
        for name, mark in (("points", _POINT), ("commas", _COMMA)):
            only = _ONLY_DECIMAL.replace("M", mark).replace("O", other[mark])
            three = _BEFORE_THREE.replace("M", mark)
            has_mark = f"(contains({cell}, '.') or contains({cell}, ','))"
            for field, pattern in ((name, only), (f"{name}_before_three", three)):
                # a case, for a pattern is dear and most amounts have no mark
                condition = f"case when {has_mark} then regexp_matches({cell}, '{pattern}') end"
                yield column, field, f"count(*) filter ({condition})"


def _midnight_measures(columns: Iterable[str]) -> Iterator[_Measure]:
    for column in columns:
        cell = quoted_name(column)
        midnight = f"coalesce(bool_and(regexp_matches({cell}, '{_MIDNIGHT}'))"
        yield column, "is_midnight", f"{midnight} filter (contains({cell}, ':')), false)"


def _without_times(
    rows: Path, columns: list[str], connection: duckdb.DuckDBPyConnection
) -> list[str]:
    """Return the columns whose first cells show no time of day: most tell at once."""
    if not columns:
        return []
    times = [
        f"bool_or(contains({cell}, ':') and not regexp_matches({cell}, '{_MIDNIGHT}'))"
        for cell in map(quoted_name, columns)
    ]
    first = f"(from {scan_parquet([rows])} limit {_SAMPLED_ROWS})"
    has_times = connection.execute(f"select {', '.join(times)} from {first}").fetchone() or ()
    return [column for column, has_time in zip(columns, has_times, strict=True) if not has_time]


def _by_column(
    file: str, measured: Iterable[_Measure], values: Iterable[int | bool]
) -> Iterator[ColumnEvidence]:
    by_column: dict[str, dict[str, Any]] = {}
    for (column, field, _), value in zip(measured, values, strict=True):
        by_column.setdefault(column, {})[field] = value
    for column, found in by_column.items():
        yield ColumnEvidence(file, column, **found)
