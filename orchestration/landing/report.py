"""What landing did, file by file: the figures that reconcile.

What belongs here: the facts of a run as plain values. What does not: gathering them, saying them in
words (see `refresh/left_out.py`), exit codes.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from typing import Any, Literal

from orchestration.formats.descriptions import nearest

MISSPELT_LIKENESS = 0.8
"""How much an unknown column must look like a missing one to be taken for it, misspelt."""

CELLS = "cells"
"""What stands for the delimiter of a workbook's sheet, in which nothing stands between cells."""

Outcome = Literal[
    "landed", "refused", "unknown_entity", "ignored", "postponed", "held_back", "dropped"
]
"""`postponed`: its load changed while it was being read, and is left for the next refresh.
`held_back`: the gate found its load implausible; `dropped`: and the user agreed."""


Told = Callable[[str], str]
"""What stands for a name or a text."""


@dataclass(frozen=True)
class Load:
    """The files of one source taken together at one time.

    Attributes:
        source: name of the source.
        format: its export format.
        load_id: `<source>@<time>-<8 hex digits of the content>`.
        loaded_at: the load's time, a wall time of the reporting zone.
        revision: 1, or more when a folder of the same time was landed before with other content.
        folder: the folder it lies in, relative to the exports.
        content_sha256: hash over names and contents of its files, and over the declared encoding
            and delimiter.

    """

    source: str
    format: str
    load_id: str
    loaded_at: datetime
    revision: int
    folder: str
    content_sha256: str

    @property
    def loaded_on(self) -> date:
        """The calendar day of the load."""
        return self.loaded_at.date()


@dataclass(frozen=True)
class FileReport:
    """One file, or one member of a zip (`a.zip!member.csv`), named relative to the exports.

    `records` is the independent count without the header; for a landed file it equals `landed` plus
    `structural_rejects`. `first_row` is the 0-based place of the file's first row in the Parquet
    file of its load and entity. `decimal_points` and `decimal_commas` count the amounts that can
    only be read with that mark. `unknown_columns` of a file that was not read are its first row,
    of which the store keeps known headers alone; `headers` are those of one that was, in this run,
    and `header_row` is which of its rows that is, the first being 1. `left_out_lines` counts the
    lines that are no rows of the table (titles above it, blank ones, sums and notes below),
    `left_out_rules` says how many of each. What was not determined is None.
    """

    file: str
    outcome: Outcome
    reason: str | None = None
    entity: str | None = None
    sha256: str | None = None
    bytes: int | None = None
    encoding: str | None = None
    delimiter: str | None = None
    decimal: str | None = None
    records: int | None = None
    landed: int | None = None
    structural_rejects: int | None = None
    left_out_lines: int | None = None
    left_out_rules: str | None = None
    first_row: int | None = None
    unknown_columns: tuple[str, ...] = ()
    missing_columns: tuple[str, ...] = ()
    decimal_points: int = 0
    decimal_commas: int = 0
    headers: tuple[str, ...] = ()
    header_row: int | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the attributes by name."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    def named(self, name_of: "Told", reason_of: "Told") -> "FileReport":
        """Return the report with other names for the file and unknown headers, and told so."""
        return replace(
            self,
            file=name_of(self.file),
            reason=reason_of(self.reason) if self.reason else self.reason,
            unknown_columns=tuple(map(name_of, self.unknown_columns)),
        )


@dataclass(frozen=True)
class LoadReport:
    """One load and its files; `is_new` when this run landed it."""

    load: Load
    files: tuple[FileReport, ...]
    is_new: bool


@dataclass(frozen=True)
class SourceReport:
    """One source: its loads that still lie in the exports, and the files in no load.

    `left_out` holds what is no table of an entity, and the files of loads that were postponed;
    `held` the loads that the gate holds back or the user has dropped, with the reason in each file.
    """

    source: str
    loads: tuple[LoadReport, ...] = ()
    left_out: tuple[FileReport, ...] = ()
    held: tuple[LoadReport, ...] = ()


@dataclass(frozen=True)
class LandingReport:
    """Everything one run of landing found; `has_rows` when any load holds a row, new or old."""

    sources: tuple[SourceReport, ...]
    removed_leftovers: tuple[str, ...] = field(default=())
    has_rows: bool = False

    def named(self, name_of: "Told", reason_of: "Told") -> "LandingReport":
        """Return the report with other names for files and unknown headers."""

        def of_files(files: Iterable[FileReport]) -> tuple[FileReport, ...]:
            return tuple(file.named(name_of, reason_of) for file in files)

        def of_loads(loads: Iterable[LoadReport]) -> tuple[LoadReport, ...]:
            return tuple(replace(load, files=of_files(load.files)) for load in loads)

        return replace(
            self,
            sources=tuple(
                replace(
                    source,
                    loads=of_loads(source.loads),
                    held=of_loads(source.held),
                    left_out=of_files(source.left_out),
                )
                for source in self.sources
            ),
        )

    @property
    def new_loads(self) -> tuple[LoadReport, ...]:
        """The loads that this run landed."""
        return tuple(load for source in self.sources for load in source.loads if load.is_new)

    @property
    def files(self) -> tuple[FileReport, ...]:
        """Every file, whether its load is new or not."""
        return tuple(
            file
            for source in self.sources
            for file in (
                *(file for load in source.loads for file in load.files),
                *source.left_out,
            )
        )

    @property
    def refused(self) -> tuple[FileReport, ...]:
        """The files that were refused whole, also those of earlier runs that still lie there."""
        return self._with_outcome("refused")

    @property
    def unknown(self) -> tuple[FileReport, ...]:
        """The files whose name is no entity, also members of zips."""
        return self._with_outcome("unknown_entity")

    @property
    def misspelt_columns(self) -> tuple[tuple[str, str, str], ...]:
        """File, unknown column and the missing one that it looks like, of this run's loads."""
        return tuple(
            (file.file, column, meant)
            for load in self.new_loads
            for file in load.files
            for column in file.unknown_columns
            if (meant := nearest(column, file.missing_columns, MISSPELT_LIKENESS))
        )

    @property
    def held_back(self) -> tuple[LoadReport, ...]:
        """The loads that wait for a decision, from this run or an earlier one."""
        return tuple(
            load
            for source in self.sources
            for load in source.held
            if any(file.outcome == "held_back" for file in load.files)
        )

    @property
    def postponed(self) -> tuple[FileReport, ...]:
        """The files that are left for the next refresh, because their load changed."""
        return self._with_outcome("postponed")

    def _with_outcome(self, outcome: Outcome) -> tuple[FileReport, ...]:
        return tuple(file for file in self.files if file.outcome == outcome)
