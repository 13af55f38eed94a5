"""What a new batch looks like in figures, aggregated in DuckDB from its landed text.

What belongs here: measuring. What does not: what is too much (see `batches.py`), how cells and rows
compare with earlier ones (see `batch_likeness.py` and `batch_rows.py`), and reading the values for
good, which is staging's: here a pattern tells whether a cell looks like its type.

Large batches are measured on a sample; what vanished and who is referred to, on all rows. A share
is only there when chance could not have made it of so few rows (`least_evidence`).
"""

import glob
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from statistics import median

import pyarrow.parquet as pq

from orchestration.files import short_name
from orchestration.formats.descriptions import GENERIC, NO_COLUMN, Column, Entity, known_formats
from orchestration.landing.gate import Batch
from orchestration.landing.report import FileReport
from orchestration.landing.store import LandedLoad
from orchestration.quoting import quoted_name, quoted_text
from orchestration.validation.batch_likeness import (
    LEAST_LOADS,
    MOST_LOADS,
    Likeness,
    Unlike,
    evidence,
    usual_share,
)
from orchestration.validation.batch_rows import Earlier, Rows, newest_age
from orchestration.validation.thresholds import Values

SAMPLED_ROWS = 200_000

_BLANKS = " \t\r\n\u00a0\u202f"
_ISO_DATE = r"\d{4}-\d{2}-\d{2}([T ].*)?"
_LOCAL_DATE = r"\d{1,2}[/.-]\d{1,2}[/.-]\d{4}([T ].*)?"
_OTHER_DATES = (
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}([T ].*)?",
    r"(19|20)\d{6}([T ].*)?",
    r"([\p{L}.,]* *\d{1,2}[\p{L}]{0,2}[ -])?[\p{L}]{3,}.*\d{4}.*",
)
_TWO_DIGIT_YEAR = r"\d{1,2}[/. -]\w{1,9}[/. -]\d{2}([T ].*)?"
_EXCEL_DATE = r"\d{5}([.,]\d+)?"
_NUMBER = "-?[0-9.,][0-9 .,\u00a0\u202f]*"
_BOOLEANS = ("true", "1", "yes", "oui", "false", "0", "no", "non")


@dataclass(frozen=True)
class Measures:
    """Figures about an entity of a batch, or about one of its columns (`column_name` not empty).

    Shares lie between 0 and 1; None is what does not apply, or has too few rows to say anything.
    `told` says what was seen and what was expected, by measure; `file` names the entity's files.
    """

    entity: str
    column_name: str = ""
    rows_share: float | None = None
    vanished_share: float | None = None
    lost_columns: float | None = None
    structural_reject_share: float | None = None
    value_reject_share: float | None = None
    future_share: float | None = None
    improbable_year_share: float | None = None
    null_share_rise: float | None = None
    unread_share_rise: float | None = None
    unknown_word_share_rise: float | None = None
    out_of_range_share_rise: float | None = None
    foreign_currency_share_rise: float | None = None
    orphan_share_rise: float | None = None
    lost_filled_column: float | None = None
    strange_share_rise: float | None = None
    same_value_share_rise: float | None = None
    unusual_hour_share_rise: float | None = None
    hours_shifted: float | None = None
    scale_factor: float | None = None
    fewer_rows_share: float | None = None
    more_rows_factor: float | None = None
    repeated_key_share_rise: float | None = None
    known_under_other_key_share: float | None = None
    changed_share_rise: float | None = None
    days_frozen: float | None = None
    file: str = ""
    told: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def says_something(self) -> bool:
        """Whether any figure is there."""
        return any(getattr(self, name) is not None for name in MEASURES)

    @property
    def row(self) -> dict[str, float | str | None]:
        """What the rules look at."""
        return {name: getattr(self, name) for name in ("entity", "column_name", *MEASURES)}


MEASURES = tuple(each.name for each in fields(Measures))[2:-2]

_TOLD = {
    "future_share": "lie after the day of the load",
    "improbable_year_share": "have an improbable year",
    "unread_share_rise": "are not what the column is",
    "unknown_word_share_rise": "are words outside the list",
    "out_of_range_share_rise": "are outside their range",
    "foreign_currency_share_rise": "are no currency",
    "orphan_share_rise": "are ids that no record has",
}
"""What is said of the cells that a share counts."""

_NEEDED = ("decimal", "day", "moment", "word", "integer")
"""Types whose columns are needed: without them figures change."""


def measure_batch(batch: Batch, thresholds: Values) -> list[Measures]:
    """Return the measures of a batch that say something, by entity and column."""
    entities = known_formats()[GENERIC].entities
    measured = [
        measures
        for name in sorted(batch.rows)
        for measures in _Entity(batch, entities[name], thresholds).measure()
    ]
    found = [measures for measures in measured if measures.says_something]
    return [*found, *_frozen(batch, entities)]


@dataclass(frozen=True)
class _Entity:
    """Measuring one entity of a batch."""

    batch: Batch
    entity: Entity
    thresholds: Values

    def measure(self) -> Iterator[Measures]:
        rows = self.batch.rows[self.entity.name]
        count = pq.read_metadata(rows).num_rows
        earlier = earlier_loads(self.batch, self.entity.name)
        before = [
            Earlier(self.batch.rows_of(load.load, self.entity.name), landed, load.load.loaded_on)
            for load in earlier
            if (landed := _landed(load, self.entity.name))
        ]
        compared = Rows(
            self.batch.connection,
            self.entity,
            rows,
            count,
            self.batch.load.loaded_on,
            before,
            self.batch.source.mode(self.entity.name) == "full",
        )
        is_whole = compared.is_whole()
        found: dict[str, dict[str, float | None]] = {"": {}}
        told: dict[str, dict[str, tuple[str, str]]] = {"": {}}
        found[""]["rows_share"] = self._rows_share(count, earlier)
        found[""]["vanished_share"] = self._vanished_share(rows, earlier, is_whole)
        if count >= max(1, self.thresholds["least_rows"] or 0):
            found[""]["lost_columns"] = self._lost_columns(earlier)
            last = 2 if is_whole else MOST_LOADS
            files = [each.rows for each in before[-last:]]
            likeness = Likeness(self.batch.connection, self.entity, rows, files, is_whole)
            unlike = [*self._shares_unlike(rows, count, earlier), *self._lost(earlier)]
            for each in (*unlike, *compared.compare(is_whole), *likeness.compare()):
                if each.evidence >= (self.thresholds["least_evidence"] or 0):
                    found.setdefault(each.column, {})[each.measure] = each.value
                    told.setdefault(each.column, {})[each.measure] = (each.seen, each.expected)
        file = _files(self.batch, self.entity.name)
        for column, values in found.items():
            yield Measures(self.entity.name, column, **values, file=file, told=told.get(column, {}))

    def _rows_share(self, count: int, earlier: Sequence[LandedLoad]) -> float | None:
        compared = earlier[-int(self.thresholds["loads_compared"] or 0) :]
        if not compared or len(compared) < (self.thresholds["least_loads"] or 0):
            return None
        usual = median(_landed(load, self.entity.name) or 0 for load in compared)
        # that none of a few comes is chance, by a logarithm of as many
        least = max(1, self.thresholds["least_rows"] or 0, self.thresholds["least_evidence"] or 0)
        return count / usual if usual >= least else None

    def _vanished_share(
        self, rows: Path, earlier: Sequence[LandedLoad], is_whole: bool
    ) -> float | None:
        if not is_whole or not earlier:
            return None
        before = self.batch.rows_of(earlier[-1].load, self.entity.name)
        keys = [column.name for column in self.entity.columns if column.is_key]
        listed = ", ".join(f"{_cell(key)} as {quoted_name(key)}" for key in keys)
        same = " and ".join(
            f"now.{quoted_name(key)} is not distinct from was.{quoted_name(key)}" for key in keys
        )
        found = self.batch.connection.execute(
            f"""
            with was as (select distinct {listed} from {_parquet([before])}),
            now as (select distinct {listed} from {_parquet([rows])})
            select
                (select count(*) from was),
                (select count(*) from was where not exists (select 1 from now where {same}))
            """
        ).fetchone()
        records, missing = found or (0, 0)
        return missing / records if records else None

    def _lost_columns(self, earlier: Sequence[LandedLoad]) -> float | None:
        if not earlier:
            return None
        missing = _missing_columns(self.batch.files, self.entity.name)
        return len(missing - _missing_columns(earlier[-1].files, self.entity.name))

    def _lost(self, earlier: Sequence[LandedLoad]) -> Iterator[Unlike]:
        """Yield the needed columns that are gone and were mostly filled in the load before."""
        if not earlier:
            return
        gone = _missing_columns(self.batch.files, self.entity.name)
        gone -= _missing_columns(earlier[-1].files, self.entity.name)
        needed = [
            column.name
            for column in self.entity.columns
            if column.name in gone and (column.type in _NEEDED or column.name == "currency")
        ]
        if not needed:
            return
        filled = ", ".join(f"count({_cell(name)})" for name in needed)
        rows = self.batch.rows_of(earlier[-1].load, self.entity.name)
        total, *counts = self.batch.connection.execute(
            f"select count(*), {filled} from {_parquet([rows])}"
        ).fetchone() or (0,)
        for name, count in zip(needed, counts, strict=True):
            if 2 * count > total:
                seen = (f"the file has no such column, filled in {count / total:.0%}", "before")
                yield Unlike("lost_filled_column", name, 1, math.inf, *seen)

    def _shares_unlike(
        self, rows: Path, count: int, earlier: Sequence[LandedLoad]
    ) -> Iterator[Unlike]:
        """Yield the shares of rows that are not what they should be, or more than before."""
        own = [file for file in self.batch.files if file.entity == self.entity.name]
        records = sum(file.records or 0 for file in own)
        rejects = sum(file.structural_rejects or 0 for file in own)
        yield from _absolute("structural_reject_share", "", rejects, records, "are no rows")
        shares = self._shares(rows, count)
        lacking = shares.pop(("", "value_reject")) * count
        yield from _absolute(
            "value_reject_share", "", lacking, count, "lack a value that is required"
        )
        before, total = self._shares_before(earlier)
        for (column, condition), share in shares.items():
            absolute, risen = f"{condition}_share", f"{condition}_share_rise"
            if absolute in _TOLD:
                yield from _absolute(absolute, column, share * count, count, _TOLD[absolute])
            elif risen in _TOLD and (column, condition) in before:
                usual = usual_share([(before[column, condition] * total, total)])
                evident = evidence(share * count, count, usual)
                seen = f"{share:.0%} of {count:,} cells {_TOLD[risen]}"
                yield Unlike(
                    risen,
                    column,
                    share - before[column, condition],
                    evident,
                    seen,
                    f"{before[column, condition]:.0%} before",
                )

    def _shares_before(
        self, earlier: Sequence[LandedLoad]
    ) -> tuple[dict[tuple[str, str], float], int]:
        """Return the shares in the largest of the last loads, and how many rows that has."""
        counted = [
            (landed, load)
            for load in earlier[-int(self.thresholds["loads_compared"] or 1) :]
            if (landed := _landed(load, self.entity.name))
        ]
        if not counted:
            return {}, 0
        count, load = max(counted, key=lambda each: each[0])
        return self._shares(self.batch.rows_of(load.load, self.entity.name), count), count

    def _shares(self, rows: Path, count: int) -> dict[tuple[str, str], float]:
        """Return the share of rows that meet each condition, by column and measure."""
        conditions = {("", "value_reject"): " or ".join(self._rejecting()) or "false"}
        for column in self.entity.columns:
            conditions.update(self._conditions(column))
        sums = ", ".join(
            f"(count(*) filter (where {condition}) / greatest(count(*), 1))::double"
            for condition in conditions.values()
        )
        sampled = f"(select * from {_parquet([rows])}{_sample(count)}) as landed"
        values = self.batch.connection.execute(f"select {sums} from {sampled}").fetchone() or ()
        return dict(zip(conditions, values, strict=True))

    def _rejecting(self) -> Iterable[str]:
        for column in self.entity.columns:
            if column.is_required:
                yield f"{_cell(column.name)} is null"
                if (unread := self._unread(column)) is not None:
                    yield f"({_cell(column.name)} is not null and {unread})"
                if column.allowed and column.other_word is None:
                    yield f"not {_among(_cell(column.name), column.allowed)}"

    def _conditions(self, column: Column) -> dict[tuple[str, str], str]:
        cell, name = _cell(column.name), column.name
        found: dict[tuple[str, str], str] = {}
        if (unread := self._unread(column)) is not None:
            found[name, "unread"] = unread
        if column.allowed:
            found[name, "unknown_word"] = f"not {_among(cell, column.allowed)}"
        if column.minimum is not None or column.maximum is not None:
            found[name, "out_of_range"] = self._out_of_range(column)
        if name == "currency":
            found[name, "foreign_currency"] = f"not regexp_full_match({cell}, '[A-Za-z]{{3}}')"
        if column.type in ("day", "moment"):
            found.update(self._date_conditions(column))
        if (orphan := self._orphan(column)) is not None:
            found[name, "orphan"] = orphan
        return found

    def _unread(self, column: Column) -> str | None:
        cell = _cell(column.name)
        if column.type in ("decimal", "integer"):
            return f"not regexp_full_match({cell}, '{_NUMBER}')"
        if column.type == "boolean":
            return f"not {_among(cell, _BOOLEANS)}"
        if column.type in ("day", "moment"):
            unread = f"not regexp_full_match({cell}, '{self._date_pattern(column)}')"
            return (
                f"({cell} != {quoted_text(NO_COLUMN)} and {unread})"
                if column.may_be_absent
                else unread
            )
        return None

    def _date_pattern(self, column: Column) -> str:
        source = self.batch.source
        patterns = [_ISO_DATE, *_OTHER_DATES]
        patterns += [_LOCAL_DATE] if source.date_order != "iso" else []
        patterns += [_TWO_DIGIT_YEAR] if source.two_digit_years else []
        patterns += [_EXCEL_DATE] if source.excel_dates is not None else []
        patterns += [r"\d{4}-\d{2}"] if column.name == "month" else []
        return "|".join(patterns)

    def _out_of_range(self, column: Column) -> str:
        mark = "," if self.batch.source.decimal == "," else "."
        number = f"try_cast(replace({_cell(column.name)}, {quoted_text(mark)}, '.') as double)"
        limits = (("<", column.minimum), (">", column.maximum))
        return " or ".join(
            f"{number} {sign} {limit}" for sign, limit in limits if limit is not None
        )

    def _date_conditions(self, column: Column) -> dict[tuple[str, str], str]:
        cell, day = _cell(column.name), self.batch.load.loaded_on
        year = f"try_cast(regexp_extract({cell}, '[0-9]{{4}}') as int)"
        found = {
            (column.name, "improbable_year"): f"{year} < 1990 or {year} > {day.year + 10}",
        }
        if column.type == "moment" and column.is_required:
            found[column.name, "future"] = (
                f"case when regexp_full_match({cell}, '{_ISO_DATE}') "
                f"then {cell} > '{day.isoformat()}T~' else {year} > {day.year} end"
            )
        return found

    def _orphan(self, column: Column) -> str | None:
        """Return the condition that no record has the id, where its entity is supplied."""
        if column.points_to is None or self.entity.name == column.points_to == "activities":
            return None  # what a reply answers is looked up among all activities, once, in SQL
        if column.type != "id":
            return None  # a name may be that of nobody without anything being wrong
        entity = known_formats()[GENERIC].entities[column.points_to]
        key = entity.columns[0].name
        folder = self.batch.rows_of(self.batch.load, entity.name).parent
        sources = (self.batch.source.name, *self.batch.source.refers_to)
        files = [
            path
            for source in sources
            for path in sorted(folder.glob(f"{glob.escape(source)}@*.parquet"))
            if path.stem.rpartition("@")[0] == short_name(source)
        ]
        files += [self.batch.rows[entity.name]] if entity.name in self.batch.rows else []
        if not files:
            return None
        cell = _cell(column.name)
        known = f"select {_cell(key)} from {_parquet(files)} where {_cell(key)} is not null"
        return f"{cell} is not null and {cell} not in ({known})"


def earlier_loads(batch: Batch, entity: str) -> list[LandedLoad]:
    """Return the loads before that have rows of an entity which were made alike, oldest first."""
    return [
        load
        for load in batch.earlier
        if _landed(load, entity) is not None and batch.is_alike(load.load, entity)
    ]


def _landed(load: LandedLoad, entity: str) -> int | None:
    """Return how many rows of the entity a load landed; None without a file of it."""
    found = [
        file.landed or 0
        for file in load.files
        if file.entity == entity and file.outcome == "landed"
    ]
    return sum(found) if found else None


def _files(batch: Batch, entity: str) -> str:
    names = [file.file for file in batch.files if file.entity == entity]
    return ", ".join(names[:2]) + (f" and {len(names) - 2} more" if len(names) > 2 else "")


def _absolute(measure: str, column: str, count: float, total: int, what: str) -> Iterator[Unlike]:
    """Yield a share that is wrong whatever was before, where it is more than a few rows."""
    if count and total:
        seen = f"{count / total:.0%} of {total:,} {what}"
        yield Unlike(
            measure, column, count / total, evidence(count, total, 0.02), seen, "hardly any may"
        )


def _frozen(batch: Batch, entities: Mapping[str, Entity]) -> Iterator[Measures]:
    """Yield how many days the newest row of a batch is older than it ever was at a load."""
    now: list[tuple[int, str]] = []
    before: dict[str, list[int]] = {}
    for name, rows in sorted(batch.rows.items()):
        entity, order = entities[name], batch.source.date_order
        age = newest_age(batch.connection, entity, rows, batch.load.loaded_on, order)
        if age is None:
            continue
        now.append((age, name))
        for load in earlier_loads(batch, name)[-MOST_LOADS:]:
            if not _landed(load, name):
                continue
            path, day = batch.rows_of(load.load, name), load.load.loaded_on
            older = newest_age(batch.connection, entity, path, day, order)
            if older is not None:
                before.setdefault(load.load.load_id, []).append(older)
    ages = [min(each) for each in before.values()]
    if not now or len(ages) < LEAST_LOADS:
        return
    age, name = min(now)
    days = age - max(ages)
    if days > 0:
        seen = (f"its newest row is {age} days older than the load", f"at most {max(ages)} before")
        told = {"days_frozen": seen}
        yield Measures(name, days_frozen=days, file=_files(batch, name), told=told)


def _missing_columns(files: Iterable[FileReport], entity: str) -> set[str]:
    """Return the columns that none of the landed files of an entity has."""
    found = [
        set(file.missing_columns)
        for file in files
        if file.entity == entity and file.outcome == "landed"
    ]
    return set.intersection(*found) if found else set()


def _sample(count: int) -> str:
    if count <= SAMPLED_ROWS:
        return ""
    return f" using sample {100 * SAMPLED_ROWS / count:.6f} percent (bernoulli, 1)"


def _cell(name: str) -> str:
    return f"nullif(trim({quoted_name(name)}, {quoted_text(_BLANKS)}), '')"


def _among(cell: str, words: Sequence[str]) -> str:
    return f"lower({cell}) in ({', '.join(map(quoted_text, words))})"


def _parquet(files: Sequence[Path]) -> str:
    listed = ", ".join(quoted_text(glob.escape(str(path))) for path in files)
    return f"read_parquet([{listed}])"
