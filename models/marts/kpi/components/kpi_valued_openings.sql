-- grain: one row per deal and stretch of days in which it was open in a stage and with
-- an amount, with the codes of its dimensions then.
-- Not where nothing tells the stage to be open, won or lost.
with openings as (
    select * from {{ ref('fct_deal_stage_openings') }}
    where
        converted_amount is not null
        and not is_stage_unknown
),

dimensions as (
    select * from {{ ref('kpi_sale_dimensions') }}
    where kind = 'deal'
),

dimension_values as (select * from {{ ref('kpi_dimension_values') }}),

reps as (select * from {{ ref('dim_reps') }}),

rep_periods as (select * from {{ ref('dim_rep_periods') }}),

kpi_valued_openings as (
    select
        {% for dimension in kpi_dimensions()
            if dimension not in ['rep', 'team', 'cost_type'] %}
            dimensions.{{ dimension }},
        {% endfor %}
        {{ value_codes(['rep', 'team']) }},
        cast(null as integer) as cost_type,
        openings.deal_key,
        coalesce(openings.stage, '(unknown)') as stage,
        openings.open_from,
        openings.open_before,
        openings.converted_amount
    from openings
    inner join dimensions
        on openings.deal_key = dimensions.sale_key
    left join reps
        on openings.rep_key = reps.rep_key
    left join rep_periods
        on
            openings.rep_key = rep_periods.rep_key
            and openings.opened_on >= rep_periods.valid_from
            and openings.opened_on < rep_periods.valid_before
    {{ join_value_codes({'rep': 'reps.rep_id', 'team': 'rep_periods.team'}) }}
)

select * from kpi_valued_openings
