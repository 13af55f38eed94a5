"""The one query that explains every KPI of events: its members, each with value and weight.

What belongs here: the SQL over a published version. What does not: what is asked (see
`questions.py`) and how it is told (see `explaining.py`).

Members come from three relations with the same columns: `kpi_event_records`; the activities, which
are their own records; the costs, spread by `kpi_cost_shares` under what they do not name. A side of
a KPI is the sum of weight times value over its members; docs/records.md tells the same in words.
"""

from pathlib import Path

from orchestration.quoting import quoted_text

Dimension = str

OWN = ("rep", "team", "channel", "campaign", "target_segment", "sender_account")
WHO = ("lead_source", "persona", "sector", "company_size", "country", "region")
DIMENSIONS = ("all", *OWN, *WHO, "product_family", "cost_type")
_OF_PERSON = ("lead_source", "persona")
_OF_COMPANY = ("sector", "company_size", "country", "region")
ALLOCATED = ("sender_account", *WHO)
"""The dimensions that no cost names itself."""

COLUMNS = (
    "event",
    "only_measure",
    "once_per",
    "grain",
    "period_start",
    "day",
    "amount",
    "lag_days",
    *("subject_entity", "subject_source", "subject_id"),
    *("record_entity", "record_source", "record_id"),
    *("anchor_entity", "anchor_source", "anchor_id"),
    "dimension_value",
)
"""`only_measure`: the one measure that the row is for; null for each. `once_per`: of the rows that
say the same here the first of a period counts, and no other."""

_NO_SUBJECT = """
    null::varchar as subject_entity, null::varchar as subject_source, null::varchar as subject_id
"""
_NO_ANCHOR = """
    null::varchar as anchor_entity, null::varchar as anchor_source, null::varchar as anchor_id
"""


def member_query(parquet: Path, dimension: Dimension) -> str:
    """Return the query of the members of values by a dimension.

    Its parameters choose: `$kpi` and `$statistic` (null: every one), `$grain`, `$start` (the first
    day of the period; null: every period) and `$value` (of the dimension; null: every one).

    Args:
        parquet: the folder of the version's Parquet files.
        dimension: one of `DIMENSIONS`.

    """
    columns = ", ".join(COLUMNS)
    relations = [_events(parquet, dimension), _activities(parquet, dimension)]
    if dimension in ALLOCATED:
        relations.append(_allocated_costs(parquet, dimension))
    members = "\nunion all\n".join(f"select {columns} from ({each})" for each in relations)
    return f"""
    with terms as (
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
            and ($start is null or periods.period_start = $start)
    ),

    counted as (select distinct event, measure, window_days from terms),

    members as ({members}),

    placed as (
        select
            members.* exclude (grain, period_start),
            counted.measure,
            asked.period_start,
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
        inner join asked
            on case
                when members.grain is not null
                    then
                        members.grain = asked.grain
                        and members.period_start = asked.period_start
                when counted.measure = 'level' then members.day <= asked.last_day
                when counted.measure = 'start' then members.day < asked.period_start
                else members.day between asked.period_start and asked.last_day
            end
        where
            $value is null
            or members.dimension_value = $value
        qualify
            members.once_per is null
            or row_number() over (
                partition by
                    members.event,
                    counted.measure,
                    asked.period_start,
                    members.dimension_value,
                    members.once_per
                order by members.day, members.record_source, members.record_id
            ) = 1
    )

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


def sides_query(parquet: Path, dimension: Dimension) -> str:
    """Return the query of both sides of each value, as the sums over its members.

    Its parameters are those of `member_query`. `quantile` is what a median or 90th percentile is of
    its members' amounts; it is no sum.
    """
    return f"""
    select
        kpi_id,
        statistic,
        period_start,
        dimension_value,
        sum(weight * value) filter (where side = 'numerator') as numerator,
        sum(weight * value) filter (where side = 'denominator') as denominator,
        (quantile_cont(amount, [0.5, 0.9]) filter (where measure in ('median', 'p90')))[
            case statistic when 'p90' then 2 else 1 end
        ] as quantile,
        count(*) as member_count
    from ({member_query(parquet, dimension)})
    group by kpi_id, statistic, period_start, dimension_value
    """


def _read(parquet: Path, table: str, by_month: bool = False) -> str:
    files = parquet / table.replace(".", "/") / ("*/data.parquet" if by_month else "data.parquet")
    return f"read_parquet({quoted_text(files)}, hive_partitioning = false)"


def _events(parquet: Path, dimension: Dimension) -> str:
    """Return the rows of `kpi_event_records` that count under a dimension."""
    word, join = "'all'", ""
    if dimension != "all":
        word = "words.dimension_value"
        join = (
            "inner join kpi.kpi_dimension_values as words "
            f"on records.{dimension} = words.value_code"
        )
    return f"""
    select
        records.*,
        {word} as dimension_value,
        null::varchar as only_measure,
        null::varchar as once_per
    from {_read(parquet, "kpi.kpi_event_records", by_month=True)} as records
    {join}
    where coalesce(records.only_under, {quoted_text(dimension)}) = {quoted_text(dimension)}
    """


_TOUCH = "touches.is_prospecting_touch"
_EVENTS_OF_TOUCHES = {
    "touch": _TOUCH,
    "touch_call": f"{_TOUCH} and touches.channel = 'call'",
    "touch_call_answered": f"{_TOUCH} and touches.is_answered_call",
    "touch_call_unanswered": (
        f"{_TOUCH} and touches.channel = 'call' and not touches.is_answered_call"
    ),
    "touch_email": f"{_TOUCH} and touches.channel = 'email'",
    "touch_linkedin": f"{_TOUCH} and touches.channel = 'linkedin'",
    "touch_mail": f"{_TOUCH} and touches.channel = 'mail'",
    "touch_message": f"{_TOUCH} and touches.channel in ('email', 'linkedin', 'mail', 'sms')",
    "touch_any_call": "touches.channel = 'call'",
    "touch_any_email": "touches.channel = 'email'",
}
"""Which touches an event of activities is, by the flags of `fct_activities`."""


def _activities(parquet: Path, dimension: Dimension) -> str:
    """Return the touches as members: what each of them is, and whom it is the first contact of."""
    events = ", ".join(
        f"case when {condition} then {quoted_text(event)} end"
        for event, condition in _EVENTS_OF_TOUCHES.items()
    )
    own = _word_of_touch(dimension)
    first = _word_of_first_touch(dimension)
    contact = _word_of_prospect(dimension) if dimension in WHO else own
    told = f"""
        null::varchar as grain, null::date as period_start, touches.occurred_on as day,
        null::bigint as lag_days, {_NO_SUBJECT}, 'activities' as record_entity,
        touches.source as record_source, touches.activity_id as record_id, {_NO_ANCHOR}
    """
    return f"""
    with touches as (
        select
            activities.*,
            prospects.is_prospect,
            prospects.first_touch_basis,
            prospects.first_touch_channel,
            prospects.first_touch_sender_account,
            prospects.first_touch_team,
            {", ".join(f"prospects.{each} as person_{each}" for each in WHO)},
            {", ".join(f"accounts.{each} as account_{each}" for each in _OF_COMPANY)},
            reps.rep_id,
            campaigns.campaign_id,
            campaigns.target_segment,
            first_reps.rep_id as first_rep_id,
            first_campaigns.campaign_id as first_campaign_id,
            first_campaigns.target_segment as first_target_segment,
            owner_periods.team as owner_team
        from {_read(parquet, "core.fct_activities", by_month=True)} as activities
        left join core.dim_prospects as prospects using (prospect_key)
        left join core.dim_accounts as accounts on activities.account_key = accounts.account_key
        left join core.dim_reps as reps on activities.rep_key = reps.rep_key
        left join core.dim_campaigns as campaigns
            on activities.campaign_key = campaigns.campaign_key
        left join core.dim_reps as first_reps
            on prospects.first_touch_rep_key = first_reps.rep_key
        left join core.dim_campaigns as first_campaigns
            on prospects.first_touch_campaign_key = first_campaigns.campaign_key
        left join core.dim_rep_periods as owner_periods
            on
                prospects.owner_rep_key = owner_periods.rep_key
                and prospects.detected_on >= owner_periods.valid_from
                and prospects.detected_on < owner_periods.valid_before
        where activities.is_touch and not activities.is_test and not activities.is_after_as_of
    ),

    standards as (
        select
            channels.dimension_value as channel,
            sectors.dimension_value as sector,
            standards.standard
        from kpi.kpi_response_standards as standards
        inner join kpi.kpi_dimension_values as channels on standards.channel = channels.value_code
        inner join kpi.kpi_dimension_values as sectors on standards.sector = sectors.value_code
    ),

    named as (
        select *, unnest(list_filter([{events}], lambda event: event is not null)) as event
        from touches
    )

    select
        touches.event,
        case when touches.event = 'touch' then 'n' end as only_measure,
        null::varchar as once_per,
        case when touches.event = 'touch_message' then standards.standard::double end as amount,
        {own} as dimension_value,
        {told}
    from named as touches
    left join standards
        on
            coalesce(touches.channel, '(unknown)') = standards.channel
            and {_word_of_touch("sector")} = standards.sector
    union all by name
    select
        'touch' as event,
        'distinct' as only_measure,
        touches.prospect_key as once_per,
        null::double as amount,
        {contact} as dimension_value,
        {told}
    from touches
    where {_TOUCH} and touches.prospect_key is not null
    union all by name
    select
        'touch_first_touch' as event,
        'distinct' as only_measure,
        touches.prospect_key as once_per,
        null::double as amount,
        {first} as dimension_value,
        {told}
    from touches
    where {_TOUCH} and touches.prospect_key is not null
    """


def _word_of_touch(dimension: Dimension) -> str:
    """Return the SQL of a touch's own word, else of its person's, else of its company's."""
    if dimension in OWN:
        column = {"rep": "rep_id", "campaign": "campaign_id"}.get(dimension, dimension)
        return f"coalesce(touches.{column}, '(unknown)')"
    if dimension in _OF_PERSON:
        return f"coalesce(touches.person_{dimension}, '(unknown)')"
    if dimension in WHO:
        company = f"touches.account_{dimension}"
        return f"coalesce(touches.person_{dimension}, {company}, '(unknown)')"
    return _all_or_none(dimension)


def _word_of_prospect(dimension: Dimension) -> str:
    """Return the SQL of the word of whom a touch is for, as far as they are a prospect."""
    return (
        f"coalesce(case when touches.is_prospect then touches.person_{dimension} end, '(unknown)')"
    )


def _word_of_first_touch(dimension: Dimension) -> str:
    """Return the SQL of the word of the first touch of whom a touch is for."""
    if dimension in WHO:
        return _word_of_prospect(dimension)
    if dimension not in OWN:
        return _all_or_none(dimension)
    column = {
        "rep": "touches.first_rep_id",
        "team": (
            "case when touches.first_touch_basis = 'owner' then touches.owner_team "
            "else touches.first_touch_team end"
        ),
        "channel": "touches.first_touch_channel",
        "campaign": "touches.first_campaign_id",
        "target_segment": "touches.first_target_segment",
        "sender_account": "touches.first_touch_sender_account",
    }[dimension]
    return f"coalesce(case when touches.is_prospect then {column} end, '(unknown)')"


def _all_or_none(dimension: Dimension) -> str:
    return "'all'" if dimension == "all" else "null::varchar"


def _allocated_costs(parquet: Path, dimension: Dimension) -> str:
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
        null::varchar as only_measure,
        null::varchar as once_per,
        null::varchar as grain,
        null::date as period_start,
        spent.month as day,
        spent.amount * coalesce(shares.touch_share, 1) as amount,
        null::bigint as lag_days,
        {_NO_SUBJECT},
        case spent.kind when 'rep_time' then 'rep_time' else 'costs' end as record_entity,
        spent.source as record_source,
        spent.cost_id as record_id,
        {_NO_ANCHOR},
        coalesce(words.dimension_value, '(unallocated)') as dimension_value
    from spent
    left join {_read(parquet, "kpi.kpi_cost_shares")} as shares
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
