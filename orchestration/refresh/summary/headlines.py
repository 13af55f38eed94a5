"""The headline figures: which KPIs are shown, and in which month.

What belongs here: choosing and reading the few rows of a published version that are shown. What
does not: computing any of them, and how a figure is written (see `figures.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import duckdb

from dashboard.reading import STATISTICS
from orchestration.refresh.summary.wording import Language


@dataclass(frozen=True)
class Headline:
    """A headline KPI in its last complete month.

    Attributes:
        name: its name in the reader's language.
        unit: count, rate, ratio, amount, days, hours or score.
        month: the month's first day.
        value: its value; never null here.
        previous_value: that of the month before, or None when the two do not compare.

    """

    name: str
    unit: str
    month: date
    value: float
    previous_value: float | None


def read_headlines(
    connection: duckdb.DuckDBPyConnection, language: Language, kpi_ids: Sequence[str] = ()
) -> list[Headline]:
    """Return the headline KPIs, each in its last complete (and, for cohorts, mature) month.

    Args:
        connection: a published version, open.
        language: of the names.
        kpi_ids: the KPIs to show, in this order; by default those that the catalogue marks.

    """
    rows = connection.execute(
        f"""
        select
            kpi_catalog.name_{language},
            kpi_catalog.unit,
            kpi_values.period_start::date,
            kpi_values.value::double,
            kpi_values.previous_value::double
        from kpi.kpi_values
        inner join kpi.kpi_catalog using (kpi_id)
        where
            kpi_values.grain = 'month'
            and kpi_values.dimension = 'all'
            and kpi_values.value is not null
            and not kpi_values.is_partial
            and kpi_values.is_mature is distinct from false
            and case
                when len($kpi_ids::varchar[]) = 0 then kpi_catalog.is_headline
                else list_contains($kpi_ids::varchar[], kpi_id)
            end
        qualify row_number() over (
            partition by kpi_id
            order by
                list_position($statistics::varchar[], kpi_values.statistic),
                kpi_values.period_start desc
        ) = 1
        order by list_position($kpi_ids::varchar[], kpi_id), kpi_catalog.family, kpi_id
        """,
        {"kpi_ids": list(kpi_ids), "statistics": list(STATISTICS)},
    ).fetchall()
    return [Headline(*row) for row in rows]
