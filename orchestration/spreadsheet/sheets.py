"""What the sheets hold: headline figures, KPIs by month, subject marts, rows for a pivot table.

What belongs here: reading a published version into sheets, with the words of the reader's language.
What does not: how a sheet is written into a file (see `files.py`), and computing any number.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from dashboard.building import texts
from dashboard.reading import STATISTICS
from orchestration.errors import ConfigurationError
from orchestration.publication.opening import open_published
from orchestration.publication.versions import Version
from orchestration.refresh.summary.headlines import read_headlines, reading_unit
from orchestration.refresh.summary.text import remark
from orchestration.refresh.summary.wording import Language
from orchestration.spreadsheet.wording import word

Cell = str | float | int | bool | date | None
"""What a cell holds: never a formula, and None for an empty one."""

NOT_SUBJECTS = frozenset(
    {
        "kpi_catalog",
        "kpi_event_types",
        "kpi_periods",
        "kpi_stage_probabilities",
        "kpi_terms",
        "kpi_values",
    }
)
"""Tables of the schema `kpi` that answer no question of their own."""

MOST_ROWS = 1_048_575
"""Rows that a sheet of a workbook holds below its header."""

PERIOD_IN_PROGRESS, NOT_FINAL, FEW_CASES = "partial", "immature", "unreliable"


@dataclass(frozen=True)
class Column:
    """A column of a sheet.

    Attributes:
        header: its first cell.
        unit: that of its numbers (count, rate, amount …), or `date` or `text`.
        note: what it holds, in a sentence; shown as the note of its header.

    """

    header: str
    unit: str = "text"
    note: str = ""


@dataclass(frozen=True)
class Marked:
    """A number with what its reader should know about it.

    Attributes:
        value: the number.
        unit: its unit, which differs from row to row.
        marks: in progress, not final, few cases.

    """

    value: float | None
    unit: str
    marks: frozenset[str] = frozenset()


Row = Sequence[Cell | Marked]


@dataclass(frozen=True)
class Sheet:
    """A sheet: its name, its columns, and its rows as they are asked for.

    Attributes:
        name: at most 31 letters, as workbooks allow.
        columns: left to right.
        rows: yields the rows, top to bottom; a generator, since there may be a million.
        title: the question that it answers; "" when the name says it.

    """

    name: str
    columns: Sequence[Column]
    rows: Callable[[], Iterator[Row]]
    title: str = ""


class PublishedNumbers:
    """The sheets of one published version.

    Args:
        version: the version that readers see.
        language: of headers, names of KPIs, and texts.
        months: how many months back the sheets of KPIs reach.

    """

    def __init__(self, version: Version, language: Language, months: int) -> None:
        self.version = version
        self.language = language
        self.months = months
        self.connection = open_published(version)
        self.reading_unit = reading_unit(self.connection)
        self._texts = {key: both[language] for key, both in texts().items()}

    def __enter__(self) -> "PublishedNumbers":
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    @property
    def currency(self) -> str:
        """The reporting currency, as ISO code."""
        return str(self.version.manifest["settings"]["currency"])

    def sheets(self) -> list[Sheet]:
        """Return every sheet, the one to read first before the others."""
        return [
            self._about(),
            self._headlines(),
            self._by_month(),
            self._pivot(),
            *self._subjects(),
            self._definitions(),
        ]

    def _word(self, key: str, **values: object) -> str:
        return word(key, self.language).format(**values)

    def _about(self) -> Sheet:
        manifest = self.version.manifest
        facts = [
            ("version", self.version.name),
            ("as_of", date.fromisoformat(manifest["as_of"]) if manifest["as_of"] else None),
            ("currency", self.currency),
            ("months_shown", self.months),
            *(("held_back", line) for line in manifest["held_back"]),
            *(("how_to_read", self._word(f"mark_{mark}")) for mark in _MARKS),
            ("how_to_read", self._word("no_sum")),
        ]
        rows = [(self._word(key), value) for key, value in facts]
        columns = (Column(self._word("what")), Column(self._texts["value"]))
        return Sheet(self._word("sheet_about"), columns, lambda: iter(rows))

    def _headlines(self) -> Sheet:
        chosen = self.version.manifest["settings"].get("headline_kpis") or ()
        rows: list[Row] = [
            (
                figure.name,
                figure.month,
                Marked(
                    figure.value,
                    figure.reading_unit,
                    _marks(figure.is_partial, figure.is_mature, figure.is_reliable),
                ),
                Marked(figure.previous_value, figure.reading_unit),
                figure.sample_size,
                self._unit(figure.reading_unit),
                remark(figure, self.language),
            )
            for figure in read_headlines(self.connection, self.language, chosen)
        ]
        columns = (
            Column(self._texts["kpi"]),
            Column(self._word("month"), "date"),
            Column(self._texts["value"], "ratio"),
            Column(self._word("month_before"), "ratio"),
            Column(self._texts["sample"], "count"),
            Column(self._word("unit")),
            Column(self._texts["remarks"]),
        )
        return Sheet(self._word("sheet_headlines"), columns, lambda: iter(rows))

    def _by_month(self) -> Sheet:
        months = [
            row[0]
            for row in self.connection.execute(
                f"""
                select distinct period_start from ({_MONTHLY})
                where dimension = 'all' order by period_start
                """,
                {"months": self.months},
            ).fetchall()
        ]
        columns = (
            Column(self._word("family")),
            Column(self._texts["kpi"]),
            Column(self._word("statistic")),
            Column(self._word("unit")),
            *(Column(f"{month:%Y-%m}", "ratio") for month in months),
        )
        return Sheet(self._word("sheet_by_month"), columns, lambda: self._month_rows(months))

    def _month_rows(self, months: Sequence[date]) -> Iterator[Row]:
        found = self.connection.execute(
            f"""
            select
                kpi_catalog.family, kpi_catalog.name_{self.language}, monthly.statistic,
                {self.reading_unit}, kpi_catalog.kpi_id, monthly.period_start, monthly.value,
                monthly.is_partial, monthly.is_mature, monthly.is_reliable
            from ({_MONTHLY}) as monthly
            inner join kpi.kpi_catalog using (kpi_id)
            where monthly.dimension = 'all'
            order by
                kpi_catalog.rowid, list_position($statistics, monthly.statistic),
                monthly.period_start
            """,
            {"months": self.months, "statistics": list(STATISTICS)},
        ).fetchall()
        lines: dict[tuple[str, ...], dict[date, Marked]] = {}
        for family, name, statistic, unit, kpi_id, month, value, *state in found:
            cells = lines.setdefault((family, name, statistic, unit, kpi_id), {})
            cells[month] = Marked(value, unit, _marks(*state))
        for (family, name, statistic, unit, _), cells in lines.items():
            yield (
                self._family(family),
                name,
                self._statistic(statistic),
                self._unit(unit),
                *(cells.get(month) for month in months),
            )

    def _pivot(self) -> Sheet:
        columns = (
            Column("kpi_id", note=self._word("note_kpi_id")),
            Column(self._texts["kpi"]),
            Column(self._word("family")),
            Column(self._word("unit")),
            Column(self._word("statistic")),
            Column(self._word("month"), "date"),
            Column(self._word("dimension")),
            Column(self._word("dimension_value")),
            Column(self._texts["value"], "ratio", self._word("no_sum")),
            Column(self._word("numerator"), "ratio"),
            Column(self._word("denominator"), "ratio"),
            Column(self._texts["sample"], "count"),
            Column(self._word("interval_from"), "ratio"),
            Column(self._word("interval_to"), "ratio"),
            Column(self._word("is_final")),
            Column(self._word("is_reliable")),
        )
        return Sheet(self._word("sheet_pivot"), columns, self._pivot_rows)

    def _pivot_rows(self) -> Iterator[Row]:
        cursor = self.connection.cursor()
        cursor.execute(
            f"""
            select
                monthly.kpi_id, kpi_catalog.name_{self.language}, kpi_catalog.family,
                {self.reading_unit}, monthly.statistic, monthly.period_start, monthly.dimension,
                coalesce(monthly.dimension_label, monthly.dimension_value), monthly.value,
                monthly.numerator, monthly.denominator, monthly.sample_size, monthly.ci_low,
                monthly.ci_high, not monthly.is_partial and coalesce(monthly.is_mature, true),
                coalesce(monthly.is_reliable, true)
            from ({_MONTHLY}) as monthly
            inner join kpi.kpi_catalog using (kpi_id)
            order by
                monthly.period_start desc, kpi_catalog.rowid, monthly.statistic,
                monthly.dimension, monthly.dimension_value
            """,
            {"months": self.months},
        )
        while rows := cursor.fetchmany(10_000):
            for kpi_id, name, family, unit, statistic, month, dimension, *rest in rows:
                value, *others = rest[1:]
                yield (
                    kpi_id,
                    name,
                    self._family(family),
                    self._unit(unit),
                    self._statistic(statistic),
                    month,
                    self._texts.get(f"dimension_{dimension}", dimension),
                    self._texts["dimension_all"] if dimension == "all" else rest[0],
                    Marked(value, unit),
                    *others,
                )

    def _subjects(self) -> Iterator[Sheet]:
        tables = self.connection.execute(
            "select table_name, comment from duckdb_tables() where schema_name = 'kpi' order by 1"
        ).fetchall()
        for table, question in tables:
            if table not in NOT_SUBJECTS:
                yield self._subject(table, question or "")

    def _subject(self, table: str, question: str) -> Sheet:
        described = self.connection.execute(
            """
            select column_name, data_type, comment from duckdb_columns()
            where schema_name = 'kpi' and table_name = $table order by column_index
            """,
            {"table": table},
        ).fetchall()
        columns = [Column(name, _unit_of(kind), note or "") for name, kind, note in described]
        listed = ", ".join(_readable(name, kind) for name, kind, _ in described)

        def rows() -> Iterator[Row]:
            cursor = self.connection.cursor()
            cursor.execute(f'select {listed} from kpi."{table}" order by all')
            while found := cursor.fetchmany(10_000):
                yield from found

        return Sheet(table.removeprefix("kpi_")[:31], columns, rows, question)

    def _definitions(self) -> Sheet:
        rows = self.connection.execute(
            f"""
            select
                kpi_id, name_{self.language}, family, {self.reading_unit},
                definition_{self.language}, numerator, denominator, window_days
            from kpi.kpi_catalog order by rowid
            """
        ).fetchall()
        told: list[Row] = [
            (kpi_id, name, self._family(family), self._unit(unit), *others)
            for kpi_id, name, family, unit, *others in rows
        ]
        columns = (
            Column("kpi_id"),
            Column(self._texts["kpi"]),
            Column(self._word("family")),
            Column(self._word("unit")),
            Column(self._word("definition")),
            Column(self._word("numerator")),
            Column(self._word("denominator")),
            Column(self._word("window_days"), "count"),
        )
        return Sheet(self._word("sheet_definitions"), columns, lambda: iter(told))

    def _unit(self, unit: str) -> str:
        return self.currency if unit == "amount" else self._word(f"unit_{unit}")

    def _family(self, family: str) -> str:
        return self._texts.get(f"family_{family}", family)

    def _statistic(self, statistic: str) -> str:
        return self._texts.get(f"statistic_{statistic}", statistic)


_MARKS = (PERIOD_IN_PROGRESS, NOT_FINAL, FEW_CASES)

_MONTHLY = """
    select * from kpi.kpi_values
    where
        grain = 'month' and value is not null
        and period_start > (select max(period_start) from kpi.kpi_values where grain = 'month')
            - to_months($months::integer)
"""


def language_of(version: Version) -> Language:
    """Return the language of the company's settings."""
    return "en" if version.manifest["settings"].get("language") == "en" else "fr"


def require_rows(version: Version) -> None:
    """Do nothing when the version has KPI values.

    Raises:
        ConfigurationError: it has none.

    """
    tables: Mapping[str, Mapping[str, int]] = version.manifest["tables"]
    if not tables.get("kpi.kpi_values", {}).get("rows"):
        raise ConfigurationError(f"version {version.name} holds no KPI values: nothing to export")


def _marks(is_partial: bool, is_mature: bool | None, is_reliable: bool | None) -> frozenset[str]:
    told = {
        PERIOD_IN_PROGRESS: is_partial,
        NOT_FINAL: is_mature is False and not is_partial,
        FEW_CASES: is_reliable is False,
    }
    return frozenset(mark for mark, holds in told.items() if holds)


def _unit_of(kind: str) -> str:
    if kind in ("BIGINT", "INTEGER", "HUGEINT"):
        return "count"
    if kind == "DOUBLE" or kind.startswith("DECIMAL"):
        return "ratio"
    return "date" if kind in ("DATE", "TIMESTAMP") else "text"


def _readable(name: str, kind: str) -> str:
    """Return a column as a spreadsheet can hold it: lists as text, decimals as numbers."""
    quoted = f'"{name}"'
    if kind.endswith("[]"):
        return f"array_to_string({quoted}, ', ') as {quoted}"
    if kind.startswith(("DECIMAL", "HUGEINT")):
        return f"{quoted}::double as {quoted}"
    if kind.startswith(("MAP", "STRUCT")):
        return f"{quoted}::varchar as {quoted}"
    return f"{quoted}::date as {quoted}" if kind == "TIMESTAMP" else quoted
