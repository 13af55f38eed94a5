-- grain: one row per grain, period, dimension and dimension value
-- The amounts of the deals open at the period's end, each times the probability that
-- its stage had on that day.
with openings as (
    select * from {{ ref('fct_deal_stage_openings') }}
    where converted_amount is not null
),

dimensions as (
    select * from {{ ref('kpi_sale_dimensions') }}
    where kind = 'deal'
),

rep_periods as (select * from {{ ref('dim_rep_periods') }}),

calendar as (select * from {{ ref('kpi_calendar') }}),

periods as (select * from {{ ref('kpi_periods') }}),

probabilities as (select * from {{ ref('kpi_stage_probabilities') }}),

clock as (select * from {{ ref('dim_clock') }}),

changes as (
    select
        deal_key,
        stage,
        opened_on,
        unnest([open_from, open_before]) as day,
        unnest([converted_amount, -converted_amount]) as amount
    from openings
),

described as (
    select
        {% for dimension in kpi_dimensions()
            if dimension not in ['team', 'cost_type'] %}
            dimensions.{{ dimension }},
        {% endfor %}
        coalesce(rep_periods.team, '(unknown)') as team,
        cast(null as varchar) as cost_type,
        changes.stage,
        changes.day,
        changes.amount,
        cast(date_trunc('month', changes.day) as date) as month
    from changes
    cross join clock
    inner join dimensions
        on changes.deal_key = dimensions.sale_key
    left join rep_periods
        on
            dimensions.rep_key = rep_periods.rep_key
            and changes.opened_on >= rep_periods.valid_from
            and changes.opened_on < rep_periods.valid_before
    where changes.day <= clock.as_of
),

sliced as (
    select
        stage,
        {{ dimension_columns(kpi_dimensions()) }},
        coalesce(day, month) as day,
        sum(amount) as amount
    from described
    group by grouping sets ( -- noqa: PRS
        (stage, day),
        {% for dimension in kpi_dimensions() %}
            (
                stage,
                {{ dimension }},
                {{ 'day' if dimension in ['rep', 'team', 'channel'] else 'month' }}
            )
            {{- ',' if not loop.last }}
        {% endfor %}
    )
),

placed as (
    {% for grain in kpi_grains() %}
        select
            sliced.stage,
            sliced.dimension,
            sliced.dimension_value,
            '{{ grain }}' as grain,
            calendar.{{ grain }} as period_start,
            sum(sliced.amount) as amount
        from sliced
        inner join calendar
            on sliced.day = calendar.day
        where
            sliced.dimension_value is not null
            and {{ published_grain('sliced.dimension', "'" ~ grain ~ "'") }}
        group by all
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

segments as (
    select
        stage,
        dimension,
        dimension_value,
        grain,
        min(period_start) as first_start
    from placed
    group by all
),

standing as (
    select
        segments.stage,
        segments.dimension,
        segments.dimension_value,
        segments.grain,
        periods.period_start,
        periods.period_end,
        sum(coalesce(placed.amount, 0)) over (
            partition by
                segments.stage,
                segments.dimension,
                segments.dimension_value,
                segments.grain
            order by periods.period_start
        ) as amount
    from segments
    inner join periods
        on
            segments.grain = periods.grain
            and segments.first_start <= periods.period_start
    left join placed
        on
            segments.stage = placed.stage
            and segments.dimension = placed.dimension
            and segments.dimension_value = placed.dimension_value
            and segments.grain = placed.grain
            and periods.period_start = placed.period_start
),

kpi_weighted_pipeline as (
    select
        standing.grain,
        standing.period_start,
        standing.dimension,
        standing.dimension_value,
        sum(
            cast(standing.amount * probabilities.probability as decimal(32, 10))
        ) as amount
    from standing
    cross join clock
    inner join probabilities
        on
            standing.stage = probabilities.stage
            and least(standing.period_end, clock.as_of) = probabilities.day
    group by all
)

select * from kpi_weighted_pipeline
