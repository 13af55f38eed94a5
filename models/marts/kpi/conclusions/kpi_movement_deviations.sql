-- grain: one row per measure (a KPI of signal_rules or a step of the funnel),
-- statistic, grain, period and fact: the dimension and value that it is told of.
-- By how many standard errors a fact is off, as its measure usually is. Calls to the
-- same people, or prospects of one fair, are not independent: where the segments of a
-- measure were off by more than chance in all periods before, that much is usual
-- (Laney). Of twenty tests on; those far off weigh no more than the square of 2.5.
with facts as (select * from {{ ref('kpi_movement_facts') }}),

periods as (select * from {{ ref('kpi_periods') }}),

placed as (
    select
        facts.*,
        periods.period_number,
        periods.period_end,
        -- exact sums, so that two builds give the same bits
        cast(
            case
                when facts.dimension != 'all'
                    then least(power(facts.standard_errors, 2), 6.25)
            end as decimal(32, 10)
        ) as square
    from facts
    inner join periods
        on
            facts.grain = periods.grain
            and facts.period_start = periods.period_start
),

usual as (
    select
        *,
        count(square) over before as tests_before,
        avg(square) over before as mean_square
    from placed
    window before as (
        partition by kind, subject, statistic, grain
        order by period_number
        range between unbounded preceding and 1 preceding
    )
),

kpi_movement_deviations as (
    select
        {% for column in [
            'kind', 'subject', 'lever', 'statistic', 'grain', 'period_start',
            'period_end', 'period_number', 'dimension', 'dimension_value', 'value',
            'expected_value', 'sample_size', 'beyond', 'unit', 'advice_en', 'advice_fr',
        ] %}
            {{ column }},
        {% endfor %}
        standard_errors / case
            when dimension != 'all' and tests_before >= 20
                then greatest(1, sqrt(mean_square))
            else 1
        end as standard_errors
    from usual
)

select * from kpi_movement_deviations
