"""Which KPIs rows can give: the same as the warehouse publishes of the same rows.

What belongs here: small companies of which a refresh is known to publish certain KPIs, and tools
whose tables can become only some things. What does not: the refresh (see
`tests/python/integration/test_partial_companies.py`, whose companies these are).
"""

import csv
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from orchestration.environment import PROJECT_DIR
from orchestration.formats.descriptions import GENERIC, known_formats, read_format
from orchestration.inspection.supply import (
    Outcomes,
    met_conditions,
    possible_rows,
    seen_events,
    supplied_kpis,
)
from orchestration.kpis.catalogue import Catalogue, read_catalogue
from orchestration.quoting import quoted_name
from tests.python.integration.test_partial_companies import (
    ACTIVITIES,
    DEALS,
    OF_ACTIVITIES,
    OF_DEALS,
)

ENTITIES = known_formats()[GENERIC].entities


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return read_catalogue()


@pytest.fixture(scope="module")
def outcomes() -> Outcomes:
    with (PROJECT_DIR / "seeds" / "activity_outcomes.csv").open(encoding="utf-8") as lines:
        return {
            (row["channel"], row["direction"], row["outcome"]): row["meaning"]
            for row in csv.DictReader(lines)
        }


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        yield opened


def rows_of(entity: str, text: str, connection: duckdb.DuckDBPyConnection) -> str:
    """Make a table of the rows of a file; return what reads all columns of the entity from it."""
    header, *lines = csv.reader(text.strip().splitlines())
    connection.execute(f"create table {entity} ({', '.join(f'{name} varchar' for name in header)})")
    connection.executemany(f"insert into {entity} values ({', '.join('?' * len(header))})", lines)
    cells = (
        quoted_name(name) if name in header else f"null::varchar as {quoted_name(name)}"
        for name in ENTITIES[entity].column_names
    )
    return f"(select {', '.join(cells)} from {entity})"


def kpis_of(
    rows: dict[str, str],
    catalogue: Catalogue,
    outcomes: Outcomes,
    connection: duckdb.DuckDBPyConnection,
) -> frozenset[str]:
    met = met_conditions(catalogue, rows, outcomes, connection)
    return supplied_kpis(catalogue, seen_events(catalogue, met))


@pytest.mark.parametrize(
    ("entity", "text", "published"),
    [("deals", DEALS, OF_DEALS), ("activities", ACTIVITIES, OF_ACTIVITIES)],
    ids=["deals", "activities"],
)
def test_rows_give_the_kpis_that_a_refresh_publishes(
    entity: str,
    text: str,
    published: set[str],
    catalogue: Catalogue,
    outcomes: Outcomes,
    connection: duckdb.DuckDBPyConnection,
) -> None:
    rows = {entity: rows_of(entity, text, connection)}
    assert kpis_of(rows, catalogue, outcomes, connection) == published


def test_a_channel_that_nobody_used_gives_no_kpi(
    catalogue: Catalogue, outcomes: Outcomes, connection: duckdb.DuckDBPyConnection
) -> None:
    """Invitations on LinkedIn say nothing of calls, though both are activities."""
    text = "activity_id,occurred_at,channel,direction\nT1,2026-01-12,linkedin,outbound"
    rows = {"activities": rows_of("activities", text, connection)}
    kpis = kpis_of(rows, catalogue, outcomes, connection)
    assert "linkedin_touches" in kpis
    assert not kpis & {"calls_to_prospects", "calls_total", "letters_sent", "prospecting_emails"}


def test_nothing_gives_nothing(
    catalogue: Catalogue, outcomes: Outcomes, connection: duckdb.DuckDBPyConnection
) -> None:
    assert not kpis_of({}, catalogue, outcomes, connection)


TOOL = """\
format: phones
tables:
  calls:
    columns:
      id: {type: id, required: true, key: true, aliases: [Call]}
      kind: {type: text, aliases: [Kind]}
      called_at: {type: moment, required: true, aliases: [At]}
make:
  - entity: activities
    from: calls
    let: {way: "case when folded(kind) = 'in' then 'inbound' else 'outbound' end"}
    columns:
      activity_id: id
      occurred_at: called_at
      channel: "'call'"
      direction: way
      outcome: "case when kind = 'missed' then 'no_answer' else 'answered' end"
"""


def test_a_tool_can_give_what_its_makes_can_come_to(
    tmp_path: Path,
    catalogue: Catalogue,
    outcomes: Outcomes,
    connection: duckdb.DuckDBPyConnection,
) -> None:
    (tmp_path / "phones.yml").write_text(TOOL, encoding="utf-8")
    tool = read_format(tmp_path / "phones.yml")
    rows = possible_rows(tool, outcomes)
    listed = connection.execute(
        f"select channel, direction, outcome, prospect_id from {rows['activities']} as given"
    ).fetchall()
    assert set(listed) == {
        ("call", direction, outcome, None)
        for direction in ("inbound", "outbound")
        for outcome in ("answered", "no_answer")
    }
    kpis = kpis_of(rows, catalogue, outcomes, connection)
    assert {"calls_total", "call_answer_rate", "conversations"} <= kpis
    assert not kpis & {"meetings_booked", "prospecting_emails", "linkedin_touches"}
    # nobody is named, so that nobody is known to have been contacted
    assert "prospects_contacted" not in kpis
    assert not possible_rows(tool, outcomes, tables=[])
