"""The files of a dashboard that list the records behind its numbers.

What belongs here: which files there are, and opening the version that they are made from. What does
not: what is in a month's (see `lists.py`), and writing them (see `dashboard/building.py`).

    records/terms       what each side of a KPI counts, what others are computed from, and the links
    records/<month>     the lists of that month, by its first day

There is none where more has happened than `MOST_ACTIVITIES`.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from dashboard.building import Lists
from orchestration.kpis.catalogue import read_catalogue
from orchestration.publication.records.lists import (
    MOST_LISTED,
    MOST_PUBLISHED,
    activity_count,
    month_lists,
)
from orchestration.settings.written import LINKS_FILE

PEOPLE = "prospects"

MOST_ACTIVITIES = 150_000
"""Activities of the months with lists up to which there are any: every one of them is looked at
under every dimension, which beyond it would cost as much as the rest of a refresh."""

Links = Mapping[str, Mapping[str, str]]
"""By source and entity the address of a record."""


def read_links(settings: Path) -> Links:
    """Return the links as the last load wrote them, from the folder of the settings."""
    links: dict[str, dict[str, str]] = {}
    file = settings / LINKS_FILE
    for row in pq.read_table(file).to_pylist() if file.exists() else ():
        links.setdefault(row["source"], {})[row["entity"]] = row["link"]
    return links


def linked_people(links: Links) -> list[str]:
    """Return the sources whose people are linked to."""
    return [source for source, own in links.items() if PEOPLE in own]


def record_files(
    database: Path, parquet: Path, links: Links, memory_limit: str | None = None
) -> Lists:
    """Return what yields the files of a version, by key, when told the values that pages show.

    Args:
        database: the published `prospection.duckdb`.
        parquet: the folder of its Parquet files.
        links: the links to records.
        memory_limit: the memory that DuckDB may take, such as `2GB`; None for its own.

    """

    def files(values: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, Any]]:
        config: dict[str, Any] = {} if memory_limit is None else {"memory_limit": memory_limit}
        with duckdb.connect(str(database), read_only=True, config=config) as connection:
            if activity_count(connection, parquet) > MOST_ACTIVITIES:
                return
            yield "records/terms", _terms(connection, links)
            people = linked_people(links)
            with _one_thread(connection):
                for month, content in month_lists(connection, parquet, values, people):
                    yield f"records/{month}", content

    return files


@contextmanager
def _one_thread(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Have all who are connected to a database compute on one thread.

    For a hundred queries on few rows: a second thread would cost half as much again.
    """
    connection.execute("set threads = 1")
    try:
        yield
    finally:
        connection.execute("reset threads")


def _terms(connection: duckdb.DuckDBPyConnection, links: Links) -> dict[str, Any]:
    """Return what a page needs to put the sides of a KPI together from lists."""
    terms: dict[str, dict[str, list[Any]]] = {}
    rows = connection.execute(
        """
        select kpi_id, statistic, side, weight, event, measure from kpi.kpi_terms
        where side in ('numerator', 'denominator')
        order by kpi_id, statistic, side desc, event, measure
        """
    ).fetchall()
    for kpi_id, statistic, *term in rows:
        terms.setdefault(kpi_id, {}).setdefault(statistic, []).append(term)
    made_of = {
        kpi.kpi_id: list(kpi.made_of) for kpi in read_catalogue().kpis.values() if kpi.made_of
    }
    return {
        "terms": terms,
        "made_of": made_of,
        "links": links,
        "most": MOST_LISTED,
        "published": MOST_PUBLISHED,
    }
