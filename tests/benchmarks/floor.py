"""The floor: what the least work costs that finds the same twenty KPIs, and whether it does.

What belongs here: running `sql/floor.sql`, plain SQL on the landed files, and comparing what it
finds with what was published. What does not: the SQL of the warehouse, of which it shares nothing.

    python -m tests.benchmarks.floor --data build/benchmark/1m/data
"""

import argparse
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from orchestration.demo.texts import INTERNAL_DOMAIN
from orchestration.quoting import quoted_text

QUERY = Path(__file__).parent / "sql" / "floor.sql"

TAKE_THEIR_CHANNEL_FROM_A_PERSON = (
    "new_prospects",
    "deals_won",
    "deal_win_rate",
    "quotes_sent",
    "orders_count",
    "revenue",
)
"""KPIs whose channel is that of the first touch, which the floor does not look for."""

DIFFERENCES = """
    with published as (
        select kpi_id, dimension, dimension_value, period_start as month, value
        from published.kpi.kpi_values
        where
            grain = 'month'
            and statistic = 'value'
            and dimension in ('all', 'channel', 'rep', 'sector')
            and kpi_id in (select kpi_id from floor)
            and not (dimension = 'channel' and list_contains($without_channel, kpi_id))
    )

    select
        kpi_id, dimension, dimension_value, month,
        published.value as published_value, floor.value as floor_value
    from published
    full join floor using (kpi_id, dimension, dimension_value, month)
    -- of the whole, a month without anything is published as 0
    where case
        when published.value = 0 and floor.value is null then dimension != 'all'
        else coalesce(
            abs(published.value - floor.value) > 1e-9 * greatest(1, abs(floor.value)), true
        )
    end
    order by all
"""


class FloorDiffersError(Exception):
    """The floor and the published version do not say the same: no ratio means anything."""


@dataclass(frozen=True)
class Compared:
    """How many KPIs and values were compared, and what differs."""

    kpis: int
    values: int
    differences: tuple[tuple[object, ...], ...]


def build(connection: duckdb.DuckDBPyConnection, landing: Path, as_of: date) -> None:
    """Compute the floor from the landed files into the table `floor`."""
    connection.execute("set preserve_insertion_order = false")
    connection.execute("set variable landing = $path", {"path": str(landing)})
    connection.execute("set variable as_of = $day", {"day": as_of})
    connection.execute("set variable internal_domain = $domain", {"domain": INTERNAL_DOMAIN})
    connection.execute(QUERY.read_text("utf-8"))


def compare(connection: duckdb.DuckDBPyConnection, published: Path) -> Compared:
    """Compare the table `floor` with the values of a published version."""
    connection.execute(f"attach {quoted_text(published)} as published (read_only)")
    found = connection.execute(
        DIFFERENCES, {"without_channel": list(TAKE_THEIR_CHANNEL_FROM_A_PERSON)}
    ).fetchall()
    counted = connection.execute("select count(distinct kpi_id), count(*) from floor").fetchone()
    connection.execute("detach published")
    assert counted is not None  # an aggregate without grouping has one row
    return Compared(counted[0], counted[1], tuple(found))


def compared(kept: Path, published: Path) -> Compared:
    """Compare the floor that a Parquet file keeps with the values of a published version."""
    with duckdb.connect() as connection:
        connection.execute("create table floor as from read_parquet($file)", {"file": str(kept)})
        return compare(connection, published)


def require_same(found: Compared) -> None:
    """Say which values differ, unless none does."""
    if not found.differences:
        return
    shown = "\n".join(
        f"  {kpi} of {month} by {dimension} {value}: published {ours}, floor {theirs}"
        for kpi, dimension, value, month, ours, theirs in found.differences[:10]
    )
    raise FloorDiffersError(
        f"{len(found.differences)} of {found.values} values differ from the floor:\n{shown}"
    )


def as_of_published(published: Path) -> date:
    """Return the day that a published version looks back from."""
    with duckdb.connect(published, read_only=True) as connection:
        row = connection.execute("select as_of from core.dim_clock").fetchone()
    assert row is not None  # the clock has one row
    day: date = row[0]
    return day


def main() -> None:
    """Compute the floor of a data folder into a database; compare it when asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="of a finished refresh")
    parser.add_argument("--as-of", type=date.fromisoformat, help="default: as published")
    parser.add_argument("--into", type=Path, help="keep it as Parquet; nothing is compared then")
    arguments = parser.parse_args()
    published = arguments.data / "published" / "current" / "prospection.duckdb"
    day = arguments.as_of or as_of_published(published)
    with duckdb.connect() as connection:
        build(connection, arguments.data / "landing", day)
        if arguments.into:
            connection.execute(f"copy floor to {quoted_text(arguments.into)} (format parquet)")
            return
        found = compare(connection, published)
        require_same(found)
        print(f"{found.values:,} values of {found.kpis} KPIs are the same")


if __name__ == "__main__":
    main()
