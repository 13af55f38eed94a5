-- grain: one row per month and measure (a KPI of signal_rules or a step of the funnel)
-- of the whole, or of a segment, that has moved as seen at the end of that month.
-- What moved significantly, for the better or the worse, in the newest period that
-- could be judged by then. Holm over everything that is tested as of the month: the
-- chance that even one movement of the whole is none is at most 0.75 %, and the same
-- for its segments. A month alone is told of once the next one confirms it. Of a month
-- and its quarter the surer one is told.
{% set fact = 'month, kind, subject, dimension, dimension_value' %}
with tests as (select * from {{ ref('kpi_movement_tests') }}),

months as (
    select * from {{ ref('kpi_periods') }}
    where grain = 'month'
),

seen as (
    select
        tests.*,
        months.period_start as month,
        2 * {{ normal_tail('abs(tests.standard_errors)') }} as chance
    from tests
    inner join months
        on
            tests.period_end <= months.period_end
            and tests.period_end > months.period_end - 365
            and coalesce(tests.known_until > months.period_end, true)
),

ranked as (
    select
        *,
        count(*) over (partition by month, dimension = 'all') as tests,
        rank() over (partition by month, dimension = 'all' order by chance) as place
    from seen
),

-- one that fails spares the rest
judged as (
    select
        *,
        bool_and(chance <= 0.0075 / (tests - place + 1)) over (
            partition by month, dimension = 'all'
            order by chance
        ) as is_moved
    from ranked
),

told_once as (
    select * from judged
    where
        is_moved
        and (grain = 'quarter' or since < period_start)
    qualify
        row_number() over (
            partition by {{ fact }}
            order by abs(standard_errors) desc, grain desc, statistic asc
        ) = 1
),

kpi_movements as (
    select
        {% for column in [
            'month', 'page', 'kind', 'subject', 'grain', 'period_start', 'since',
            'dimension', 'dimension_value', 'value', 'expected_value', 'sample_size',
            'standard_errors', 'chance', 'worth_customers', 'worth_amount',
            'worth_cases', 'advice_en', 'advice_fr',
        ] %}
            {{ column }},
        {% endfor %}
        standard_errors > 0 as is_worse,
        dimension != 'all' and bool_or(dimension = 'all') over (
            partition by month, kind, subject, standard_errors > 0
        ) as is_part_of_whole
    from told_once
)

select * from kpi_movements
