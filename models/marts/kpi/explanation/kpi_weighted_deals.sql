-- grain: one row per deal that is open at the end of a half month, month, quarter or
-- year (or at as_of).
-- Its amount times the probability that its stage had on that day.
with openings as (select * from {{ ref('kpi_valued_openings') }}),

deals as (select * from {{ ref('fct_deals') }}),

probabilities as (select * from {{ ref('kpi_stage_probabilities') }}),

clock as (select * from {{ ref('dim_clock') }}),

periods as (
    select * from {{ ref('kpi_periods') }}
    where grain in ('half_month', 'month', 'quarter', 'year')
),

ends as (
    select
        periods.grain,
        periods.period_start,
        least(periods.period_end, clock.as_of) as day
    from periods
    cross join clock
),

kpi_weighted_deals as (
    select
        {% for dimension in kpi_dimensions() %}
            openings.{{ dimension }},
        {% endfor %}
        'weighted_pipeline' as event,
        ends.grain,
        ends.period_start,
        cast(null as varchar) as only_under,
        cast(null as varchar) as subject_entity,
        cast(null as varchar) as subject_source,
        cast(null as varchar) as subject_id,
        'deals' as record_entity,
        deals.source as record_source,
        deals.deal_id as record_id,
        cast(
            openings.converted_amount * probabilities.probability as decimal(32, 10)
        ) as amount
    from openings
    inner join ends
        on
            openings.open_from <= ends.day
            and coalesce(openings.open_before, date '9999-12-31') > ends.day
    inner join deals
        on openings.deal_key = deals.deal_key
    inner join probabilities
        on
            openings.stage = probabilities.stage
            and ends.day = probabilities.day
)

select * from kpi_weighted_deals
