"""The one query that explains every KPI of events: its members, each with value and weight.

What belongs here: the SQL over a published version. What does not: who asks, an explanation of one
value (see `orchestration/explanation`) or the lists of a dashboard (see `lists.py`).

Members come from three relations: `kpi_event_records`; the activities, which are their own records
(see `touches.py`); the costs, spread by `kpi_cost_shares` under what they do not name. A side of a
KPI is the sum of weight times value over its members; docs/records.md tells the same in words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from orchestration.publication.records.touches import WHO, touch_members, touches_of
from orchestration.quoting import quoted_text

EVENT_RECORDS = "kpi.kpi_event_records"
ACTIVITIES = "core.fct_activities"

ALLOCATED = ("sender_account", *WHO)
"""The dimensions that no cost names itself."""


@dataclass(frozen=True)
class Parts:
    """Relations that hold some of the rows of large tables; None for all of them.

    Attributes:
        events: rows of `kpi_event_records`.
        touches: rows of `touches_of`.

    """

    events: str | None = None
    touches: str | None = None


def member_query(parquet: Path, dimension: str) -> str:
    """Return the query of the members of values by a dimension.

    Its parameters choose: `$kpi` and `$statistic` (null: every one), `$grain`, `$start` (the first
    day of the period; null: every period) and `$value` (of the dimension; null: every one).

    Args:
        parquet: the folder of the version's Parquet files.
        dimension: one that values are published by; it is part of the SQL.

    """
    return f"""
    with {_placed(parquet, dimension)}

    select
        terms.kpi_id,
        terms.statistic,
        terms.side,
        terms.weight,
        placed.*
    from terms
    inner join placed
        on
            terms.event = placed.event
            and terms.measure = placed.measure
    """


def placed_query(parquet: Path, dimension: str, since: date, parts: Parts = Parts()) -> str:
    """Return the query of the members of all that is counted, whichever KPIs count it.

    Its parameters are those of `member_query`.

    Args:
        parquet: the folder of the version's Parquet files.
        dimension: one that values are published by; it is part of the SQL.
        since: the first day of the first period that is wanted.
        parts: where only some members are wanted, the relations that hold them.

    """
    return f"""
    with {_placed(parquet, dimension, since, parts)}

    select * from placed
    """


def record_query(members: str, by: Sequence[str] = ("side", "weight")) -> str:
    """Return the query of the records that members are told by.

    Args:
        members: the relation of the members, as `member_query` or `placed_query` has them.
        by: what tells one list of records from another, besides event and measure.

    """
    lists = ", ".join([*by, "event", "measure"])
    return f"""
    select
        {lists}, record_source, record_entity, record_id,
        subject_source, subject_entity, subject_id, anchor_source, anchor_entity, anchor_id,
        max(day) as day, sum(value) as value, sum(amount) as amount, max(lag_days) as lag_days
    from {members}
    where measure not in ('level', 'start')
    group by all
    -- what adds nothing is not told; a quantile counts a 0 as any other amount
    having measure in ('median', 'p90') or sum(value) is distinct from 0
    union all by name
    -- what stands is what came and did not go: one row per customer or deal
    select * exclude (last), unnest(last)
    from (
        select
            {lists},
            any_value(subject_source) as subject_source,
            any_value(subject_entity) as subject_entity,
            any_value(subject_id) as subject_id,
            max(struct_pack(
                day := day, record_source := record_source, record_entity := record_entity,
                record_id := record_id
            )) as last,
            sum(value) as value, sum(amount) as amount
        from {members}
        where measure in ('level', 'start')
        group by
            {lists},
            coalesce(subject_source, record_source),
            coalesce(subject_entity, record_entity),
            coalesce(subject_id, record_id)
        having abs(coalesce(sum(value), 0)) > 1e-9
    )
"""


def _placed(parquet: Path, dimension: str, since: date = date.min, parts: Parts = Parts()) -> str:
    """Return the CTEs of the members of all that is counted, each in its periods: `placed`.

    Args:
        parquet: the folder of the version's Parquet files.
        dimension: the dimension.
        since: the first day of the first period.
        parts: the relations that hold the members, where they are not the tables.

    """
    events = parts.events or read_table(parquet, EVENT_RECORDS, by_month=True)
    touches = parts.touches or f"({touches_of(read_table(parquet, ACTIVITIES, by_month=True))})"
    relations = [_events(events, dimension), touch_members(touches, dimension)]
    if dimension in ALLOCATED:
        relations.append(_allocated_costs(parquet, dimension))
    members = "\nunion all by name\n".join(f"from ({each})" for each in relations)
    return f"""
    terms as (
        select
            kpi_terms.*,
            case when kpi_terms.measure like 'w%' then kpi_terms.measure[2:]::integer end
                as window_days
        from kpi.kpi_terms as kpi_terms
        inner join kpi.kpi_event_types as event_types using (event)
        where
            ($kpi is null or kpi_terms.kpi_id = $kpi)
            and ($statistic is null or kpi_terms.statistic = $statistic)
            and list_contains(string_split(event_types.dimensions, '|'), {quoted_text(dimension)})
    ),

    asked as (
        select
            periods.grain,
            periods.period_start,
            least(periods.period_end, clock.as_of) as last_day
        from kpi.kpi_periods as periods
        cross join core.dim_clock as clock
        where
            periods.grain = $grain
            and periods.period_start >= date {quoted_text(since.isoformat())}
            and ($start is null or periods.period_start = $start)
    ),

    days as (
        select
            period_start,
            unnest(generate_series(period_start, last_day, interval 1 day))::date as day
        from asked
    ),

    counted as (select distinct event, measure, window_days from terms),

    members as ({members}),

    counting as materialized (
        select
            members.*,
            counted.measure,
            case
                when counted.measure in ('n', 'distinct') then 1
                when counted.window_days is not null
                    then (members.lag_days <= counted.window_days)::integer
                else members.amount
            end as value
        from members
        inner join counted
            on
                members.event = counted.event
                and coalesce(members.only_measure, counted.measure) = counted.measure
        where
            ($value is null or members.dimension_value = $value)
            and (
                members.grain is not null
                or counted.measure in ('level', 'start')
                or members.day between (select min(day) from days) and (select max(day) from days)
            )
    ),

    -- most happens on a day of the period; that is an equality, which costs a tenth of a range
    happened as (
        select counting.* exclude (grain, period_start), days.period_start
        from counting
        inner join days on counting.day = days.day
        where counting.grain is null and counting.measure not in ('level', 'start')
        union all by name
        select counting.* exclude (grain, period_start), asked.period_start
        from counting
        inner join asked
            on
                counting.day <= asked.last_day
                and (counting.measure = 'level' or counting.day < asked.period_start)
        where counting.grain is null and counting.measure in ('level', 'start')
        union all by name
        select counting.* exclude (grain)
        from counting
        inner join asked using (grain, period_start)
    ),

    placed as (
        select * from happened
        where once_per is null
        union all by name
        select * from happened
        where once_per is not null
        qualify
            row_number() over (
                partition by event, measure, period_start, dimension_value, once_per
                order by day, record_source, record_id
            ) = 1
    )
    """


def read_table(parquet: Path, table: str, by_month: bool = False) -> str:
    """Return the relation of a table's Parquet files: one, or one per month, if it has any row."""
    files = parquet / table.replace(".", "/") / ("**/data.parquet" if by_month else "data.parquet")
    return f"read_parquet({quoted_text(files)}, hive_partitioning = false)"


def _events(events: str, dimension: str) -> str:
    """Return the rows of `kpi_event_records` that count under a dimension.

    They have every column of a member; the other relations lack those that would be null.
    `only_measure` is the one measure that the row is for; null for each. Of the rows that say the
    same in `once_per` the first of a period counts, and no other.
    """
    word, join = "'all'", ""
    if dimension != "all":
        word = "words.dimension_value"
        join = (
            "inner join kpi.kpi_dimension_values as words "
            f"on records.{dimension} = words.value_code"
        )
    return f"""
    select
        records.event, records.grain, records.period_start, records.day,
        records.amount, records.lag_days,
        records.subject_entity, records.subject_source, records.subject_id,
        records.record_entity, records.record_source, records.record_id,
        records.anchor_entity, records.anchor_source, records.anchor_id,
        {word} as dimension_value,
        null::varchar as only_measure,
        null::varchar as once_per
    from {events} as records
    {join}
    where coalesce(records.only_under, {quoted_text(dimension)}) = {quoted_text(dimension)}
    """


def _allocated_costs(parquet: Path, dimension: str) -> str:
    """Return the costs as members under what they do not name: each with its share."""
    first_code = f"""
        (
            select value_code from kpi.kpi_dimension_values
            where dimension = {quoted_text(dimension)} and dimension_value = '(unknown)'
        )
    """
    return f"""
    with spent as (
        select
            kind, source, cost_id, rep_key, names_rep, campaign_key, names_campaign, channel,
            nature = 'human' as is_human,
            date_trunc('month', spent_on)::date as month,
            sum(converted_amount)::double as amount
        from core.fct_costs
        where not is_after_as_of and converted_amount is not null
        group by all
    )

    select
        unnest(case when spent.is_human then ['cost', 'cost_human'] else ['cost'] end) as event,
        spent.month as day,
        spent.amount * coalesce(shares.touch_share, 1) as amount,
        case spent.kind when 'rep_time' then 'rep_time' else 'costs' end as record_entity,
        spent.source as record_source,
        spent.cost_id as record_id,
        coalesce(words.dimension_value, '(unallocated)') as dimension_value
    from spent
    left join {read_table(parquet, "kpi.kpi_cost_shares")} as shares
        on
            spent.month = shares.month
            and spent.names_rep = shares.names_rep
            and spent.rep_key is not distinct from shares.rep_key
            and spent.names_campaign = shares.names_campaign
            and spent.campaign_key is not distinct from shares.campaign_key
            and spent.channel is not distinct from shares.channel
            and shares.first_code = {first_code}
    left join kpi.kpi_dimension_values as words
        on shares.value_code = words.value_code
    """
