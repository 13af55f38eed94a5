"""What the last kept report told, and which of it is another value now.

What belongs here: keeping the values of a report, and comparing them with a later version. What
does not: what changed between two versions (see `publication/restatements.py`).
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from dashboard.reading import STATISTICS
from dashboard.report import ReportPeriod, period_name
from orchestration.files import read_json_as, write_json
from orchestration.paths import Paths

NOTICEABLE = 5e-4
"""The relative difference from which on two values are told apart."""

MOST_PERIODS = 13
"""The values of so many periods back are kept: a year, and the one that a report is of."""


@dataclass(frozen=True)
class Restated:
    """A value that a report told and that is another one now; None where there is none any more."""

    kpi_id: str
    grain: str
    period_start: date
    value_before: float
    value_now: float | None


@dataclass(frozen=True)
class Restatements:
    """What is another value now than the last report told.

    Attributes:
        grain: that of the last report's period.
        period: the first day of that period.
        as_of: the day that report was seen at.
        rows: the values, those that changed most first.

    """

    grain: str
    period: date
    as_of: date
    rows: Sequence[Restated]

    def facts(self) -> dict[str, Any]:
        """Return it as a page reads it and state keeps it: days in ISO form."""
        rows = [{**asdict(row), "period_start": row.period_start.isoformat()} for row in self.rows]
        return {
            "grain": self.grain,
            "period": self.period.isoformat(),
            "as_of": self.as_of.isoformat(),
            "rows": rows,
        }


def keep_told(
    paths: Paths,
    database: Path,
    period: ReportPeriod,
    as_of: date,
    restated: Restatements | None,
) -> None:
    """Keep the final values that the report of this period tells, and what it says is restated."""
    values = _final_values(database, period.grain, period.start)
    write_json(
        _file(paths),
        {
            "grain": period.grain,
            "period": period.start,
            "as_of": as_of,
            "values": [[kpi, start, value] for kpi, start, value in values],
            "restated": restated.facts() if restated else None,
        },
    )


def read_restated(paths: Paths) -> Restatements | None:
    """Return what the last kept report says is restated; None where it says nothing."""
    told = read_json_as(_file(paths), _as_told, _REMEDY)
    return told.restated if told else None


def find_restated(paths: Paths, database: Path) -> Restatements | None:
    """Return what is another value now than the last kept report told; None before there was one.

    Values that were not final then (a period in progress, cohorts that had not had their time) are
    no part of it, nor are those of KPIs that are no longer defined.
    """
    told = read_json_as(_file(paths), _as_told, _REMEDY)
    if told is None:
        return None
    now, known = _values_now(database, told.grain)
    rows = [
        Restated(kpi, told.grain, start, value, now.get((kpi, start)))
        for (kpi, start), value in told.values.items()
        if kpi in known and _share((value, now.get((kpi, start)))) > NOTICEABLE
    ]
    rows.sort(key=lambda row: (-_share((row.value_before, row.value_now)), row.kpi_id))
    return Restatements(told.grain, told.period, told.as_of, rows)


def told_period(restatements: Restatements) -> str:
    """Return how the period of the last report is written."""
    return period_name(restatements.grain, restatements.period)


def _share(values: tuple[float, float | None]) -> float:
    """Return how far two values are apart, by the larger one; 1 where there is only one."""
    before, now = values
    if now is None:
        return 1.0
    size = max(abs(before), abs(now))
    return abs(before - now) / size if size else 0.0


_REMEDY = "delete it: the next report says nothing of what has changed since the one before"


class _Told(NamedTuple):
    """What is kept of a report: the values it told as final, and what it said was restated."""

    grain: str
    period: date
    as_of: date
    values: dict[tuple[str, date], float]
    restated: Restatements | None


def _file(paths: Paths) -> Path:
    return paths.state / "report_told.json"


def _as_told(content: Any) -> _Told:
    said = content["restated"]
    return _Told(
        content["grain"],
        date.fromisoformat(content["period"]),
        date.fromisoformat(content["as_of"]),
        {(kpi, date.fromisoformat(start)): value for kpi, start, value in content["values"]},
        said and _as_restatements(said),
    )


def _as_restatements(content: Any) -> Restatements:
    rows = [
        Restated(**{**row, "period_start": date.fromisoformat(row["period_start"])})
        for row in content["rows"]
    ]
    period, as_of = (date.fromisoformat(content[name]) for name in ("period", "as_of"))
    return Restatements(content["grain"], period, as_of, rows)


_FIRST_STATISTIC = """
    where
        dimension = 'all' and grain = $grain and statistic != 'to_date' and value is not null
    qualify
        row_number() over (
            partition by kpi_id, period_start
            order by list_position($statistics, statistic)
        ) = 1
"""


def _final_values(database: Path, grain: str, until: date) -> list[tuple[str, date, float]]:
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(
            f"""
            with values_told as (
                select kpi_id, period_start, value, is_partial, is_mature from kpi.kpi_values
                {_FIRST_STATISTIC}
            ),

            periods as (
                select distinct period_start from values_told where period_start <= $until
                order by period_start desc limit {MOST_PERIODS}
            )

            select kpi_id, period_start, value::double
            from values_told
            semi join periods using (period_start)
            where not is_partial and is_mature is distinct from false
            order by all
            """,
            {"grain": grain, "until": until, "statistics": list(STATISTICS)},
        ).fetchall()


def _values_now(database: Path, grain: str) -> tuple[dict[tuple[str, date], float], set[str]]:
    """Return the values by KPI and period, and the KPIs that are defined."""
    with duckdb.connect(str(database), read_only=True) as connection:
        rows = connection.execute(
            f"select kpi_id, period_start, value::double from kpi.kpi_values {_FIRST_STATISTIC}",
            {"grain": grain, "statistics": list(STATISTICS)},
        ).fetchall()
        known = connection.execute("select kpi_id from kpi.kpi_catalog").fetchall()
    return {(kpi, start): value for kpi, start, value in rows}, {kpi for (kpi,) in known}
