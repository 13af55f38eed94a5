"""How unlike a new batch is to the ones before it, by what chance alone could not make of so few.

What belongs here: comparing the cells of an entity with those of its last loads. What does not:
comparing its rows (see `batch_rows.py`), whether a cell looks like its type (see
`batch_measures.py`), and how unlike is too unlike (see `batches.py`).

A share counts by its evidence: how many times over (as a logarithm) the rows at hand tell against
the share of the loads before. Three rows of three say little, thirty of thirty a lot: so small
files and large ones are judged alike. The largest share of any load before is the usual one, where
it is no chance: what happened before may happen again.
"""

import glob
import math
import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, median, pstdev
from typing import TypeVar

import duckdb

from orchestration.formats.descriptions import Column, Entity
from orchestration.quoting import quoted_name, quoted_text

MOST_LOADS = 20
"""Loads before that a batch is compared with."""

SAMPLED_ROWS = 5_000
"""Rows of the batch, and of all loads before, whose cells are compared."""

MOST_WORDS = 50
"""Different values up to which a column holds words: its values are compared, else their shape."""

LEAST_LOADS = 3
"""Loads before from which on they tell how one load differs from the others."""

LEAST_DAY = 10
"""Moments from which on their mean tells how one load differs from another."""

MANY_ROWS = 1000
"""Rows of a file that are compared with a single load before: they are no month of its years."""

_Key = TypeVar("_Key", bound=Hashable)

_NOW = -1
_RARE = 0.005
"""Share of all moments below which an hour of the day is unusual."""


@dataclass(frozen=True)
class Unlike:
    """Something of a batch that is otherwise than before.

    Attributes:
        measure: which threshold it is compared with.
        column: the column; empty for the rows.
        value: how much it is otherwise.
        evidence: how strongly the rows at hand tell so.
        seen: what was seen, for people; no cell is quoted.
        expected: what was usual.

    """

    measure: str
    column: str
    value: float
    evidence: float
    seen: str
    expected: str


def evidence(count: float, total: float, usual: float) -> float:
    """Return how strongly `count` of `total` tell against a usual share, 0 when not above it."""
    if not total or count / total <= usual:
        return 0.0
    share = count / total
    usual = min(max(usual, 1e-9), 1 - 1e-9)
    rest = (1 - share) * math.log((1 - share) / (1 - usual)) if share < 1 else 0.0
    return float(total * (share * math.log(share / usual) + rest))


def _distance(now: Sequence[float], before: Sequence[float]) -> float:
    """Return how strongly the means tell that two samples are not alike; 0 for fewer than three."""
    if len(now) < LEAST_LOADS or len(before) < LEAST_LOADS:
        return 0.0
    spread = pstdev(before) * math.sqrt(1 / len(now) + 1 / len(before))
    return ((fmean(now) - fmean(before)) / spread) ** 2 / 2 if spread else 0.0


def usual_share(counts: Iterable[tuple[float, float]]) -> float:
    """Return the share to expect of loads with so many rows of so many: the greatest, smoothed.

    A share in few rows counts as little above that of all loads as chance could have made it.
    """
    listed = [(count, total) for count, total in counts if total]
    pooled = (sum(count for count, _ in listed) + 1) / (sum(total for _, total in listed) + 2)
    certain = [count / total - 0.75 / math.sqrt(total) for count, total in listed]
    return float(min(max([pooled, *certain]), 1.0))


@dataclass(frozen=True)
class Likeness:
    """Comparing the rows of an entity in a batch with those of its loads before.

    Attributes:
        connection: an open DuckDB.
        entity: the entity.
        rows: the Parquet file of the batch's rows.
        before: the files of the loads before, oldest first, at most `MOST_LOADS`.
        is_whole: whether each load holds every record, so that one load before tells what is usual.

    """

    connection: duckdb.DuckDBPyConnection
    entity: Entity
    rows: Path
    before: Sequence[Path]
    is_whole: bool = False

    def compare(self) -> Iterator[Unlike]:
        """Yield all that is otherwise in cells; what is as usual or says nothing is left out."""
        if not self.before:
            return
        cells = self._cells()
        for column in self.entity.columns:
            values = cells.get(column.name)
            if values is not None and not column.may_be_absent:
                yield from _Column(column, values, self.is_whole).compare()

    def _cells(self) -> "dict[str, dict[int, dict[str | None, int]]]":
        """Return how often each value stands in each column, by load; the batch itself is 0."""
        names = [column.name for column in self.entity.columns]
        listed = ", ".join(
            f"coalesce(trim({quoted_name(name)}), '') as {quoted_name(name)}" for name in names
        )
        files = [(_NOW, self.rows), *enumerate(self.before)]
        parts = " union all ".join(
            f"select {number} as load_number, {listed} from {self._sampled(path, number)}"
            for number, path in files
        )
        found: dict[str, dict[int, dict[str | None, int]]] = defaultdict(lambda: defaultdict(dict))
        rows = self.connection.execute(
            f"""
            with cells as (
                unpivot ({parts}) on {", ".join(map(quoted_name, names))}
                into name column_name value cell
            )

            select column_name, load_number, nullif(cell, ''), count(*) from cells group by all
            """
        ).fetchall()
        for name, number, value, count in rows:
            found[name][number][value] = count
        return found

    def _sampled(self, path: Path, number: int) -> str:
        most = SAMPLED_ROWS if number == _NOW else max(SAMPLED_ROWS // len(self.before), 500)
        return f"(from {_parquet(path)} using sample reservoir({most} rows) repeatable (1))"


@dataclass(frozen=True)
class _Column:
    """Comparing one column: how often each value stands in each load."""

    column: Column
    loads: "Mapping[int, Mapping[str | None, int]]"
    is_whole: bool

    def compare(self) -> Iterator[Unlike]:
        now = self.loads.get(_NOW, {})
        earlier = [values for number, values in sorted(self.loads.items()) if number != _NOW]
        total = sum(now.values())
        if not total or not earlier:
            return
        is_day = self.column.type in ("day", "moment")
        is_number = self.column.type in ("decimal", "integer")
        # a month's file has of a column what years of them never have: one value, or none
        knows_usual = self.is_whole or len(earlier) >= LEAST_LOADS or total >= MANY_ROWS
        if knows_usual or self.column.type == "decimal" or self.column.name == "currency":
            counts = [(values.get(None, 0), sum(values.values())) for values in earlier]
            yield from self._share("null_share_rise", total, now.get(None, 0), counts, "empty")
        filled = {value: count for value, count in now.items() if value is not None}
        before = [
            {value: count for value, count in values.items() if value is not None}
            for values in earlier
        ]
        if not filled or not any(before):
            return
        kinds = _kinds(self.column, before)
        yield from self._strange(kinds(filled), [kinds(values) for values in before])
        if knows_usual and not is_day:
            yield from self._same(filled, before)
        if self.column.type == "moment":
            hours = [_hours(values) for values in before]
            yield from self._hours(_hours(filled), hours)
            yield from self._shifted(_hours(filled), hours)
        if is_number:
            yield from self._scale(_numbers(filled), _numbers(_sum(before)))

    def _share(
        self,
        measure: str,
        total: float,
        count: float,
        before: Sequence[tuple[float, float]],
        what: str,
    ) -> Iterator[Unlike]:
        usual = usual_share(before)
        told = evidence(count, total, usual)
        if told:
            share = count / total
            yield Unlike(
                measure,
                self.column.name,
                share - usual,
                told,
                f"{share:.0%} of {total:,.0f} are {what}",
                f"at most {usual:.0%} before",
            )

    def _strange(
        self, now: Mapping[str, int], before: Sequence[Mapping[str, int]]
    ) -> Iterator[Unlike]:
        """Yield how many values, or shapes of them, no load before has had."""
        known: set[str] = set()
        new: list[tuple[float, float]] = []
        for values in before:
            if known:
                unlike = sum(count for value, count in values.items() if value not in known)
                new.append((unlike, sum(values.values())))
            known |= {*values}
        counts = _sum(before)
        once = sum(count == 1 for count in counts.values())
        new.append((once, sum(counts.values())))  # what came once may come for the first time
        strange = sum(count for value, count in now.items() if value not in known)
        yield from self._share(
            "strange_share_rise", sum(now.values()), strange, new, "unlike any before"
        )

    def _same(
        self, now: Mapping[str, int], before: Sequence[Mapping[str, int]]
    ) -> Iterator[Unlike]:
        """Yield how much more often the most common value stands than in any load before."""
        value, count = max(now.items(), key=lambda each: each[1])
        is_word = bool(self.column.allowed)
        counts = [
            (values.get(value, 0) if is_word else max(values.values()), sum(values.values()))
            for values in before
            if values
        ]
        yield from self._share(
            "same_value_share_rise", sum(now.values()), count, counts, "one and the same value"
        )

    def _hours(
        self, now: Mapping[int, int], before: Sequence[Mapping[int, int]]
    ) -> Iterator[Unlike]:
        """Yield how many moments lie at hours at which hardly any did."""
        if not now or not any(before):
            return
        counts = _sum(before)
        total = sum(counts.values())
        unusual = {hour for hour in range(24) if counts.get(hour, 0) < _RARE * total}
        yield from self._share(
            "unusual_hour_share_rise",
            sum(now.values()),
            sum(count for hour, count in now.items() if hour in unusual),
            [
                (
                    sum(count for hour, count in hours.items() if hour in unusual),
                    sum(hours.values()),
                )
                for hours in before
            ],
            "at hours at which hardly any was",
        )

    def _shifted(
        self, now: Mapping[int, int], before: Sequence[Mapping[int, int]]
    ) -> Iterator[Unlike]:
        """Yield by how many hours moments are earlier or later, beside how much days differ."""
        hours = [hour for hour, count in now.items() for _ in range(count)]
        known = [hour for hour, count in _sum(before).items() for _ in range(count)]
        if not hours or not known:
            return
        means = [
            fmean([hour for hour, count in each.items() for _ in range(count)])
            for each in before
            if sum(each.values()) >= LEAST_DAY
        ]
        between = pstdev(means) if len(means) >= LEAST_LOADS else 0.0
        shift = fmean(hours) - fmean(known)
        within = pstdev(known) / math.sqrt(len(hours))
        spread = math.hypot(between, within)
        if spread:
            word = "later" if shift > 0 else "earlier"
            yield Unlike(
                "hours_shifted",
                self.column.name,
                abs(shift),
                (shift / spread) ** 2 / 2,
                f"{len(hours):,} moments are in the mean {abs(shift):.1f} hours {word}",
                f"the usual of {len(known):,}",
            )

    def _scale(self, now: Sequence[float], before: Sequence[float]) -> Iterator[Unlike]:
        """Yield how many times as large the numbers are, told by those beyond nearly all before."""
        if not now or not before:
            return
        middle, usual = median(now), median(before)
        is_larger = middle > usual
        ordered = sorted(before, reverse=not is_larger)
        told = _distance([math.log(each) for each in now], [math.log(each) for each in before])
        for place in (int(0.95 * (len(ordered) - 1)), len(ordered) - 1):
            limit = ordered[place]
            beyond, outside = (
                sum(value > limit if is_larger else value < limit for value in values)
                for values in (now, ordered)
            )
            told = max(told, evidence(beyond, len(now), (outside + 1) / (len(before) + 2)))
        if told:
            factor = max(middle / usual, usual / middle)
            word = "large" if is_larger else "small"
            yield Unlike(
                "scale_factor",
                self.column.name,
                factor,
                told,
                f"{len(now):,} numbers are about {factor:,.3g} times as {word}",
                f"the usual of {len(before):,}",
            )


def _sum(loads: Iterable[Mapping[_Key, int]]) -> dict[_Key, int]:
    counts: dict[_Key, int] = defaultdict(int)
    for values in loads:
        for value, count in values.items():
            counts[value] += count
    return counts


def _kinds(
    column: Column, before: Sequence[Mapping[str, int]]
) -> Callable[[Mapping[str, int]], dict[str, int]]:
    """Return how a column's values are compared: words as they are, all others by their shape."""
    counts = _sum(before)
    is_word = column.points_to is None and len(counts) <= MOST_WORDS
    if is_word and sum(counts.values()) >= 4 * len(counts) and column.type in ("text", "word"):
        return lambda values: dict(values)

    def shapes(values: Mapping[str, int]) -> dict[str, int]:
        found: dict[str, int] = defaultdict(int)
        for value, count in values.items():
            found[_shape(value)] += count
        return found

    return shapes


def _shape(value: str) -> str:
    """Return what a value looks like: runs of letters as `a`, of digits as `9`."""
    text = re.sub(r"[^\W\d_]+", "a", value[:64])
    return re.sub(r"\d+", "9", text)[:12]


def _hours(values: Mapping[str, int]) -> dict[int, int]:
    found: dict[int, int] = defaultdict(int)
    for value, count in values.items():
        told = re.search(r"[T ](\d{1,2}):\d{2}", value)
        if told:
            found[int(told[1])] += count
    return found


def _numbers(values: Mapping[str, int]) -> list[float]:
    """Return the sizes of the numbers that are not 0, whatever their decimal mark."""
    sizes: list[float] = []
    for value, count in values.items():
        text = re.sub(r"[\s\u00a0\u202f-]", "", value)
        mark = max(text.rfind(","), text.rfind("."))
        whole, rest = (text, "") if mark < 0 else (text[:mark], text[mark + 1 :])
        digits = re.sub(r"[.,]", "", whole)
        if digits.isdecimal() and (not rest or rest.isdecimal()) and float(f"{digits}.{rest}0"):
            sizes += [float(f"{digits}.{rest}0")] * count
    return sizes


def _parquet(path: Path) -> str:
    return f"read_parquet({quoted_text(glob.escape(str(path)))})"
