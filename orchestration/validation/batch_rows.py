"""How unlike the rows of a new batch are to those of the loads before: how many, which, how old.

What belongs here: comparing whole rows of an entity. What does not: comparing its cells (see
`batch_likeness.py`, which says what evidence is), and how unlike is too unlike (see `batches.py`).
"""

import glob
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median

import duckdb

from orchestration.formats.descriptions import Column, Entity
from orchestration.quoting import quoted_name, quoted_text
from orchestration.validation.batch_likeness import LEAST_LOADS, Unlike, evidence, usual_share

LEAST_KNOWN = 8
"""Records that a batch must have had before, for their changes to say anything."""

_CUMULATIVE = 0.95
"""Share of a load's records that the next one must hold for both to hold all of them."""

_DATES = {
    "iso": (r"(\d{4})-(\d{2})-(\d{2})", (1, 2, 3)),
    "dmy": (r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", (3, 2, 1)),
    "mdy": (r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", (3, 1, 2)),
}
"""How a day is written, and the places of year, month and day in it."""


@dataclass(frozen=True)
class Earlier:
    """The rows of an entity in an earlier load.

    Attributes:
        rows: their Parquet file.
        count: how many there are.
        loaded_on: the day of the load.

    """

    rows: Path
    count: int
    loaded_on: date


@dataclass(frozen=True)
class Rows:
    """Comparing the rows of an entity in a batch with those of its loads before.

    Attributes:
        connection: an open DuckDB.
        entity: the entity.
        rows: the Parquet file of the batch's rows.
        count: how many there are.
        loaded_on: the day of the load.
        before: the loads before, oldest first.
        is_full: whether each load is declared to hold every record.

    """

    connection: duckdb.DuckDBPyConnection
    entity: Entity
    rows: Path
    count: int
    loaded_on: date
    before: Sequence[Earlier]
    is_full: bool

    @property
    def keys(self) -> list[str]:
        """The columns that identify a record."""
        return [column.name for column in self.entity.columns if column.is_key]

    def is_whole(self) -> bool:
        """Tell whether loads hold every record: as declared, or as the last ones did."""
        if self.is_full:
            return True
        if len(self.before) < 2 or not self.keys or self.before[-2].count < LEAST_KNOWN:
            return False
        older, newer = self.before[-2:]
        return self._share_in(older.rows, newer.rows) >= _CUMULATIVE

    def compare(self, is_whole: bool) -> Iterator[Unlike]:
        """Yield all that is otherwise; what is as usual or says nothing is left out."""
        if not self.before:
            return
        yield from self._counts()
        if self.keys:
            yield from self._repeated_keys()
            yield from self._changed() if is_whole else self._under_other_keys()

    def _counts(self) -> Iterator[Unlike]:
        """Yield how many fewer or more rows there are than usual, on such a day of the week."""
        if len(self.before) < LEAST_LOADS:
            return
        alike = [
            each for each in self.before if each.loaded_on.weekday() == self.loaded_on.weekday()
        ]
        is_daily = (self.loaded_on - self.before[0].loaded_on).days < 4 * len(self.before)
        if is_daily and len(alike) < LEAST_LOADS:
            return
        counts = [each.count for each in (alike if is_daily else self.before)]
        usual = median(counts)
        spread = max(1.4826 * median(abs(count - usual) for count in counts), math.sqrt(usual))
        told = ((self.count - usual) / spread) ** 2 / 2 if spread else 0.0
        says = (f"{self.count:,} rows", f"about {usual:,.0f} in the loads before")
        if self.count < min(usual, *counts):
            yield Unlike("fewer_rows_share", "", 1 - self.count / usual, told, *says)
        days = max(1, (self.loaded_on - self.before[-1].loaded_on).days)
        most = max(count for count in counts)
        if self.count > most:
            factor = self.count / days / most
            yield Unlike("more_rows_factor", "", factor, told if factor > 1 else 0.0, *says)

    def _repeated_keys(self) -> Iterator[Unlike]:
        now, last = (self._repeated(path) for path in (self.rows, self.before[-1].rows))
        yield from _share(
            "repeated_key_share_rise", "", now, [last], "rows of a record that the file has already"
        )

    def _repeated(self, path: Path) -> tuple[int, int]:
        keys = ", ".join(map(_cell, self.keys))
        row = self.connection.execute(
            f"select count(*) - count(distinct ({keys})), count(*) from {_parquet(path)}"
        ).fetchone()
        return row or (0, 0)

    def _under_other_keys(self) -> Iterator[Unlike]:
        """Yield how many rows an earlier load has, too, word for word under another key."""
        told = [column.name for column in self.entity.columns if _tells(column)]
        days = [
            column.name
            for column in self.entity.columns
            if column.type == "moment" and column.is_required
        ]
        if len(self.keys) != 1 or not days:
            return
        key, files = _cell(self.keys[0]), [each.rows for each in self.before]
        content = f"hash({', '.join(map(_cell, told))})"
        row = self.connection.execute(
            f"""
            with now as (
                select {content} as content, {key} as key, {_cell(days[0])} as moment
                from {_parquet(self.rows)}
            ),

            was as (
                select {content} as content, {key} as key from {_parquet(*files)}
                where {_cell(days[0])} in (select moment from now)
            )

            select
                count(*) filter (where exists (
                    select 1 from was where was.content = now.content and was.key != now.key
                ) and not exists (
                    select 1 from was where was.content = now.content and was.key = now.key
                )),
                count(*)
            from now
            """
        ).fetchone()
        yield from _share(
            "known_under_other_key_share",
            self.keys[0],
            row or (0, 0),
            [],
            "rows that an earlier load has word for word under another key",
        )

    def _changed(self) -> Iterator[Unlike]:
        """Yield in how many of the known records each column has changed."""
        names = [column.name for column in self.entity.columns if not column.is_key]
        now = self._changes(self.rows, self.before[-1].rows, names)
        if not now or now[0] < LEAST_KNOWN:
            return
        usual = None
        if len(self.before) > 1:
            usual = self._changes(self.before[-1].rows, self.before[-2].rows, names)
        for position, name in enumerate(names, start=1):
            before = [(usual[position], usual[0])] if usual and usual[0] else []
            yield from _share(
                "changed_share_rise",
                name,
                (now[position], now[0]),
                before,
                "known records in which it is another than in the load before",
            )

    def _changes(self, now: Path, was: Path, names: Sequence[str]) -> tuple[int, ...] | None:
        """Return how many records two loads share, and in how many each column is another."""
        same = " and ".join(f"now.{quoted_name(key)} = was.{quoted_name(key)}" for key in self.keys)
        changed = ", ".join(
            f"count(*) filter (where coalesce(trim(now.{quoted_name(name)}), '') "
            f"!= coalesce(trim(was.{quoted_name(name)}), ''))"
            for name in names
        )
        one = ", ".join(map(quoted_name, self.keys))
        return self.connection.execute(
            f"""
            select count(*), {changed}
            from (select distinct on ({one}) * from {_parquet(now)}) as now
            inner join (select distinct on ({one}) * from {_parquet(was)}) as was on {same}
            """
        ).fetchone()

    def _share_in(self, older: Path, newer: Path) -> float:
        """Return the share of a load's records that the next one holds."""
        keys = ", ".join(map(_cell, self.keys))
        row = self.connection.execute(
            f"""
            select avg((record in (select ({keys}) from {_parquet(newer)}))::int)
            from (select distinct ({keys}) as record from {_parquet(older)})
            """
        ).fetchone()
        return float(row[0] or 0) if row else 0.0


def newest_age(
    connection: duckdb.DuckDBPyConnection,
    entity: Entity,
    path: Path,
    loaded_on: date,
    date_order: str,
) -> int | None:
    """Return how many days before its load the newest row of a file is; None if unknown."""
    columns = [
        column.name
        for column in entity.columns
        if column.type in ("moment", "day") and column.is_required
    ]
    if not columns:
        return None
    pattern, parts = _DATES[date_order]
    day = "try_cast(concat_ws('-', {}) as date)".format(
        ", ".join(f"regexp_extract(cell, {quoted_text(pattern)}, {part})" for part in parts)
    )
    row = connection.execute(
        f"""
        select max(day)
        from (select {day} as day from (select {_cell(columns[0])} as cell from {_parquet(path)}))
        where day <= ?
        """,
        [loaded_on],
    ).fetchone()
    return (loaded_on - row[0]).days if row and row[0] else None


def _share(
    measure: str,
    column: str,
    now: tuple[int, int],
    before: Sequence[tuple[int, int]],
    what: str,
) -> Iterator[Unlike]:
    """Yield a share that is greater than before; with nothing to compare, than a fiftieth."""
    count, total = now
    usual = usual_share(before) if before else 0.02
    told = evidence(count, total, usual)
    if told:
        share = count / total
        seen = f"{share:.0%} of {total:,} are {what}"
        yield Unlike(measure, column, share - usual, told, seen, f"at most {usual:.0%} before")


def _tells(column: Column) -> bool:
    return not column.is_key and column.name not in ("created_at", "updated_at")


def _cell(name: str) -> str:
    return f"coalesce(trim({quoted_name(name)}), '')"


def _parquet(*paths: Path) -> str:
    listed = ", ".join(quoted_text(glob.escape(str(path))) for path in paths)
    return f"read_parquet([{listed}], union_by_name = true)"
