-- grain: one row per grain, period, dimension and value.
-- Why is the pipeline larger or smaller than a month ago? What was opened, re-amounted,
-- won, lost and vanished leads from the pipeline at the start of the period to that at
-- its end (up to as_of), as it was known then. A deal comes in with the first amount it
-- had in the period and goes out with the last; a deal without an amount counts with 0.
{% set dimensions = ['rep', 'product_family'] + kpi_who_dimensions() %}
{% set ways = ['won', 'lost', 'vanished'] %}
with dimension_values as (select * from {{ ref('kpi_dimension_values') }}),

described as (
    select
        {% for dimension in dimensions if dimension != 'rep' %}
            sale_dimensions.{{ dimension }},
        {% endfor %}
        rep_values.value_code as rep,
        moves.*
    from {{ ref('kpi_pipeline_moves') }} as moves
    inner join {{ ref('kpi_sale_dimensions') }} as sale_dimensions
        on
            moves.deal_key = sale_dimensions.sale_key
            and sale_dimensions.kind = 'deal'
    left join {{ ref('dim_reps') }} as reps
        on moves.rep_key = reps.rep_key
    {{ join_value_codes({'rep': 'reps.rep_id'}) }}
),

summed as (
    select
        grain,
        period_start,
        {{ grouped_code(dimensions) }},
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
            (grain, period_start, {{ dimension }})
            {{- ',' if not loop.last }}
        {% endfor %}
    )
),

kpi_pipeline_movement as (
    select
        summed.grain,
        summed.period_start,
        dimension_values.dimension,
        dimension_values.dimension_value,
        {% for measure in ['at_start', 'opened'] + ways + ['at_end', 'pushed'] %}
            summed.deals_{{ measure }},
        {% endfor %}
        {% for measure in ['at_start', 'opened', 'reamounted'] + ways
            + ['at_end', 'pushed'] %}
            cast(coalesce(summed.amount_{{ measure }}, 0) as double)
                as amount_{{ measure }},
        {% endfor %}
        dimension_values.dimension_label
    from summed
    inner join dimension_values
        on summed.value_code = dimension_values.value_code
)

select * from kpi_pipeline_movement
