"""The headline figures: which KPIs are shown, and in which month.

What belongs here: choosing and reading the few rows of a published version that are shown. What
does not: computing any of them, and how a figure is written (see `figures.py`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import duckdb

from dashboard.reading import STATISTICS
from orchestration.refresh.summary.wording import Language

LEAST_HEADLINES = 6
"""How many figures a company sees that has fewer of the catalogue's headline KPIs."""


@dataclass(frozen=True)
class Headline:
    """A KPI in the month that tells most of it: its last final one, if it has any.

    Attributes:
        kpi_id: the KPI.
        name: its name in the reader's language.
        unit: count, rate, ratio, amount, days, hours or score.
        month: the month's first day.
        value: its value; never null here.
        previous_value: that of the month before, or None when the two do not compare.
        sample_size: how many cases are behind it; None where none are counted.
        min_sample: from how many cases on the KPI is reliable.
        is_reliable: whether it is, by its sample and by what else holds by construction.
        is_partial: whether the month has not ended.
        is_mature: whether everybody has had their time; None for what is no cohort.
        is_proportion: whether it is the share of a whole.
        shape: flow, cohort or stock.
        family: its family in the catalogue.
        is_marked: whether the catalogue marks it as a headline.
        shown_as: percent or months, for a ratio that people read so; None where the unit says it.
        is_sum: whether it is a count or an amount as such, which a small sample makes no less sure.

    """

    kpi_id: str
    name: str
    unit: str
    month: date
    value: float
    previous_value: float | None = None
    sample_size: int | None = None
    min_sample: int = 0
    is_reliable: bool = True
    is_partial: bool = False
    is_mature: bool | None = None
    is_proportion: bool = False
    shape: str = "flow"
    family: str = ""
    is_marked: bool = True
    shown_as: str | None = None
    is_sum: bool = False

    @property
    def reading_unit(self) -> str:
        """The unit in which people read it."""
        return self.shown_as or self.unit

    @property
    def is_final(self) -> bool:
        """Whether neither time nor later cases can change the value."""
        return not self.is_partial and self.is_mature is not False

    @property
    def is_small(self) -> bool:
        """Whether so few cases are behind it that chance plays a large part."""
        return self.sample_size is not None and self.sample_size < self.min_sample

    @property
    def is_by_chance(self) -> bool:
        """Whether to say that few cases are behind it: of a sum all that there was is in it."""
        return self.is_small and not self.is_sum

    @property
    def is_telling(self) -> bool:
        """Whether it says something: it is reliable, or only lacks cases and is not all or none."""
        is_all_or_none = self.is_proportion and self.value in {0, 1}
        return self.is_reliable or (self.is_small and not is_all_or_none)

    @property
    def exceeds(self) -> str | None:
        """Why a rate is above 100 %, as the last word of the pages' texts; None when it is not."""
        if self.unit != "rate" or self.value <= 1:
            return None
        return "start" if self.shape == "stock" else "period"


def read_headlines(
    connection: duckdb.DuckDBPyConnection, language: Language, kpi_ids: Sequence[str] = ()
) -> list[Headline]:
    """Return the figures that are shown.

    Args:
        connection: a published version, open.
        language: of the names.
        kpi_ids: the KPIs to show, in this order; by default what the catalogue marks, or stands in
            for it (see `choose`).

    """
    figures = _read(connection, language)
    if kpi_ids:
        by_id = {figure.kpi_id: figure for figure in figures}
        return [by_id[kpi_id] for kpi_id in kpi_ids if kpi_id in by_id]
    return choose(figures, _marked(connection))


def choose(figures: Sequence[Headline], marked: Iterable[tuple[str, str, str]]) -> list[Headline]:
    """Return the figures that answer best what the catalogue's headline KPIs ask.

    For a marked KPI without a telling value the next of its family in the same unit stands in: the
    win rate of deals for the conversion of prospects, where there are only deals. A value that
    holds by construction (nobody could yet have been lost) tells nothing, nor does all or nothing
    of a few cases. A company that has fewer than six then sees further ones that are reliable: the
    first of each family and unit, then whatever comes next. No two say the same.

    Args:
        figures: the figure of each KPI that has a value, in the catalogue's order.
        marked: id, family and unit of each KPI that the catalogue marks, in its order.

    """
    telling = [figure for figure in figures if figure.is_telling]
    marks = list(marked)
    asked = {kpi_id for kpi_id, _, _ in marks}
    chosen: list[Headline] = [figure for figure in telling if figure.kpi_id in asked]
    present = {figure.kpi_id for figure in chosen}
    for kpi_id, family, unit in marks:
        if kpi_id not in present:
            kind = [figure for figure in telling if (figure.family, figure.unit) == (family, unit)]
            chosen += _new(_best_first(kind), chosen)[:1]
    further = [figure for figure in telling if figure.is_reliable and figure not in chosen]
    for only_new_kinds in (True, False):
        for figure in further:
            kinds = {(each.family, each.unit) for each in chosen}
            is_wanted = not only_new_kinds or (figure.family, figure.unit) not in kinds
            if is_wanted and len(chosen) < LEAST_HEADLINES:
                chosen += _new([figure], chosen)
    places = {figure.kpi_id: place for place, figure in enumerate(figures)}
    return sorted(chosen, key=lambda figure: places[figure.kpi_id])


def _new(figures: Iterable[Headline], chosen: Sequence[Headline]) -> list[Headline]:
    """Return the figures that say nothing that a chosen one says: the same value and change."""
    told = {(each.unit, each.month, each.value, each.previous_value) for each in chosen}
    return [
        figure
        for figure in figures
        if (figure.unit, figure.month, figure.value, figure.previous_value) not in told
    ]


def _best_first(figures: Iterable[Headline]) -> list[Headline]:
    """Return the figures, those that are final and reliable first, else in their order."""
    return sorted(figures, key=lambda figure: not (figure.is_final and figure.is_reliable))


def reading_unit(connection: duckdb.DuckDBPyConnection) -> str:
    """Return the SQL of the unit in which people read a KPI of `kpi_catalog`.

    A version that an older release published knows no other than the KPI's own.
    """
    known = connection.execute(
        """
        select 1 from duckdb_columns()
        where schema_name = 'kpi' and table_name = 'kpi_catalog' and column_name = 'shown_as'
        """
    ).fetchone()
    return "coalesce(kpi_catalog.shown_as, kpi_catalog.unit)" if known else "kpi_catalog.unit"


def _marked(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str, str]]:
    return connection.execute(
        "select kpi_id, family, unit from kpi.kpi_catalog where is_headline order by rowid"
    ).fetchall()


def _read(connection: duckdb.DuckDBPyConnection, language: Language) -> list[Headline]:
    """Return the figure of each KPI by month, in the catalogue's order.

    A final value goes before one that is not, and among these the one that is nearest to it: a
    month that has ended, and of cohorts the oldest.
    """
    rows = connection.execute(
        f"""
        select
            kpi_id,
            kpi_catalog.name_{language},
            kpi_catalog.unit,
            kpi_values.period_start::date,
            kpi_values.value::double,
            kpi_values.previous_value::double,
            kpi_values.sample_size::bigint,
            coalesce(kpi_catalog.min_sample, 0)::bigint,
            coalesce(kpi_values.is_reliable, true),
            kpi_values.is_partial,
            kpi_values.is_mature,
            kpi_catalog.is_proportion,
            kpi_catalog.shape,
            kpi_catalog.family,
            kpi_catalog.is_headline,
            nullif({reading_unit(connection)}, kpi_catalog.unit),
            kpi_catalog.unit in ('count', 'amount') and kpi_values.denominator is null
        from kpi.kpi_values
        inner join kpi.kpi_catalog using (kpi_id)
        where
            kpi_values.grain = 'month'
            and kpi_values.dimension = 'all'
            and kpi_values.value is not null
        qualify row_number() over (
            partition by kpi_id
            order by
                kpi_values.is_partial or kpi_values.is_mature is not distinct from false,
                list_position($statistics::varchar[], kpi_values.statistic),
                kpi_values.is_partial,
                if(kpi_values.is_mature is not distinct from false, kpi_values.period_start, null)
                    nulls first,
                kpi_values.period_start desc
        ) = 1
        order by kpi_catalog.rowid
        """,
        {"statistics": list(STATISTICS)},
    ).fetchall()
    return [Headline(*row) for row in rows]
