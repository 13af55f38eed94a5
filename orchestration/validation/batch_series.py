"""How unlike the new rows of a batch are to those of the loads before it, load by load.

What belongs here: figures of a load that scatter from one to the next (the size of its amounts, the
hours of its moments, the rows of each rep) and the values that its columns have in common with the
loads before. What does not: shares of cells (see `batch_cells.py`), records that both have (see
`batch_known.py`).
"""

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import fmean, median

from orchestration.formats.descriptions import FREE_TEXT, Column
from orchestration.quoting import quoted_name
from orchestration.validation.batch_cells import cell, moment_of, number_of, parquet
from orchestration.validation.batch_evidence import (
    CHANCE,
    Comparison,
    Unlike,
    distance,
    effective,
    evidence,
)

LEAST_SERIES = 8
"""Loads before from which on it is known how much a figure differs from one to the next."""

LEAST_DAYS = 28
"""Days that those loads span at least: a month."""

LEAST_VALUES = 5
"""Values of a load from which on their mean says something."""

SAMPLED_ROWS = 5_000
"""Rows whose values are compared, of the batch and of all loads before."""

_SCATTER = 0.05
"""By how much (as a share) rows per rep scatter at least, beside what the loads before did."""

_MONTH_DAYS = 4
"""Days by which a day of the month may be off to count as that of the month before."""

_MIX = 0.15
"""Share of the rows up to which the channels of a load may be others than usual."""

_MIXED = ("costs", "rep_time")
"""Entities whose amounts are of several kinds: wages come once a month, clicks every day."""

_FEWER = 0.8
"""Share of the usual number of rows up to which there may be fewer than usual."""

_PRESENT = 0.8
"""Share of the usual number of reps from which on all are there."""


@dataclass(frozen=True)
class _Figures:
    """A figure of each load: how many values, their mean, their spread, their outer tenths."""

    count: int
    mean: float
    spread: float
    low: float
    high: float


class Series(Comparison):
    """Comparing the rows of an entity in a batch with those of its loads before."""

    def compare(self) -> Iterator[Unlike]:
        """Yield what is otherwise, of what has a history that is long enough."""
        yield from self._swapped()
        first = self.before[0].loaded_on if self.before else self.now.loaded_on
        if (
            len(self.before) < LEAST_SERIES
            or (self.now.loaded_on - first).days < LEAST_DAYS
            or self.now.count < LEAST_VALUES
        ):
            return
        for column in self.entity.columns:
            if column.currency is not None and self._knows_the_month:
                yield from self._scaled(column)
            elif column.type == "moment" and column.is_required:
                clock = self._clock(column)
                yield from self._hours(column, *clock)
                yield from self._thinned(column, *clock)

    @property
    def _knows_the_month(self) -> bool:
        """Whether these days of the month have been before: what is invoiced then is another."""
        if self.entity.name in _MIXED:
            return False
        day = self.now.loaded_on
        return any(
            (day - each.loaded_on).days >= LEAST_DAYS - _MONTH_DAYS
            and min((day.day - each.loaded_on.day) % 31, (each.loaded_on.day - day.day) % 31)
            <= _MONTH_DAYS
            for each in self.before
        )

    def _scaled(self, column: Column) -> Iterator[Unlike]:
        """Yield how many times as large or small amounts are as in any load before."""
        marks = {each.decimal for each in (self.now, *self.before) if each.decimal}
        if len(marks) > 1:
            return
        number = number_of(cell(column.name), (marks or {"."}).pop())
        now, before = self._figures(f"ln(abs(nullif({number}, 0)))")
        if now is None or now.count < LEAST_VALUES or len(before) < LEAST_SERIES:
            return
        usual = _pooled(before)
        shift, most = now.mean - usual, max(abs(each.mean - usual) for each in before)
        told = distance(now.mean, _more(now, before), [each.mean for each in before])
        if told >= self.least and abs(shift) > most:
            factor, word = math.exp(abs(shift)), "large" if shift > 0 else "small"
            says = (
                f"{now.count:,} amounts are about {factor:,.3g} times as {word} as those of "
                f"{len(before):,} loads before"
            )
            yield Unlike("scale_factor", column.name, factor, says)

    def _hours(
        self, column: Column, now: _Figures | None, before: Sequence[_Figures]
    ) -> Iterator[Unlike]:
        """Yield by how many hours a whole day of moments is earlier or later than usual.

        The first and the last hours have both moved: half a day's work moves but one end.
        """
        if now is None or now.count < LEAST_VALUES or len(before) < LEAST_SERIES:
            return
        usual = _pooled(before)
        low, high = (median(getattr(each, end) for each in before) for end in ("low", "high"))
        ends = (now.low - low, now.high - high)
        shift = min(abs(end) for end in ends) if ends[0] * ends[1] > 0 else 0.0
        told = distance(now.mean, _more(now, before), [each.mean for each in before])
        if told >= self.least and abs(now.mean - usual) > 1:
            word = "later" if ends[0] > 0 else "earlier"
            says = (
                f"{now.count:,} moments begin and end at least {shift:.1f} hours {word} in the day "
                f"than in {len(before):,} loads before"
            )
            yield Unlike("hours_shifted", column.name, shift, says)

    def _thinned(
        self, column: Column, now: _Figures | None, before: Sequence[_Figures]
    ) -> Iterator[Unlike]:
        """Yield by how much fewer touches each rep has, though all are there for the whole day.

        A day with few rows because few work, in the morning only, or only what is sent by itself,
        is as it should be.
        """
        usual_rows = median(each.count for each in self.before)
        if self.entity.name != "activities" or self.now.count > _FEWER * usual_rows:
            return
        loads, reps = self._per_rep(column)
        (own, own_reps), *others = zip(loads, reps, strict=True)
        known = [each for each in others if each[1]]
        if now is None or len(before) < LEAST_SERIES or len(known) < LEAST_SERIES or not own_reps:
            return
        if own_reps < _PRESENT * median(count for _, count in known):
            return
        ends = [
            getattr(now, end) - median(getattr(each, end) for each in before)
            for end in ("low", "high")
        ]
        if max(abs(end) for end in ends) > 1 or self._otherwise_mixed() > _MIX:
            return
        usual = [math.log(rows) for rows, _ in known]
        fewer = max(0.0, 1 / own - math.exp(-median(usual)))
        more = math.hypot(_SCATTER, math.sqrt(fewer / own_reps))
        share = 1 - own / math.exp(median(usual))
        if share > 0 and distance(math.log(own), more, usual) >= self.least:
            says = (
                f"each rep has {own:,.1f} touches a day, {math.exp(median(usual)):,.1f} usually, "
                "and all are there from morning to evening"
            )
            yield Unlike("fewer_rows_share", column.name, share, says)

    def _swapped(self) -> Iterator[Unlike]:
        """Yield the columns of which each holds the values that the other has had."""
        if not self.before or self.now.count < LEAST_VALUES:
            return
        shared, filled = self._shared_values()
        names = [name for name, count in filled.items() if count >= LEAST_VALUES]
        for one, other in combinations(sorted(names), 2):
            if shared[one, one] > 0.1 * filled[one] or shared[other, other] > 0.1 * filled[other]:
                continue
            told = min(
                evidence(shared[place], filled[place[0]], CHANCE)
                for place in ((one, other), (other, one))
            )
            if told >= self.least:
                share = min(shared[one, other] / filled[one], shared[other, one] / filled[other])
                says = f"it holds what the column {other} held before, and the other way round"
                yield Unlike("swapped_share", one, share, says)

    def _shared_values(self) -> tuple[dict[tuple[str, str], int], dict[str, int]]:
        """Return how many cells of a column hold values that a column held, and are filled."""
        names = [
            column.name
            for column in self.entity.columns
            if column.type in ("id", "text", "word") and column.personal != FREE_TEXT
        ]
        listed = ", ".join(f"lower({cell(name)}) as {quoted_name(name)}" for name in names)
        on = ", ".join(map(quoted_name, names))
        files = {"now": [self.now.rows], "was": [each.rows for each in self.before]}
        sampled = {
            name: f"(select {listed} from {parquet(self.entity, of)} "
            f"using sample reservoir({SAMPLED_ROWS} rows) repeatable (1))"
            for name, of in files.items()
        }
        rows = self.batch.connection.execute(
            f"""
            with now as (
                select column_name, value, count(*) as cell_count
                from (unpivot {sampled["now"]} on {on} into name column_name value value)
                group by all
            ),

            was as (
                select distinct column_name, value
                from (unpivot {sampled["was"]} on {on} into name column_name value value)
            )

            select now.column_name, was.column_name, sum(now.cell_count)::bigint
            from now inner join was using (value)
            group by all
            union all
            select column_name, null, sum(cell_count)::bigint from now group by all
            """
        ).fetchall()
        shared: dict[tuple[str, str], int] = defaultdict(int)
        shared.update({(own, of): count for own, of, count in rows if of})
        return shared, {own: count for own, of, count in rows if not of}

    def _clock(self, column: Column) -> tuple[_Figures | None, list[_Figures]]:
        moment = moment_of(cell(column.name), self.batch)
        return self._figures("nullif(hour(moment) + minute(moment) / 60.0, 0)", moment)

    def _figures(self, sql: str, moment: str = "null") -> tuple[_Figures | None, list[_Figures]]:
        """Return a figure of the batch, and of each load before that has any value."""
        rows = self.batch.connection.execute(
            f"""
            with landed as (select *, {moment} as moment from {self._rows()})

            select
                load_path, count(value), avg(value), coalesce(stddev_samp(value), 0),
                quantile_cont(value, 0.1), quantile_cont(value, 0.9)
            from (select load_path, {sql} as value from landed)
            group by all
            having count(value) > 0
            """
        ).fetchall()
        found = {path: _Figures(*values) for path, *values in rows}
        before = [found[str(each.rows)] for each in self.before if str(each.rows) in found]
        return found.get(str(self.now.rows)), before

    def _otherwise_mixed(self) -> float:
        """Return how unlike the shares of the channels are to those of all loads before."""
        rows = self.batch.connection.execute(
            f"""
            select load_path = ?, coalesce(lower({cell("channel")}), ''), count(*)
            from {self._rows()}
            group by all
            """,
            [str(self.now.rows)],
        ).fetchall()
        shares: dict[bool, dict[str, float]] = {True: {}, False: {}}
        for is_now, channel, count in rows:
            shares[is_now][channel] = count
        own, usual = (
            {channel: count / sum(of.values()) for channel, count in of.items()}
            for of in (shares[True], shares[False])
        )
        return sum(abs(own.get(each, 0) - usual.get(each, 0)) for each in {*own, *usual}) / 2

    def _per_rep(self, column: Column) -> tuple[list[float], list[int]]:
        """Return the touches of each rep a day and how many reps there are, the batch first."""
        moment = moment_of(cell(column.name), self.batch)
        rows = self.batch.connection.execute(
            f"""
            select
                load_path, count(*) / count(distinct ({cell("rep_id")}, {moment}::date)),
                count(distinct {cell("rep_id")})
            from {self._rows()}
            where {cell("rep_id")} is not null and {moment} is not null
                and lower({cell("direction")}) = 'outbound'
            group by all
            """
        ).fetchall()
        found = {path: values for path, *values in rows}
        listed = [found.get(str(each.rows), (0.0, 0)) for each in (self.now, *self.before)]
        return [each[0] for each in listed], [each[1] for each in listed]

    def _rows(self) -> str:
        files = [each.rows for each in (self.now, *self.before)]
        return parquet(self.entity, files, "load_path")


def _pooled(loads: Sequence[_Figures]) -> float:
    return fmean([each.mean for each in loads])


def _more(now: _Figures, before: Sequence[_Figures]) -> float:
    """Return by how much the mean of few values scatters more than the usual number's does."""
    free = sum(each.count - 1 for each in before)
    squares = sum((each.count - 1) * each.spread**2 for each in before)
    fewer = 1 / effective(now.count) - 1 / effective(median(each.count for each in before))
    return math.sqrt(max(0.0, fewer) * squares / free) if free else 0.0
