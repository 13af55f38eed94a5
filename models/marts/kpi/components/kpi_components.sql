-- grain: one row per event, measure, grain, period and dimension value (its code).
-- Everything that a KPI is made of, rolled up from days to periods: n (how many), s
-- (sum), w90 … (targets within the window), distinct, median, p90, level and start.
with event_slices as (select * from {{ ref('kpi_event_slices') }}),

window_slices as (select * from {{ ref('kpi_window_slices') }}),

activity_slices as (select * from {{ ref('kpi_activity_slices') }}),

cost_slices as (select * from {{ ref('kpi_cost_slices') }}),

contact_slices as (select * from {{ ref('kpi_contact_slices') }}),

period_slices as (select * from {{ ref('kpi_period_slices') }}),

quantiles as (select * from {{ ref('kpi_quantiles') }}),

levels as (select * from {{ ref('kpi_levels') }}),

weighted_pipeline as (select * from {{ ref('kpi_weighted_pipeline') }}),

calendar as (select * from {{ ref('kpi_calendar') }}),

dimension_values as (select * from {{ ref('kpi_dimension_values') }}),

used as (
    select distinct
        event,
        measure
    from {{ ref('stg_reference__kpi_terms') }}
),

-- an event of the product family alone is none of `all`: an order of two is one order
carried as (
    select
        declared.event,
        dimension_values.value_code
    from (
        select
            event,
            unnest(string_split(dimensions, '|')) as dimension
        from {{ ref('kpi_event_types') }}
    ) as declared
    inner join dimension_values
        on declared.dimension = dimension_values.dimension
),

day_slices as (
    select
        event,
        value_code,
        day,
        n,
        s
    from event_slices
    union all
    select
        event,
        value_code,
        day,
        n,
        s
    from activity_slices
    union all
    select
        event,
        value_code,
        day,
        null as n,
        s
    from cost_slices
),

rolled_up as (
    {% for grain in kpi_grains() %}
        select
            day_slices.event,
            '{{ grain }}' as grain,
            calendar.{{ grain }} as period_start,
            {% for measure in ['n', 's'] %}
                sum(day_slices.{{ measure }}) as {{ measure }},
            {% endfor %}
            day_slices.value_code
        from day_slices
        inner join calendar
            on day_slices.day = calendar.day
        where {{ published_code('day_slices.value_code', "'" ~ grain ~ "'") }}
        group by all
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

windows as (
    {% for grain in kpi_grains() %}
        select
            window_slices.event,
            window_slices.measure,
            '{{ grain }}' as grain,
            calendar.{{ grain }} as period_start,
            window_slices.value_code,
            sum(window_slices.n) as n
        from window_slices
        inner join calendar
            on window_slices.day = calendar.day
        where {{ published_code('window_slices.value_code', "'" ~ grain ~ "'") }}
        group by all
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

contacts as (
    {% for grain in kpi_grains() %}
        select
            contact_slices.event,
            '{{ grain }}' as grain,
            calendar.{{ grain }} as period_start,
            contact_slices.value_code,
            sum(contact_slices.n) as n
        from contact_slices
        inner join calendar
            on contact_slices.day = calendar.day
        where contact_slices.grain = '{{ grain }}'
        group by all
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

measured as (
    {% for measure in ['n', 's'] %}
        select
            rolled_up.event,
            '{{ measure }}' as measure,
            rolled_up.grain,
            rolled_up.period_start,
            rolled_up.value_code,
            cast(rolled_up.{{ measure }} as double) as amount
        from rolled_up
        semi join used
            on
                rolled_up.event = used.event
                and used.measure = '{{ measure }}'
        semi join carried
            on
                rolled_up.event = carried.event
                and rolled_up.value_code = carried.value_code
        where
            rolled_up.{{ measure }} is not null
            {% if measure == 's' %}
                -- it happened, and no amount of it is known
                or rolled_up.n > 0
            {% endif %}
        union all
    {% endfor %}
    select
        windows.event,
        windows.measure,
        windows.grain,
        windows.period_start,
        windows.value_code,
        cast(windows.n as double) as amount
    from windows
    semi join carried
        on
            windows.event = carried.event
            and windows.value_code = carried.value_code
    union all
    select
        event,
        'distinct' as measure,
        grain,
        period_start,
        value_code,
        cast(n as double) as amount
    from contacts
    union all
    select
        event,
        'distinct' as measure,
        grain,
        period_start,
        value_code,
        cast(n as double) as amount
    from period_slices
    union all
    select
        event,
        's' as measure,
        grain,
        period_start,
        value_code,
        cast(s as double) as amount
    from period_slices
    where s is not null
    union all
    select
        event,
        measure,
        grain,
        period_start,
        value_code,
        amount
    from quantiles
    union all
    select
        event,
        measure,
        grain,
        period_start,
        value_code,
        cast(amount as double) as amount
    from levels
    union all
    select
        'weighted_pipeline' as event,
        'level' as measure,
        grain,
        period_start,
        value_code,
        cast(amount as double) as amount
    from weighted_pipeline
),

kpi_components as (
    select
        event,
        measure,
        grain,
        period_start,
        value_code,
        amount
    from measured
)

select * from kpi_components
