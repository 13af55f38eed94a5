-- grain: one row per grain, period, dimension and value.
-- Why is the pipeline larger or smaller than a month ago? What was opened, re-amounted,
-- won, lost and vanished leads from the pipeline at the start of the period to that at
-- its end (up to as_of), as it was known then. A deal comes in with the first amount it
-- had in the period and goes out with the last; a deal without an amount counts with 0.
{% set dimensions = ['rep', 'product_family'] + kpi_who_dimensions() %}
{% set ways = ['won', 'lost', 'vanished'] %}
with openings as (select * from {{ ref('fct_deal_openings') }}),

deals as (select * from {{ ref('fct_deals') }}),

sale_dimensions as (
    select * from {{ ref('kpi_sale_dimensions') }}
    where kind = 'deal'
),

labels as (select * from {{ ref('kpi_dimension_labels') }}),

clock as (select * from {{ ref('dim_clock') }}),

periods as (
    select
        periods.grain,
        periods.period_start,
        least(periods.period_end, clock.as_of) as ends_on
    from {{ ref('kpi_periods') }} as periods
    cross join clock
    where periods.grain in ('month', 'quarter', 'year')
),

followed as (
    select
        periods.grain,
        periods.period_start,
        periods.ends_on,
        openings.deal_key,
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
        min_by(amount, open_from) as first_amount,
        max_by(amount, open_from) as last_amount,
        max(expected_close_on) filter (where is_at_end)
        > max(expected_close_on) filter (where is_at_start) as is_pushed
    from followed
    group by all
),

described as (
    select
        moved.*,
        {% for dimension in dimensions %}
            sale_dimensions.{{ dimension }},
        {% endfor %}
        case
            when moved.is_at_end then 'open'
            when deals.status = 'won' and deals.closed_on <= moved.ends_on then 'won'
            when deals.vanished_on <= moved.ends_on then 'vanished'
            else 'lost'
        end as way
    from moved
    inner join deals
        on moved.deal_key = deals.deal_key
    inner join sale_dimensions
        on moved.deal_key = sale_dimensions.sale_key
),

summed as (
    select
        grain,
        period_start,
        {{ dimension_columns(dimensions) }},
        count(*) filter (where is_at_start) as deals_at_start,
        count(*) filter (where not is_at_start) as deals_opened,
        {% for way in ways %}
            count(*) filter (where way = '{{ way }}') as deals_{{ way }},
        {% endfor %}
        count(*) filter (where is_at_end) as deals_at_end,
        count(*) filter (where is_at_end and is_pushed) as deals_pushed,
        sum(first_amount) filter (where is_at_start) as amount_at_start,
        sum(first_amount) filter (where not is_at_start) as amount_opened,
        {% for way in ways %}
            sum(last_amount) filter (where way = '{{ way }}') as amount_{{ way }},
        {% endfor %}
        sum(last_amount - first_amount) as amount_reamounted,
        sum(last_amount) filter (where is_at_end) as amount_at_end,
        sum(last_amount) filter (where is_at_end and is_pushed) as amount_pushed
    from described
    group by grouping sets ( -- unknown to the linter -- noqa: PRS
        (grain, period_start),
        {% for dimension in dimensions %}
            (grain, period_start, {{ dimension }}){{ ',' if not loop.last }}
        {% endfor %}
    )
),

kpi_pipeline_movement as (
    select
        summed.grain,
        summed.period_start,
        summed.dimension,
        summed.dimension_value,
        {% for measure in ['at_start', 'opened'] + ways + ['at_end', 'pushed'] %}
            summed.deals_{{ measure }},
        {% endfor %}
        {% for measure in [
            'at_start', 'opened', 'reamounted', 'won', 'lost', 'vanished', 'at_end',
            'pushed',
        ] %}
            cast(coalesce(summed.amount_{{ measure }}, 0) as double)
                as amount_{{ measure }},
        {% endfor %}
        coalesce(labels.dimension_label, summed.dimension_value) as dimension_label
    from summed
    left join labels
        on
            summed.dimension = labels.dimension
            and summed.dimension_value = labels.dimension_value
)

select * from kpi_pipeline_movement
