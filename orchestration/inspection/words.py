"""Words that somebody has to say the meaning of: stages, outcomes of activities, currencies.

What belongs here: counting them by source. What does not: words of lists that the format closes
(see `cells.py`).
"""

import csv
from collections.abc import Iterable, Iterator

import duckdb

from orchestration.environment import PROJECT_DIR
from orchestration.formats.descriptions import GENERIC, known_formats
from orchestration.inspection.findings import CurrencyFinding, OutcomeFinding, StageFinding
from orchestration.inspection.rows import Rows
from orchestration.inspection.supply import ANY, Outcomes
from orchestration.landing.reference_tables import Row


def outcome_meanings(own: Iterable[Row] = ()) -> Outcomes:
    """Return what outcomes mean: as shipped, and as the company says instead."""
    shipped = PROJECT_DIR / "seeds" / "activity_outcomes.csv"
    with shipped.open(encoding="utf-8", newline="") as lines:
        rows: list[Row] = [*csv.DictReader(lines), *own]
    return {
        (str(row["channel"]), str(row["direction"]), str(row["outcome"] or "")): str(row["meaning"])
        for row in rows
    }


def stages(rows: Rows, connection: duckdb.DuckDBPyConnection) -> Iterator[StageFinding]:
    """Yield the stages of deals, those that nothing classifies first."""
    if "deals" not in rows:
        return
    found = connection.execute(
        f"""
        select
            _source,
            any_value(trim(stage)),
            count(*) filter (where coalesce(lower(trim(status)), 'open') = 'open'),
            count(*) filter (where lower(trim(status)) = 'won'),
            count(*) filter (where lower(trim(status)) = 'lost'),
            count(*) filter (where lower(trim(is_stage_unknown)) = 'true') as unknown
        from {rows.relation("deals")} as deals
        where nullif(trim(stage), '') is not null
        group by _source, lower(trim(stage))
        order by _source, unknown desc, count(*) desc, 2
        """
    ).fetchall()
    for row in found:
        yield StageFinding(*row)


def unknown_outcomes(
    rows: Rows, outcomes: Outcomes, connection: duckdb.DuckDBPyConnection
) -> Iterator[OutcomeFinding]:
    """Yield the outcomes that have no meaning: they count as plain touches."""
    if "activities" not in rows:
        return
    found = connection.execute(
        f"""
        select
            _source, lower(trim(channel)), lower(trim(direction)), lower(trim(outcome)), count(*)
        from {rows.relation("activities")} as activities
        where nullif(trim(outcome), '') is not null
        group by all
        order by count(*) desc, 1, 2, 3, 4
        """
    ).fetchall()
    for source, channel, direction, outcome, number in found:
        known = ((one, other) for one in (channel, ANY) for other in (direction, ANY))
        if not any((one, other, outcome) in outcomes for one, other in known):
            yield OutcomeFinding(source, channel or "", direction or "", outcome, number)


def currencies_without_rate(
    rows: Rows, reporting_currency: str, connection: duckdb.DuckDBPyConnection
) -> Iterator[CurrencyFinding]:
    """Yield the currencies that are not the reporting one and have no exchange rate at all."""
    of_entities = [
        f"select _source, upper(trim(currency)) as currency from {rows.relation(name)} as given"
        for name, entity in known_formats()[GENERIC].entities.items()
        if "currency" in entity.column_names and name != "fx_rates" and name in rows
    ]
    if not of_entities:
        return
    known = "select null::varchar as currency where false"
    if "fx_rates" in rows:
        rates = rows.relation("fx_rates")
        known = f"select distinct upper(trim(currency)) as currency from {rates} as given"
    found = connection.execute(
        f"""
        select _source, currency, count(*)
        from ({" union all ".join(of_entities)}) as written
        anti join ({known}) as known using (currency)
        where nullif(currency, '') is not null and currency != ?
        group by all
        order by count(*) desc, 1, 2, 3
        """,
        [reporting_currency],
    ).fetchall()
    for row in found:
        yield CurrencyFinding(*row)
