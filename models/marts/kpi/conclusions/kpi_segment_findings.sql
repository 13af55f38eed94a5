-- grain: one row per finding about what segments earn: a quarter or year, dimension and
-- value.
-- Who buys most and leaves little: of the first two by revenue one that is at least
-- three ranks lower by margin, or the last of four or more, or the first at a loss, and
-- leaves less than a quarter of what its dimension leaves of its revenue, if that is
-- anything. And who is more than half of the revenue, of five or more. Only who has a
-- name and so a rank; by complete years, by the quarters before the first one was over.
with profitability as (select * from {{ ref('kpi_segment_profitability') }}),

complete as (
    select
        *,
        {{ last_day_of_period('grain', 'period_start') }} as period_end
    from profitability
    where
        not is_partial
        and revenue_rank is not null
),

named as (
    select
        *,
        count(*) over beside as segments,
        max(margin_rank) over beside as last_margin_rank,
        sum(revenue) over beside as dimension_revenue,
        sum(margin_after_costs) over beside / nullif(
            sum(case when margin_rank is not null then revenue end) over beside, 0
        ) as dimension_margin_rate,
        min(case when grain = 'year' then period_end end) over () as first_year_end
    from complete
    window beside as (partition by grain, period_start, dimension)
),

found as (
    select
        'thin_margin' as kind,
        *,
        cast(margin_rank as double) as value,
        cast(revenue_rank as double) as expected_value,
        margin_after_costs - revenue * dimension_margin_rate as worth_amount
    from named
    where
        has_unit_costs
        and revenue_rank <= 2
        and (
            margin_rank - revenue_rank >= 3
            or (segments >= 4 and margin_rank = last_margin_rank)
            or (segments >= 4 and revenue_rank = 1 and margin_after_costs < 0)
        )
        and dimension_margin_rate > 0
        and margin_after_costs < revenue * dimension_margin_rate / 4
    union all
    select
        'concentration' as kind,
        *,
        revenue / dimension_revenue as value,
        cast(null as double) as expected_value,
        revenue as worth_amount
    from named
    where
        segments >= 5
        and revenue > dimension_revenue / 2
),

kpi_segment_findings as (
    select
        'customers' as page,
        kind,
        'revenue' as subject,
        grain,
        period_start,
        dimension,
        dimension_value,
        value,
        expected_value,
        cast(segments as double) as sample_size,
        cast(null as double) as worth_customers,
        worth_amount,
        cast(null as double) as worth_cases,
        period_end as known_from,
        {{ last_day_of_period('grain', '(period_end + 1)') }} as known_until
    from found
    where grain = 'year' or coalesce(period_end < first_year_end, true)
)

select * from kpi_segment_findings
