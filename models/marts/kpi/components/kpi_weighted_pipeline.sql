-- grain: one row per grain, period and dimension value (its code).
-- The amounts of the deals open at the period's end, each times the probability that
-- its stage had on that day; without those in a stage that nothing tells to be open,
-- won or lost.
with openings as (select * from {{ ref('kpi_valued_openings') }}),

calendar as (select * from {{ ref('kpi_calendar') }}),

periods as (select * from {{ ref('kpi_periods') }}),

probabilities as (select * from {{ ref('kpi_stage_probabilities') }}),

clock as (select * from {{ ref('dim_clock') }}),

changes as (
    {% for day, sign in [('open_from', ''), ('open_before', '-')] %}
        select
            openings.*,
            openings.{{ day }} as day,
            cast(date_trunc('month', openings.{{ day }}) as date) as month,
            {{ sign }}openings.converted_amount as amount
        from openings
        cross join clock
        where openings.{{ day }} <= clock.as_of
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

sliced as (
    select
        stage,
        {{ grouped_code(kpi_dimensions()) }},
        coalesce(day, month) as day,
        sum(amount) as amount
    from changes
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
