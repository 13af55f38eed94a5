-- grain: one row per grain, period and deal that was open in it.
-- How it came in, with the first amount that it had in the period, and how it went out,
-- with the last one, as it had been told by the period's end (up to as_of). It is of
-- the rep who owned it last in the period.
with openings as (select * from {{ ref('fct_deal_openings') }}),

deals as (select * from {{ ref('fct_deals') }}),

periods as (
    select
        periods.grain,
        periods.period_start,
        least(periods.period_end, clock.as_of) as ends_on
    from {{ ref('kpi_periods') }} as periods
    cross join {{ ref('dim_clock') }} as clock
    where periods.grain in ('month', 'quarter', 'year')
),

followed as (
    select
        periods.grain,
        periods.period_start,
        periods.ends_on,
        openings.deal_key,
        openings.rep_key,
        openings.open_from,
        openings.open_from < periods.period_start as is_at_start,
        openings.open_before > periods.ends_on as is_at_end,
        openings.expected_close_on,
        coalesce(openings.converted_amount, 0) as amount
    from openings
    inner join periods
        on
            openings.open_from <= periods.ends_on
            and openings.open_before >= periods.period_start
),

moved as (
    select
        grain,
        period_start,
        ends_on,
        deal_key,
        bool_or(is_at_start) as is_at_start,
        bool_or(is_at_end) as is_at_end,
        max_by(coalesce(rep_key, -1), open_from) as last_rep_key,
        min_by(amount, open_from) as first_amount,
        max_by(amount, open_from) as last_amount,
        max(expected_close_on) filter (where is_at_end)
        > max(expected_close_on) filter (where is_at_start) as is_pushed
    from followed
    group by all
),

kpi_pipeline_moves as (
    select
        moved.grain,
        moved.period_start,
        moved.deal_key,
        nullif(moved.last_rep_key, -1) as rep_key,
        moved.is_at_start,
        moved.is_at_end,
        moved.is_pushed,
        moved.first_amount,
        moved.last_amount,
        case
            when moved.is_at_end then 'open'
            when deals.status = 'won' and deals.closed_on <= moved.ends_on then 'won'
            when deals.vanished_on <= moved.ends_on then 'vanished'
            else 'lost'
        end as way
    from moved
    inner join deals
        on moved.deal_key = deals.deal_key
)

select * from kpi_pipeline_moves
