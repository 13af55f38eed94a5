"""What a new batch looks like in figures, aggregated in DuckDB from its landed text.

What belongs here: measuring a batch beside the loads before it, rule by rule. What does not: the
looks themselves (see `batch_cells.py`, `batch_known.py` and `batch_series.py`), how strongly rows
tell (see `batch_evidence.py`), and what is too much (see `batches.py`).

Large batches are measured on a sample; what vanished and who is referred to, on all rows.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from itertools import pairwise
from statistics import median

import pyarrow.parquet as pq

from orchestration.formats.descriptions import GENERIC, Column, Entity, known_formats
from orchestration.landing.gate import Batch
from orchestration.landing.report import FileReport
from orchestration.landing.store import LandedLoad
from orchestration.quoting import quoted_name
from orchestration.validation.batch_cells import (
    LACKING,
    Cells,
    Counts,
    cell,
    moment_of,
    parquet,
)
from orchestration.validation.batch_evidence import (
    CHANCE,
    MOST_ROWS,
    Earlier,
    Unlike,
    evidence,
    highest_share,
    lately,
    turned,
)
from orchestration.validation.batch_known import Known, repeated, vanished_newest
from orchestration.validation.batch_series import Series
from orchestration.validation.thresholds import Values

KEPT = 0.995
"""Share of a load's records that the next one holds when every load holds all of them."""

LEAST_REPEATED = 10
"""Rows under another key from which on they tell something."""


@dataclass(frozen=True)
class Measures:
    """Figures about an entity of a batch, or about one of its columns (`column_name` not empty).

    Shares lie between 0 and 1; None is what does not apply, or has too few rows to say anything.
    `told` says of a measure what was seen and what was usual.
    """

    entity: str
    column_name: str = ""
    rows_share: float | None = None
    vanished_share: float | None = None
    days_back: float | None = None
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
    lacking_share_rise: float | None = None
    future_share_rise: float | None = None
    improbable_year_share_rise: float | None = None
    stale_share_rise: float | None = None
    without_time_share_rise: float | None = None
    zero_share_rise: float | None = None
    new_currency_share_rise: float | None = None
    repeated_address_share_rise: float | None = None
    repeated_row_share_rise: float | None = None
    decided_otherwise_share: float | None = None
    swapped_share: float | None = None
    scale_factor: float | None = None
    hours_shifted: float | None = None
    fewer_rows_share: float | None = None
    told: Mapping[str, str] = field(default_factory=dict)

    @property
    def says_something(self) -> bool:
        """Whether any figure is there."""
        return any(getattr(self, name) is not None for name in MEASURES)

    @property
    def row(self) -> dict[str, float | str | None]:
        """What the rules look at."""
        return {name: getattr(self, name) for name in ("entity", "column_name", *MEASURES)}


MEASURES = tuple(each.name for each in fields(Measures))[2:-1]

_LARGE = ("unread", "unknown_word", "out_of_range", "foreign_currency", "orphan", "null")
"""Conditions of which a large batch is compared with the last large one."""

_TURNED = {
    **{name: f"{name}_share_rise" for name in _LARGE},
    "future": "future_share_rise",
    "improbable_year": "improbable_year_share_rise",
    "stale": "stale_share_rise",
    "without_time": "without_time_share_rise",
    "zero": "zero_share_rise",
    "repeated_address": "repeated_address_share_rise",
    LACKING: "lacking_share_rise",
}
"""Conditions that are wrong where nearly all rows meet what hardly any has met before."""


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

    def measure(self) -> Iterator[Measures]:
        found: dict[str, dict[str, float | None]] = {"": {"rows_share": self._rows_share()}}
        told: dict[str, dict[str, str]] = {}
        found[""]["vanished_share"] = self._vanished_share()
        for measure, column, value in self._large():
            found.setdefault(column, {})[measure] = value
        if self.thresholds["least_evidence"] is not None and self.now.count and self.before:
            for each in self._unlike():
                values = found.setdefault(each.column, {})
                values[each.measure] = max(each.value, values.get(each.measure) or 0)
                told.setdefault(each.column, {})[each.measure] = each.says
        for name, values in found.items():
            yield Measures(self.entity.name, name, **values, told=told.get(name, {}))

    @cached_property
    def now(self) -> Earlier:
        """The rows of the batch, described as those of the loads before are."""
        rows = self.batch.rows[self.entity.name]
        files = self.batch.files
        load = self.batch.load
        count = pq.read_metadata(rows).num_rows
        return Earlier(rows, count, load.loaded_on, self._decimal(files))

    @cached_property
    def earlier(self) -> list[LandedLoad]:
        """The loads before that hold the entity and were made of the same tables."""
        return [
            load
            for load in self.batch.earlier
            if self._landed(load) is not None and self.batch.is_alike(load.load, self.entity.name)
        ]

    @cached_property
    def before(self) -> list[Earlier]:
        """Those of them that have rows of it, oldest first."""
        return [
            Earlier(
                self.batch.rows_of(load.load, self.entity.name),
                landed,
                load.load.loaded_on,
                self._decimal(load.files),
            )
            for load in self.earlier
            if (landed := self._landed(load))
        ]

    def _decimal(self, files: Iterable[FileReport]) -> str | None:
        found = (file.decimal for file in files if file.entity == self.entity.name)
        return self.batch.source.decimal or next((mark for mark in found if mark), None)

    @property
    def keys(self) -> list[str]:
        """The columns that identify a record."""
        return [column.name for column in self.entity.columns if column.is_key]

    @cached_property
    def is_whole(self) -> bool:
        """Whether each load holds every record: as declared, or as the last three have done."""
        if self.batch.source.mode(self.entity.name) == "full":
            return True
        least = self.thresholds["least_loads"] or 0
        last = self.before[-3:]
        if len(self.before) < max(3, least) or not self.keys or last[0].count == last[-1].count:
            return False  # a list that is sent again and again as it is tells nothing
        return all(
            KEPT * one.count <= other.count and self._missing(one, other) <= (1 - KEPT) * one.count
            for one, other in pairwise(last)
        )

    def _landed(self, load: LandedLoad) -> int | None:
        """Return how many rows of the entity a load landed; None without a file of it."""
        found = [
            file.landed or 0
            for file in load.files
            if file.entity == self.entity.name and file.outcome == "landed"
        ]
        return sum(found) if found else None

    def _rows_share(self) -> float | None:
        compared = self.earlier[-int(self.thresholds["loads_compared"] or 0) :]
        if not compared or len(compared) < (self.thresholds["least_loads"] or 0):
            return None
        usual = median(self._landed(load) or 0 for load in compared)
        least = max(1, self.thresholds["least_rows"] or 0)
        return self.now.count / usual if usual >= least else None

    def _vanished_share(self) -> float | None:
        is_declared = self.batch.source.mode(self.entity.name) == "full"
        if not self.before or not self.is_whole or not self._landed(self.earlier[-1]):
            return None
        last = self.before[-1]
        records, missing = self._records(last), self._missing(last, self.now)
        if is_declared:
            return missing / records if records else None
        is_cut = missing and 2 * self._missing(last, self.now, is_late=True) < missing
        if is_cut or 2 * (records - missing) < self.now.count:
            return None  # the oldest are no longer listed, or another year is
        return missing / records if records >= LEAST_REPEATED else None

    def _records(self, load: Earlier) -> int:
        keys = ", ".join(map(quoted_name, self.keys))
        records = f"select distinct {keys} from {parquet(self.entity, [load.rows])}"
        sql = f"select count(*) from ({records})"
        (count,) = self.batch.connection.execute(sql).fetchone() or (0,)
        return int(count)

    def _missing(self, older: Earlier, newer: Earlier, is_late: bool = False) -> int:
        """Return how many records of a load the other lacks; with `is_late`, of no old moment.

        That is, of those that are newer than the oldest that it has.
        """
        told = [each for each in self.entity.columns if each.type == "moment" and each.is_required]
        moment = moment_of(cell(told[0].name), self.batch) if told else "null"
        listed = ", ".join(f"{cell(key)} as {quoted_name(key)}" for key in self.keys)
        same = " and ".join(
            f"now.{quoted_name(key)} is not distinct from was.{quoted_name(key)}"
            for key in self.keys
        )
        late = "and coalesce(moment > (select min(moment) from now), true)" if is_late else ""
        row = self.batch.connection.execute(
            f"""
            with was as (
                select {listed}, max({moment}) as moment
                from {parquet(self.entity, [older.rows])}
                group by all
            ),

            now as (
                select {listed}, max({moment}) as moment
                from {parquet(self.entity, [newer.rows])}
                group by all
            )

            select count(*) from was where not exists (select 1 from now where {same}) {late}
            """
        ).fetchone()
        return int(row[0]) if row else 0

    def _large(self) -> Iterator[tuple[str, str, float]]:
        """Yield the shares that say something in a batch of so many rows, first load or not."""
        least = self.thresholds["least_rows"] or 0
        if self.now.count < least or not self.now.count:
            return
        if self.earlier:
            missing = _missing_columns(self.batch.files, self.entity.name)
            lost = missing - _missing_columns(self.earlier[-1].files, self.entity.name)
            yield "lost_columns", "", len(lost)
        own = [file for file in self.batch.files if file.entity == self.entity.name]
        records = sum(file.records or 0 for file in own)
        if records:
            rejects = sum(file.structural_rejects or 0 for file in own)
            yield "structural_reject_share", "", rejects / records
        yield "value_reject_share", "", self.counts.share("", LACKING)
        large = [each for each in self.before if each.count >= least][-1:]
        before = Cells(self.batch, self.entity).count(large)
        for column, condition in self.counts.met:
            share = self.counts.share(column, condition)
            if condition in ("future", "improbable_year"):
                yield f"{condition}_share", column, share
            elif condition in _LARGE:
                for last in before:
                    yield f"{condition}_share_rise", column, share - last.share(column, condition)

    @cached_property
    def counts(self) -> Counts:
        """What is counted in the batch's cells."""
        (counts,) = Cells(self.batch, self.entity).count([self.now])
        return counts

    def _unlike(self) -> Iterator[Unlike]:
        """Yield what the loads before tell of, whatever the number of rows."""
        least = self.thresholds["least_evidence"] or 0
        last = self.before[-1:]
        if self.is_whole:
            known = compared = last  # each tells of the same records
            if self.now.count:
                yield from vanished_newest(self.batch, self.entity, self.now, last[0], least)
        else:
            compared = lately(self.before)
            known = [each for each in compared if each.count <= MOST_ROWS]
        yield from Known(self.batch, self.entity, self.now, known, least).compare()
        if self.is_whole or len(self.before) >= (self.thresholds["least_loads"] or 0):
            yield from self._turned(compared)
        if not self.is_whole and len(self.before) >= (self.thresholds["least_loads"] or 0):
            yield from self._repeated(compared)
            yield from Series(self.batch, self.entity, self.now, compared, least).compare()

    def _turned(self, compared: Sequence[Earlier]) -> Iterator[Unlike]:
        """Yield what nearly all rows are and hardly any has been."""
        cells = Cells(self.batch, self.entity)
        is_large = self.now.count >= (self.thresholds["least_rows"] or 0)
        seen = self.counts if is_large else cells.suspects(self.now)
        needed = {column.name for column in self.entity.columns if _is_needed(column)}
        most = self.thresholds["nearly_all"] or 0
        suspects = [
            (column, condition)
            for column, condition in seen.met
            if condition in _TURNED
            and (condition != "null" or self.is_whole or column in needed)
            and seen.of(column, condition)[0] >= max(1, most * seen.of(column, condition)[1])
        ]
        if suspects:
            own, *before = cells.count([self.now, *compared], suspects)
            for column, condition in suspects:
                usual = [each.of(column, condition) for each in before]
                told = own.of(column, condition)
                yield from self._turned_share(_TURNED[condition], column, told, usual)
        yield from self._new_currency(compared, cells)

    def _new_currency(self, compared: Sequence[Earlier], cells: Cells) -> Iterator[Unlike]:
        """Yield how many amounts are in a currency that never came before."""
        if all(column.name != "currency" for column in self.entity.columns):
            return
        known, own = cells.currencies(compared), cells.currencies([self.now])
        new = sum(count for word, count in own.items() if word not in known)
        if new:
            before = cells.count(compared, [("currency", "foreign_currency")])
            usual = [(0.0, each.of("currency", "foreign_currency")[1]) for each in before]
            now = (new, sum(own.values()))
            yield from self._turned_share("new_currency_share_rise", "currency", now, usual)

    def _turned_share(
        self,
        measure: str,
        column: str,
        now: tuple[float, float],
        before: Sequence[tuple[float, float]],
    ) -> Iterator[Unlike]:
        if not turned(now, before, self.thresholds):
            return
        share = sum(one for one, _ in before) / sum(total for _, total in before)
        says = (
            f"{now[0] / now[1]:.0%} of {now[1]:,.0f} now, {share:.0%} of "
            f"{sum(total for _, total in before):,.0f} in {len(before):,} loads before"
        )
        yield Unlike(measure, column, now[0] / now[1] - share, says)

    def _repeated(self, compared: Sequence[Earlier]) -> Iterator[Unlike]:
        """Yield how many rows are there already, word for word, under another key."""
        files = [each.rows for each in compared]
        least = self.thresholds["least_evidence"] or 0
        connection = self.batch.connection
        count, total = repeated(connection, self.entity, self.now.rows, files)
        if count < LEAST_REPEATED or evidence(count, total, CHANCE) < least:
            return
        before = [repeated(connection, self.entity, files[-1], files[:-1])]
        if evidence(count, total, highest_share(before)) >= least:
            usual = before[0][0] / max(before[0][1], 1)
            says = (
                f"{count:,} of {total:,} rows stand word for word under another key in this file "
                f"or one before, {usual:.0%} in the load before"
            )
            yield Unlike("repeated_row_share_rise", self.keys[0], count / total - usual, says)


def _is_needed(column: Column) -> bool:
    """Tell whether figures change without a column, so that nobody exports rows without it."""
    is_figure = column.type in ("decimal", "integer", "day", "moment", "word")
    return column.name == "currency" or column.type == "id" or is_figure


def _missing_columns(files: Iterable[FileReport], entity: str) -> set[str]:
    """Return the columns that none of the landed files of an entity has."""
    found = [
        set(file.missing_columns)
        for file in files
        if file.entity == entity and file.outcome == "landed"
    ]
    return set.intersection(*found) if found else set()
