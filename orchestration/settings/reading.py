"""How the cells of each landed file are read: from what was declared and what its columns show.

What belongs here: judging evidence (see `orchestration.landing.columns`), file by file and column
by column. What does not: gathering it, and reading a cell, which is staging's.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from orchestration.formats.descriptions import Column, Entity
from orchestration.landing.columns import NUMBERS, ColumnEvidence

MIXED_SHARE = 0.05
"""From this share of the amounts on, those with the rarer decimal mark are no slips of the pen."""


@dataclass(frozen=True)
class LandedFile:
    """A landed file: `decimal` is the mark in which its typed numbers were written, if it has such.

    `delimiter` is None for a file that is no text.
    """

    source: str
    load_id: str
    entity: str
    file: str
    delimiter: str | None
    decimal: str | None

    @property
    def is_typed(self) -> bool:
        """Whether its numbers are nobody's spelling."""
        return self.delimiter is None


@dataclass(frozen=True)
class FileRules:
    """The columns of a file that are read in a way of their own.

    Attributes:
        comma_columns: their decimal mark is a comma.
        doubtful_columns: a mark before three digits may mean thousands or decimals.
        midnight_columns: all of their times are midnight: they hold days.

    """

    comma_columns: tuple[str, ...] = ()
    doubtful_columns: tuple[str, ...] = ()
    midnight_columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Votes:
    """Amounts that can only be read with a decimal point, and with a comma."""

    points: int = 0
    commas: int = 0

    @classmethod
    def of(cls, evidence: Iterable[ColumnEvidence]) -> "_Votes":
        found = list(evidence)
        return cls(sum(each.points for each in found), sum(each.commas for each in found))

    @property
    def is_mixed(self) -> bool:
        most = max(self.points, self.commas)
        return most > 0 and min(self.points, self.commas) >= MIXED_SHARE * most

    @property
    def mark(self) -> str | None:
        """The mark that is plainly the decimal one; None without evidence and for both."""
        if self.is_mixed or self.points == self.commas:
            return None
        return "," if self.commas > self.points else "."


Evidence = Mapping[tuple[str, str], list[ColumnEvidence]]
"""What the columns of a file show, by load and file."""


def file_rules(
    files: Iterable[LandedFile],
    evidence: Evidence,
    declared: Mapping[str, str],
    entities: Mapping[str, Entity],
) -> Iterator[tuple[LandedFile, FileRules]]:
    """Yield how each file is read.

    Args:
        files: the landed files of one format.
        evidence: what their columns show.
        declared: source → its declared decimal mark, where it has one.
        entities: the entities of the format.

    """
    listed = list(files)
    by_source: dict[str, list[ColumnEvidence]] = defaultdict(list)
    for file in listed:
        by_source[file.source] += evidence.get((file.load_id, file.file), [])
    of_sources = {source: _Votes.of(shown) for source, shown in by_source.items()}
    for file in listed:
        shown = {each.column: each for each in evidence.get((file.load_id, file.file), [])}
        yield (
            file,
            _rules(file, shown, of_sources[file.source], declared.get(file.source), entities),
        )


def _rules(
    file: LandedFile,
    shown: Mapping[str, ColumnEvidence],
    of_source: _Votes,
    declared: str | None,
    entities: Mapping[str, Entity],
) -> FileRules:
    of_file = _Votes.of(shown.values())
    commas, doubtful = [], []
    for column in entities[file.entity].columns:
        if column.type not in NUMBERS:
            continue
        own = shown.get(column.name) or ColumnEvidence(file.file, column.name)
        mark, is_doubtful = ".", False
        if file.is_typed:
            mark = file.decimal or "."
        elif declared is not None:
            mark = declared
        else:
            mark, is_doubtful = _decimal_mark(own, of_file, of_source, file.delimiter, column)
        commas += [column.name] if mark == "," else []
        doubtful += [column.name] if is_doubtful else []
    midnight = [name for name, each in shown.items() if each.is_midnight]
    return FileRules(tuple(commas), tuple(doubtful), tuple(sorted(midnight)))


def _decimal_mark(
    own: ColumnEvidence,
    of_file: _Votes,
    of_source: _Votes,
    delimiter: str | None,
    column: Column,
) -> tuple[str, bool]:
    """Return the decimal mark of a column, and whether a mark before three digits is in doubt.

    Decimals are believed where the column itself shows them. Where all of its marks stand before
    three digits they mean thousands if the file says so, else the other files of its source; it is
    never concluded from another column that they are decimals.
    """
    votes = _Votes.of([own])
    if own.points or own.commas:
        return "," if own.commas > own.points else ".", votes.is_mixed
    usual = of_file.mark or (None if of_file.is_mixed else of_source.mark)
    if not own.points_before_three and not own.commas_before_three:
        return usual or ".", False
    if own.points_before_three and own.commas_before_three:
        return usual or ".", True
    if own.commas_before_three:
        return ".", usual != "."
    if of_file.mark is None and not of_file.is_mixed and delimiter == ";" and column.scale <= 4:
        usual = ","  # a spreadsheet with commas for decimals; a rate is hardly ever a thousand
    return (",", False) if usual == "," else (".", True)


def as_list(columns: Iterable[str]) -> str:
    """Return column names as SQL looks one up: `,amount,unit_price,`."""
    return "".join(f",{column}" for column in columns) + ","


def as_row(file: LandedFile, rules: FileRules) -> dict[str, Any]:
    """Return the row of a file in the table that dbt reads."""
    return {
        "source": file.source,
        "load_id": file.load_id,
        "file": file.file,
        "comma_columns": as_list(rules.comma_columns),
        "doubtful_columns": as_list(rules.doubtful_columns),
        "midnight_columns": as_list(rules.midnight_columns),
    }
