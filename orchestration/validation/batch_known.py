"""What has become of the records that a batch and the loads before it both have.

What belongs here: comparing a record with itself, which tells more than any share: what nobody does
to all of them at once. What does not: stages, owners, reasons and the like, which a team may change
for most of its records in a week; comparing rows that are new (see `batch_series.py`).
"""

import math
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import combinations
from pathlib import Path

import duckdb

from orchestration.formats.descriptions import Column, Entity
from orchestration.landing.gate import Batch
from orchestration.quoting import quoted_name, quoted_text
from orchestration.validation.batch_cells import cell, moment_of, number_of, parquet
from orchestration.validation.batch_evidence import CHANCE, Comparison, Earlier, Unlike, evidence

LEAST_KNOWN = 5
"""Known records from which on they tell something."""

COMPARED = 20_000
"""Known records that are compared, at most about."""

_DECIDED = {"deals": ("won", "lost"), "quotes": ("accepted", "rejected")}
"""Words of `status` of which one does not become the other."""


class Known(Comparison):
    """Comparing the records of an entity that a batch shares with loads before it."""

    def compare(self) -> Iterator[Unlike]:
        """Yield what is otherwise in nearly all known records."""
        if not (self.keys and self._others and self.before and self._pair()):
            return
        changed = self._changed
        yield from self._decided_otherwise()
        for column in self.entity.columns:
            if changed.get(column.name, 0) < LEAST_KNOWN:
                continue
            if column.currency is not None:
                yield from self._scaled(column)
            elif column.type == "moment":
                yield from self._moved(column)
        yield from self._swapped()

    @cached_property
    def keys(self) -> list[str]:
        """The columns that identify a record."""
        return [column.name for column in self.entity.columns if column.is_key]

    @property
    def _others(self) -> list[Column]:
        return [column for column in self.entity.columns if not column.is_key]

    def _pair(self) -> bool:
        """Make `known`: each record that both have, as it is now and as it was last.

        Tells whether there are enough.
        """
        keys = ", ".join(map(quoted_name, self.keys))
        parts = max(1, self.now.count // COMPARED)
        chosen = f"where hash({keys}) % {parts} = 0" if parts > 1 else ""
        columns = ", ".join(
            f"{side}.{quoted_name(column.name)} as {quoted_name(f'{side}_{column.name}')}"
            for column in self._others
            for side in ("now", "was")
        )
        names = ", ".join(quoted_name(column.name) for column in self.entity.columns)
        files = [each.rows for each in self.before]
        places = ", ".join(quoted_text(str(file)) for file in files)
        self.batch.connection.execute(
            f"""
            create or replace temp table known as
            with now as (
                select distinct on ({keys}) {names}
                from {parquet(self.entity, [self.now.rows])} {chosen}
            ),

            loads as (
                select {names}, list_position([{places}], load_path) as load_number
                from {parquet(self.entity, files, "load_path")} {chosen}
            ),

            was as (
                select distinct on ({keys}) loads.* from loads semi join now using ({keys})
                order by load_number desc
            )

            select {columns} from now inner join was using ({keys})
            """
        )
        (count,) = self._one("select count(*) from known")
        return count >= LEAST_KNOWN

    @cached_property
    def _changed(self) -> dict[str, int]:
        """Return in how many known records each column is another, empty cells left out."""
        names = [column.name for column in self._others]
        if not names:
            return {}
        counts = ", ".join(
            f"count(*) filter (where {_now(name)} != {_was(name)})" for name in names
        )
        row = self._one(f"select {counts} from known")
        return dict(zip(names, row, strict=True))

    def _decided_otherwise(self) -> Iterator[Unlike]:
        """Yield how many records of one outcome have the opposite one now."""
        for word, other in (
            each for pair in [_DECIDED.get(self.entity.name)] if pair for each in (pair, pair[::-1])
        ):
            total, count = self._one(
                f"""
                select count(*), count(*) filter (where lower({_now("status")}) = '{other}')
                from known where lower({_was("status")}) = '{word}'
                """
            )
            if total >= LEAST_KNOWN and evidence(count, total, CHANCE) >= self.least:
                yield Unlike(
                    "decided_otherwise_share",
                    "status",
                    count / total,
                    f"{count:,} of {total:,} records that were {word} are {other} now",
                )

    def _scaled(self, column: Column) -> Iterator[Unlike]:
        """Yield by what one factor nearly all amounts of known records have changed."""
        mark = self._mark
        if mark is None:
            return
        now, was = (number_of(cell(f"{side}_{column.name}"), mark) for side in ("now", "was"))
        total, amounts, low, middle, high = self._one(
            f"""
            select
                count(*), count(distinct abs(was)),
                quantile_cont(ln(abs(now / was)), 0.05),
                quantile_cont(ln(abs(now / was)), 0.5),
                quantile_cont(ln(abs(now / was)), 0.95)
            from (select {now} as now, {was} as was from known)
            where now != 0 and was != 0
            """
        )
        # one price that is another now is no mistake of the export: amounts of several sizes are
        if total < LEAST_KNOWN or amounts < 3 or high - low > 0.05:
            return
        if evidence(total, total, CHANCE) >= self.least:
            factor, word = math.exp(abs(middle)), "large" if middle > 0 else "small"
            says = f"amounts of {total:,} known records are {factor:,.4g} times as {word} as before"
            yield Unlike("scale_factor", column.name, factor, says)

    def _moved(self, column: Column) -> Iterator[Unlike]:
        """Yield by how many hours nearly all moments of known records have moved."""
        now, was = (moment_of(cell(f"{side}_{column.name}"), self.batch) for side in ("now", "was"))
        total, moments, low, middle, high = self._one(
            f"""
            select
                count(*), count(distinct was), quantile_cont(hours, 0.05),
                quantile_cont(hours, 0.5), quantile_cont(hours, 0.95)
            from (
                select date_diff('minute', was, now) / 60.0 as hours, was
                from (select {now} as now, {was} as was from known)
            )
            where hours is not null
            """
        )
        if total < LEAST_KNOWN or moments < 3 or high - low > 0.1:
            return
        if evidence(total, total, CHANCE) < self.least:
            return
        word = "later" if middle > 0 else "earlier"
        yield Unlike(
            "hours_shifted",
            column.name,
            abs(middle),
            f"{total:,} known records are {abs(middle):,.1f} hours {word} than before",
        )

    def _swapped(self) -> Iterator[Unlike]:
        """Yield the columns of which each holds now what the other held before."""
        changed = {name for name, count in self._changed.items() if count >= LEAST_KNOWN}
        pairs = [*combinations(sorted(changed), 2)]
        if not pairs:
            return
        counts = ", ".join(
            f"count(*) filter (where {differ}), count(*) filter (where {differ} and "
            f"{_now(one)} = {_was(other)} and {_now(other)} = {_was(one)})"
            for one, other in pairs
            for differ in [f"{_was(one)} != {_was(other)}"]
        )
        row = self._one(f"select {counts} from known")
        for position, (one, other) in enumerate(pairs):
            total, count = row[2 * position : 2 * position + 2]
            if evidence(count, total, CHANCE) >= self.least:
                yield Unlike(
                    "swapped_share",
                    one,
                    count / total,
                    f"in {count:,} of {total:,} known records it holds what the column {other} "
                    "held before, and the other way round",
                )

    @property
    def _mark(self) -> str | None:
        """The decimal mark of both sides; None when they differ."""
        marks = {each.decimal for each in (self.now, *self.before) if each.decimal}
        return (marks or {"."}).pop() if len(marks) < 2 else None

    def _one(self, sql: str) -> tuple[int, ...]:
        return self.batch.connection.execute(sql).fetchone() or ()


def vanished_newest(
    batch: Batch, entity: Entity, now: Earlier, last: Earlier, least: float
) -> Iterator[Unlike]:
    """Yield by how many days the newest record is older than that of the load before.

    An old export that is sent again lacks all that is newer than it, and nothing else.
    """
    columns = [
        column for column in entity.columns if column.type == "moment" and _is_of_record(column)
    ]
    if not columns or not any(column.is_key for column in entity.columns):
        return
    moments = [moment_of(cell(column.name), batch) for column in columns]
    moment = f"greatest({', '.join(moments)})" if len(moments) > 1 else moments[0]
    keys = [column.name for column in entity.columns if column.is_key]
    same = " and ".join(f"{cell(key, 'now')} = {cell(key, 'was')}" for key in keys)
    row = batch.connection.execute(
        f"""
        with now as (select *, {moment} as moment from {parquet(entity, [now.rows])}),

        was as (select *, {moment} as moment from {parquet(entity, [last.rows])}),

        lacking as (
            select * from was
            where was.moment > (select max(moment) from now)
                and not exists (select 1 from now where {same})
        )

        select
            (select count(*) from lacking),
            (select count(*) from was where was.moment > (select max(moment) from now)),
            date_diff('day', (select max(moment) from now), (select max(moment) from was))
        """
    ).fetchone()
    lacking, newer, days = row or (0, 0, None)
    if days is not None and evidence(lacking, newer, CHANCE) >= least:
        yield Unlike(
            "days_back",
            "",
            days,
            f"its newest record is {days:,} days older than that of the load before, of which "
            f"{lacking:,} of {newer:,} newer records are missing",
        )


def repeated(
    connection: duckdb.DuckDBPyConnection, entity: Entity, now: Path, before: Sequence[Path]
) -> tuple[int, int]:
    """Return how many rows stand word for word under another key, in the file or a load before.

    Of how many: of the rows that tell a moment. Only rows of those very moments are looked at.
    """
    keys = [column.name for column in entity.columns if column.is_key]
    moments = [column for column in entity.columns if column.type == "moment"]
    days = [column.name for column in moments if column.is_required]
    if len(keys) != 1 or not days:
        return 0, 0
    told = [
        cell(column.name)
        for column in entity.columns
        if not column.is_key and column.name not in ("created_at", "updated_at", "in_reply_to")
    ]
    content = f"hash({', '.join(told)})"
    key, day = cell(keys[0]), cell(days[0])
    there = f"from {parquet(entity, before)} where {day} in (from days)"
    earlier = f"union all select {content}, {key} {there}"
    row = connection.execute(
        f"""
        with now as (
            select {content} as content, {key} as record, {day} as day
            from {parquet(entity, [now])} where {day} is not null
        ),

        days as (select distinct day from now),

        there as (select content, record from now {earlier if before else ""}),

        records as (
            select content, count(distinct record) as record_count from there group by all
        )

        select count(*) filter (where record_count > 1), count(*)
        from now inner join records using (content)
        """
    ).fetchone()
    return row or (0, 0)


def _is_of_record(column: Column) -> bool:
    return column.is_required or column.may_be_absent or column.name == "created_at"


def _now(name: str) -> str:
    return f"coalesce({cell(f'now_{name}')}, '')"


def _was(name: str) -> str:
    return f"coalesce({cell(f'was_{name}')}, '')"
