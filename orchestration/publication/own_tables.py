"""What a publication itself says of a version: its refresh, restatements, what gates found.

What belongs here: these tables, their rows and their descriptions. What does not: comparing two
versions (see `restatements.py`), and every table that dbt makes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from importlib.metadata import version as package_version
from typing import Any

import duckdb

from orchestration.publication.contents import PublishedColumn, PublishedTable
from orchestration.validation.findings import Finding


@dataclass(frozen=True)
class RefreshFacts:
    """What a version says of the refresh that made it (`meta.refresh`).

    Attributes:
        run_id: id of the run.
        started_at: when the run started, UTC.
        as_of: the day at which everything is seen.
        newest_events: newest day with an event, by source.
        held_back: what part of the input is not in this version, for people.
        settings: the reporting settings in force.

    """

    run_id: str
    started_at: datetime
    as_of: date | None
    newest_events: Mapping[str, date] = field(default_factory=dict)
    held_back: Sequence[str] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)


def _table(name: str, description: str, columns: Mapping[str, tuple[str, str]]) -> PublishedTable:
    described = (
        PublishedColumn(column, kind, description=means)
        for column, (kind, means) in columns.items()
    )
    return PublishedTable("meta", name, tuple(described), description)


REFRESH = _table(
    "refresh",
    "One row: the refresh that made this version.",
    {
        "run_id": ("VARCHAR", "Id of the run"),
        "version": ("VARCHAR", "Name of the version: when it was published (UTC), and the run"),
        "started_at": ("TIMESTAMP", "When the refresh began (UTC)"),
        "published_at": ("TIMESTAMP", "When it was published (UTC)"),
        "as_of": ("DATE", "The day at whose end everything is seen"),
        "project_version": ("VARCHAR", "Release of Prospection"),
        "dbt_version": ("VARCHAR", "Release of dbt"),
        "duckdb_version": ("VARCHAR", "Release of DuckDB"),
        "newest_event_on": (
            "VARCHAR",
            "Newest day with an event of each source, `source: day` separated by `; `; "
            "source_freshness has a row for each; empty without an event",
        ),
        "held_back": (
            "VARCHAR",
            "What part of the exports is not in this version, a line for each; empty for none",
        ),
    },
)

RESTATEMENTS = _table(
    "restatements",
    "One row per KPI value of a closed period that is another than in the version before.",
    {
        "kpi_id": ("VARCHAR", "KPI"),
        "statistic": (
            "VARCHAR",
            "value; in_window of a cohort; mean, median or p90 of a duration",
        ),
        "grain": ("VARCHAR", "day, week, half_month, month, quarter or year"),
        "period_start": ("DATE", "First day of the period"),
        "dimension": ("VARCHAR", "Dimension, `all` for everything"),
        "dimension_value": ("VARCHAR", "Value of the dimension; `(unknown)` where it is missing"),
        "version_before": ("VARCHAR", "Name of the version that it is compared with"),
        "value_before": ("DOUBLE", "Value in that version; null where it has no such row"),
        "value_now": ("DOUBLE", "Value in this version; null where it has no such row"),
        "explained_by": (
            "VARCHAR",
            "What was declared or sent that explains it, such as a first load or another setting; "
            "null where nothing does",
        ),
    },
)

OWN_TABLES = (REFRESH, RESTATEMENTS)


def make_refresh(
    connection: duckdb.DuckDBPyConnection, facts: RefreshFacts, name: str, created_at: datetime
) -> None:
    """Make the one row of `meta.refresh`."""
    connection.execute(
        """
        create temp table refresh as
        select
            ?::varchar as run_id,
            ?::varchar as version,
            ?::timestamp as started_at,
            ?::timestamp as published_at,
            ?::date as as_of,
            ?::varchar as project_version,
            ?::varchar as dbt_version,
            ?::varchar as duckdb_version,
            ?::varchar as newest_event_on,
            ?::varchar as held_back
        """,
        [
            facts.run_id,
            name,
            facts.started_at.astimezone(UTC).replace(tzinfo=None),
            created_at.replace(tzinfo=None),
            facts.as_of,
            package_version("prospection"),
            package_version("dbt-core"),
            duckdb.__version__,
            "; ".join(f"{source}: {day}" for source, day in facts.newest_events.items()),
            "\n".join(facts.held_back),
        ],
    )


def make_gate_findings(connection: duckdb.DuckDBPyConnection, findings: Sequence[Finding]) -> None:
    """Make the table `gate_findings`: what the gates found, as rows of `meta.data_quality`."""
    connection.execute(
        """
        create temp table gate_findings (
            check_name varchar, source varchar, entity varchar, column_name varchar, rule varchar,
            issue_count bigint
        )
        """
    )
    if findings:
        connection.executemany("insert into gate_findings values (?, ?, ?, ?, ?, ?)", findings)


def kpi_descriptions(
    connection: duckdb.DuckDBPyConnection, columns: Mapping[str, Any]
) -> dict[str, str]:
    """Return what each KPI of the warehouse's catalogue is, for a column that holds it."""
    if "kpi.kpi_catalog" not in columns:
        return {}
    rows = connection.execute(
        """
        select
            kpi_id,
            concat(
                name_en, ' / ', name_fr, ': ', definition_en, ' (', unit,
                case when statistics != 'value' then ', ' || split_part(statistics, '|', 1) end,
                '); null where the catalogue has no value of it'
            )
        from warehouse.kpi.kpi_catalog
        """
    ).fetchall()
    return dict(rows)
