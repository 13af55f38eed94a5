-- grain: one row per finding about what segments earn: a quarter or year, dimension and
-- value.
-- Who buys most and leaves little: of the first two by revenue one that is at least
-- three ranks lower by margin, and leaves less than half of what its dimension leaves
-- of its revenue. And who is more than half of the revenue, of five or more. Only who
-- has a name, ranked among these; by complete years, by quarters while there is none.
with profitability as (select * from {{ ref('kpi_segment_profitability') }}),

periods as (select * from {{ ref('kpi_periods') }}),

named as (
    select
        *,
        rank() over (
            partition by grain, period_start, dimension
            order by revenue desc
        ) as named_revenue_rank,
        rank() over (
            partition by grain, period_start, dimension
            order by margin_after_costs desc nulls last
        ) as named_margin_rank,
        count(*) over beside as segments,
        sum(revenue) over beside as dimension_revenue,
        sum(case when margin_rank is not null then margin_after_costs end) over beside
        / nullif(
            sum(case when margin_rank is not null then revenue end) over beside, 0
        ) as dimension_margin_rate
    from profitability
    where
        not is_partial
        and dimension_value not in ('(unknown)', '(unallocated)', '(none)')
    window beside as (partition by grain, period_start, dimension)
),

found as (
    select
        'thin_margin' as kind,
        *,
        cast(named_margin_rank as double) as value,
        cast(named_revenue_rank as double) as expected_value,
        margin_after_costs - revenue * dimension_margin_rate as worth_amount
    from named
    where
        has_unit_costs
        and named_revenue_rank <= 2
        and named_margin_rank - named_revenue_rank >= 3
        and margin_after_costs < revenue * dimension_margin_rate / 2
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
        found.kind,
        'revenue' as subject,
        found.grain,
        found.period_start,
        found.dimension,
        found.dimension_value,
        found.value,
        found.expected_value,
        cast(found.segments as double) as sample_size,
        cast(null as double) as worth_customers,
        found.worth_amount,
        cast(null as double) as worth_cases,
        periods.period_end as known_from,
        periods.period_end
        + case found.grain when 'year' then 365 else 92 end as known_until
    from found
    inner join periods
        on
            found.grain = periods.grain
            and found.period_start = periods.period_start
    qualify found.grain = 'year' or not bool_or(found.grain = 'year') over ()
)

select * from kpi_segment_findings
