-- grain: one row per grain, period and dimension value (its code).
-- The amounts of the deals open at the period's end, each times the probability that
-- its stage had on that day; without those in a stage that nothing tells to be open,
-- won or lost.
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

calendar as (select * from {{ ref('kpi_calendar') }}),

periods as (select * from {{ ref('kpi_periods') }}),

probabilities as (select * from {{ ref('kpi_stage_probabilities') }}),

clock as (select * from {{ ref('dim_clock') }}),

changes as (
    {% for day, amount in [
        ('open_from', 'converted_amount'), ('open_before', '-converted_amount'),
    ] %}
        select
            deal_key,
            coalesce(stage, '(unknown)') as stage,
            opened_on,
            rep_key,
            {{ day }} as day,
            {{ amount }} as amount
        from openings
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

described as (
    select
        {% for dimension in kpi_dimensions()
            if dimension not in ['rep', 'team', 'cost_type'] %}
            dimensions.{{ dimension }},
        {% endfor %}
        {{ value_codes(['rep', 'team']) }},
        cast(null as integer) as cost_type,
        changes.stage,
        changes.day,
        changes.amount,
        cast(date_trunc('month', changes.day) as date) as month
    from changes
    cross join clock
    inner join dimensions
        on changes.deal_key = dimensions.sale_key
    left join reps
        on changes.rep_key = reps.rep_key
    left join rep_periods
        on
            changes.rep_key = rep_periods.rep_key
            and changes.opened_on >= rep_periods.valid_from
            and changes.opened_on < rep_periods.valid_before
    {{ join_value_codes({'rep': 'reps.rep_id', 'team': 'rep_periods.team'}) }}
    where changes.day <= clock.as_of
),

sliced as (
    select
        stage,
        {{ grouped_code(kpi_dimensions()) }},
        coalesce(day, month) as day,
        sum(amount) as amount
    from described
    group by grouping sets ( -- unknown to the linter -- noqa: PRS
        (stage, day),
        {% for dimension in kpi_dimensions() %}
            (
                stage,
                {{ dimension }},
                {{ 'day' if dimension in kpi_short_dimensions() else 'month' }}
            )
            {{- ',' if not loop.last }}
        {% endfor %}
    )
),

placed as (
    {% for grain in kpi_grains() %}
        select
            sliced.stage,
            sliced.value_code,
            '{{ grain }}' as grain,
            calendar.{{ grain }} as period_start,
            sum(sliced.amount) as amount
        from sliced
        inner join calendar
            on
                -- what stood before the calendar stands when it begins
                greatest(sliced.day, (select min(days.day) from calendar as days))
                = calendar.day
        where
            sliced.value_code is not null
            and {{ published_code('sliced.value_code', "'" ~ grain ~ "'") }}
        group by all
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

{{ running_levels('placed', ['stage', 'value_code'], 'amount') }},

kpi_weighted_pipeline as (
    select
        running_levels.grain,
        running_levels.period_start,
        running_levels.value_code,
        sum(cast(
            running_levels.running_level * probabilities.probability as decimal(32, 10)
        )) as amount
    from running_levels
    cross join clock
    inner join probabilities
        on
            running_levels.stage = probabilities.stage
            and least(running_levels.period_end, clock.as_of) = probabilities.day
    group by all
)

select * from kpi_weighted_pipeline
