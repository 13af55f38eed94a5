"""How many cells of a batch are not what they should be, or were in the loads before.

What belongs here: the conditions, as SQL over landed text, and counting them load by load. What
does not: reading the values for good, which is staging's (here a pattern tells whether a cell looks
like its type), and how many are too many (see `batch_measures.py` and `batch_evidence.py`).
"""

import glob
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from orchestration.files import short_name
from orchestration.formats.descriptions import GENERIC, NO_COLUMN, Column, Entity, known_formats
from orchestration.landing.gate import Batch
from orchestration.quoting import quoted_name, quoted_text
from orchestration.validation.batch_evidence import Earlier

SAMPLED_ROWS = 200_000
"""Rows of one look at cells; of more, a sample is taken."""

STALE_DAYS = 7
"""Days before a load from which on a row is an old one."""

FILLED, LACKING = "filled", "lacking"

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
_TIME = r"[T ]\d{1,2}:\d{2}"
_MIDNIGHT = r"[T ]0?0:00(:00)?"


@dataclass(frozen=True)
class Counts:
    """How many rows a load has, and how many of them meet each condition, by column."""

    total: float
    met: Mapping[tuple[str, str], float]

    def of(self, column: str, condition: str) -> tuple[float, float]:
        """Return how many of how many cells meet a condition: of the filled ones, if it is so."""
        filled = condition not in ("null", LACKING)
        total = self.met.get((column, FILLED), self.total) if filled else self.total
        return self.met.get((column, condition), 0), total

    def share(self, column: str, condition: str) -> float:
        """Return the share of all rows that meet a condition."""
        return self.met.get((column, condition), 0) / self.total if self.total else 0.0


@dataclass(frozen=True)
class Cells:
    """Counting the cells of an entity in loads of a batch's source.

    Attributes:
        batch: the batch.
        entity: the entity.
        is_quick: whether cells may be counted that only seem to meet a condition.

    """

    batch: Batch
    entity: Entity
    is_quick: bool = False

    def suspects(self, load: Earlier) -> Counts:
        """Return at least how many cells of a load meet each condition, by a quick look."""
        (counts,) = self._counted([load], replace(self, is_quick=True).conditions())
        return counts

    def count(
        self, loads: Sequence[Earlier], only: Collection[tuple[str, str]] | None = None
    ) -> list[Counts]:
        """Return what there is in each load, on a sample when they are large."""
        conditions = self.conditions()
        if only is not None:
            needed = {*only, *((column, FILLED) for column, _ in only)}
            conditions = {name: sql for name, sql in conditions.items() if name in needed}
        return self._counted(loads, conditions) if loads else []

    def _counted(
        self, loads: Sequence[Earlier], conditions: Mapping[tuple[str, str], str]
    ) -> list[Counts]:
        total = sum(each.count for each in loads)
        cells = ", ".join(
            f"{cell(column.name)} as {quoted_name(column.name)}" for column in self.entity.columns
        )
        sums = ", ".join(f"({sql})::double" for sql in conditions.values())
        listed = ", ".join(
            f"({quoted_text(str(each.rows))}, date '{each.loaded_on}')" for each in loads
        )
        files = [each.rows for each in loads]
        found = self.batch.connection.execute(
            f"""
            with landed as (
                select load_path, {cells}
                from {parquet(self.entity, files, "load_path")}{_sample(total)}
            ),

            loads (load_path, loaded_on) as (values {listed})

            select load_path, count(*), {sums}
            from landed inner join loads using (load_path)
            group by all
            """
        ).fetchall()
        counts = {}
        for path, rows, *values in found:
            met = dict(zip(conditions, values, strict=True))
            empty = {
                (column, "null"): rows - count
                for (column, condition), count in met.items()
                if condition == FILLED
            }
            counts[path] = Counts(rows, {**met, **empty})
        return [counts.get(str(each.rows), Counts(0, {})) for each in loads]

    def currencies(self, loads: Sequence[Earlier]) -> dict[str, int]:
        """Return how often each currency stands in loads, however it is written."""
        sample = _sample(sum(each.count for each in loads))
        files = [each.rows for each in loads]
        return dict(
            self.batch.connection.execute(
                f"""
                select upper({cell("currency")}), count(*)
                from (select * from {parquet(self.entity, files)}{sample})
                where {cell("currency")} is not null
                group by all
                """
            ).fetchall()
        )

    def conditions(self) -> dict[tuple[str, str], str]:
        """Return what is counted, by column and name, as SQL."""
        found = {("", LACKING): _count(" or ".join(self._lacking()) or "false")}
        for column in self.entity.columns:
            name = column.name
            found[name, FILLED] = f"count({quoted_name(name)})"
            if column.address in ("email", "linkedin"):
                found[name, "repeated_address"] = (
                    f"count({quoted_name(name)}) - count(distinct lower({quoted_name(name)}))"
                )
            for told, condition in self._of_column(column):
                found[name, told] = _count(condition)
        return found

    def _lacking(self) -> Iterable[str]:
        for column in self.entity.columns:
            if column.is_required:
                yield f"{quoted_name(column.name)} is null"
                if (unread := self._unread(column)) is not None:
                    yield f"({quoted_name(column.name)} is not null and {unread})"
                if column.allowed and column.other_word is None:
                    yield f"not {_among(quoted_name(column.name), column.allowed)}"

    def _of_column(self, column: Column) -> Iterator[tuple[str, str]]:
        name = quoted_name(column.name)
        if (unread := self._unread(column)) is not None:
            yield "unread", f"{name} is not null and {unread}"
        if column.allowed:
            yield "unknown_word", f"not {_among(name, column.allowed)}"
        if column.minimum is not None or column.maximum is not None:
            yield "out_of_range", self._out_of_range(column)
        if column.name == "currency":
            yield "foreign_currency", f"not regexp_full_match({name}, '[A-Za-z]{{3}}')"
        if column.currency is not None:
            yield "zero", f"try_cast(replace({name}, ',', '.') as double) = 0"
        if column.type in ("day", "moment"):
            yield from self._of_days(column)
        if (orphan := self._orphan(column)) is not None:
            yield "orphan", orphan

    def _unread(self, column: Column) -> str | None:
        name = quoted_name(column.name)
        if self.is_quick and column.type in ("decimal", "integer", "day", "moment"):
            is_number = column.type in ("decimal", "integer")
            number = f"try_cast(replace({name}, ',', '.') as double)"
            return f"{number if is_number else moment_of(name, self.batch)} is null"
        if column.type in ("decimal", "integer"):
            return f"not regexp_full_match({name}, '{_NUMBER}')"
        if column.type == "boolean":
            return f"not {_among(name, _BOOLEANS)}"
        if column.type in ("day", "moment"):
            unread = f"not regexp_full_match({name}, '{self._date_pattern(column)}')"
            return (
                f"({name} != {quoted_text(NO_COLUMN)} and {unread})"
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
        number = (
            f"try_cast(replace({quoted_name(column.name)}, {quoted_text(mark)}, '.') as double)"
        )
        limits = (("<", column.minimum), (">", column.maximum))
        return " or ".join(
            f"{number} {sign} {limit}" for sign, limit in limits if limit is not None
        )

    def _of_days(self, column: Column) -> Iterator[tuple[str, str]]:
        name, day = quoted_name(column.name), self.batch.load.loaded_on
        year = f"try_cast(regexp_extract({name}, '[0-9]{{4}}') as int)"
        yield "improbable_year", f"{year} < 1990 or {year} > {day.year + 10}"
        if column.type != "moment" or not column.is_required:
            return
        yield (
            "future",
            f"case when regexp_full_match({name}, '{_ISO_DATE}') "
            f"then {name} > strftime(loaded_on, '%Y-%m-%dT~') "
            f"else {year} > year(loaded_on) end",
        )
        yield (
            "without_time",
            f"not regexp_matches({name}, '{_TIME}') or regexp_matches({name}, '{_MIDNIGHT}')",
        )
        moment = moment_of(name, self.batch)
        yield "stale", f"{moment}::date < loaded_on - {STALE_DAYS}"

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
        by_source = [
            [
                path
                for path in sorted(folder.glob(f"{glob.escape(source)}@*.parquet"))
                if path.stem.rpartition("@")[0] == short_name(source)
            ]
            for source in sources
        ]
        newest = -1 if self.is_quick else 0
        files = [path for paths in by_source for path in paths[newest:]]
        files += [self.batch.rows[entity.name]] if entity.name in self.batch.rows else []
        if not files:
            return None
        name, known = quoted_name(column.name), self._known_ids(entity, key, files)
        return f"{name} is not null and {name} not in (from {known})"

    def _known_ids(self, entity: Entity, key: str, files: Sequence[Path]) -> str:
        """Return the table of an entity's ids in files, read once for all columns and batches."""
        states = [(path, path.stat()) for path in files]
        told = [(str(path), state.st_size, state.st_mtime_ns) for path, state in states]
        table = f"ids_{sha256(f'{entity.name} {told}'.encode()).hexdigest()[:16]}"
        self.batch.connection.execute(
            f"""
            create temp table if not exists {table} as
            select distinct {cell(key)} as id from {parquet(entity, files)}
            where {cell(key)} is not null
            """
        )
        return table


def cell(name: str, of: str = "") -> str:
    """Return a cell without the blanks around it, null when it is empty; `of` names its rows."""
    column = f"{of}.{quoted_name(name)}" if of else quoted_name(name)
    return f"nullif(trim({column}, {quoted_text(_BLANKS)}), '')"


def number_of(text: str, mark: str) -> str:
    """Return the number that a cell with a decimal mark is, as SQL: null when it is none."""
    digits = f"regexp_replace({text}, '[^0-9{mark}-]', '', 'g')"
    return f"try_cast(replace({digits}, '{mark}', '.') as double)"


def moment_of(text: str, batch: Batch) -> str:
    """Return the moment on the wall that a cell is, as SQL: null when it is not told."""
    forms = {"dmy": "%d{0}%m{0}%Y", "mdy": "%m{0}%d{0}%Y"}.get(batch.source.date_order)
    iso = f"try_cast(left({text}, 19) as timestamp)"
    if forms is None:
        return iso
    listed = ", ".join(
        quoted_text(forms.format(mark) + time)
        for mark in "/.-"
        for time in (" %H:%M", " %H:%M:%S", "")
    )
    return f"coalesce({iso}, try_strptime({text}, [{listed}]))"


def parquet(entity: Entity, files: Sequence[Path], file_name: str | None = None) -> str:
    """Return landed files as a table in SQL, with the file's path in `file_name` if asked for.

    It has every column of the entity: one that the release that landed the files did not know is
    null.
    """
    known = ", ".join(f"null::varchar as {quoted_name(name)}" for name in entity.column_names)
    listed = ", ".join(quoted_text(glob.escape(str(path))) for path in files)
    named = f", filename = {quoted_text(file_name)}" if file_name else ""
    return (
        f"(select {known} where false union all by name "
        f"from read_parquet([{listed}], union_by_name = true{named}))"
    )


def _count(condition: str) -> str:
    return f"count(*) filter (where {condition})"


def _sample(count: int) -> str:
    if count <= SAMPLED_ROWS:
        return ""
    return f" using sample {100 * SAMPLED_ROWS / count:.6f} percent (bernoulli, 1)"


def _among(name: str, words: Sequence[str]) -> str:
    return f"lower({name}) in ({', '.join(map(quoted_text, words))})"
