"""What a new batch looks like in figures, aggregated in DuckDB from its landed text.

What belongs here: measuring. What does not: what is too much (see `batches.py`), and reading the
values for good, which is staging's: here a pattern tells whether a cell looks like its type.

Large batches are measured on a sample; what vanished and who is referred to, on all rows.
"""

import glob
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from statistics import median

import pyarrow.parquet as pq

from orchestration.files import short_name
from orchestration.formats.descriptions import GENERIC, NO_COLUMN, Column, Entity, known_formats
from orchestration.landing.gate import Batch
from orchestration.landing.report import FileReport
from orchestration.landing.store import LandedLoad
from orchestration.quoting import quoted_name, quoted_text
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

    @property
    def says_something(self) -> bool:
        """Whether any figure is there."""
        return any(value is not None for value in list(asdict(self).values())[2:])


MEASURES = tuple(each.name for each in fields(Measures))[2:]


def measure_batch(batch: Batch, thresholds: Values) -> list[Measures]:
    """Return the measures of a batch that say something, by entity and column."""
    entities = known_formats()[GENERIC].entities
    measured = [
        measures
        for name in sorted(batch.rows)
        for measures in _Entity(batch, entities[name], thresholds).measure()
    ]
    return [measures for measures in measured if measures.says_something]


@dataclass(frozen=True)
class _Entity:
    """Measuring one entity of a batch."""

    batch: Batch
    entity: Entity
    thresholds: Values

    def measure(self) -> Iterable[Measures]:
        rows = self.batch.rows[self.entity.name]
        count = pq.read_metadata(rows).num_rows
        earlier = [
            load
            for load in self.batch.earlier
            if self._landed(load) is not None and self.batch.is_alike(load.load, self.entity.name)
        ]
        whole = Measures(
            self.entity.name,
            rows_share=self._rows_share(count, earlier),
            vanished_share=self._vanished_share(rows, earlier),
        )
        if count < (self.thresholds["least_rows"] or 0):
            yield whole
            return
        shares = self._shares(rows, count)
        yield replace(
            whole,
            lost_columns=self._lost_columns(earlier),
            structural_reject_share=self._structural_share(),
            value_reject_share=shares.pop(("", "value_reject")),
        )
        before = self._shares_before(earlier)
        for column in self.entity.columns:
            yield _column_measures(self.entity.name, column.name, shares, before)

    def _landed(self, load: LandedLoad) -> int | None:
        """Return how many rows of the entity a load landed; None without a file of it."""
        found = [
            file.landed or 0
            for file in load.files
            if file.entity == self.entity.name and file.outcome == "landed"
        ]
        return sum(found) if found else None

    def _rows_share(self, count: int, earlier: Sequence[LandedLoad]) -> float | None:
        compared = earlier[-int(self.thresholds["loads_compared"] or 0) :]
        if not compared or len(compared) < (self.thresholds["least_loads"] or 0):
            return None
        usual = median(self._landed(load) or 0 for load in compared)
        return count / usual if usual >= max(1, self.thresholds["least_rows"] or 0) else None

    def _vanished_share(self, rows: Path, earlier: Sequence[LandedLoad]) -> float | None:
        if self.batch.source.mode(self.entity.name) != "full" or not earlier:
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

    def _structural_share(self) -> float | None:
        own = [file for file in self.batch.files if file.entity == self.entity.name]
        records = sum(file.records or 0 for file in own)
        return sum(file.structural_rejects or 0 for file in own) / records if records else None

    def _shares_before(self, earlier: Sequence[LandedLoad]) -> dict[tuple[str, str], float]:
        """Return the shares in the last load that had enough rows of the entity."""
        for load in reversed(earlier):
            count = self._landed(load) or 0
            if count and count >= (self.thresholds["least_rows"] or 0):
                return self._shares(self.batch.rows_of(load.load, self.entity.name), count)
        return {}

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
        found = {(name, "null"): f"{cell} is null"}
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


def _column_measures(
    entity: str,
    column: str,
    shares: Mapping[tuple[str, str], float],
    before: Mapping[tuple[str, str], float],
) -> Measures:
    """Return the measures of a column: shares as they are, or by how much they have risen."""

    def rise(measure: str) -> float | None:
        if (column, measure) not in shares or (column, measure) not in before:
            return None
        return shares[column, measure] - before[column, measure]

    return Measures(
        entity,
        column,
        future_share=shares.get((column, "future")),
        improbable_year_share=shares.get((column, "improbable_year")),
        null_share_rise=rise("null"),
        unread_share_rise=rise("unread"),
        unknown_word_share_rise=rise("unknown_word"),
        out_of_range_share_rise=rise("out_of_range"),
        foreign_currency_share_rise=rise("foreign_currency"),
        orphan_share_rise=rise("orphan"),
    )


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
