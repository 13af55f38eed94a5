-- grain: one row per measure (a KPI of signal_rules or a step of the funnel),
-- statistic, grain, period and fact: the dimension and value that it is told of.
-- What is tested of KPIs beside what is tested of the steps of the funnel, which are
-- tested alike: within their days, against their own six periods before, unless nobody
-- or everybody passed then. All six months must be known, or the quarters of a year;
-- where these lie farther apart than chance has them, so may the value. Steps are not
-- tested by rep or team: whose a prospect is may have changed since. `beyond` is what
-- the value is away from the expected one, in what `unit` says.
{% set least_periods = "case grain when 'month' then 6 else 4 end" %}
with signal_tests as (select * from {{ ref('kpi_signal_tests') }}),

catalog as (select * from {{ ref('stg_reference__kpi_catalog') }}),

judgements as (select * from {{ ref('kpi_funnel_judgements') }}),

-- of segments that are the whole, or the same people, the first one tells it
step_facts as (
    select * from judgements
    where
        fall is not null
        and earlier_rate > 0
        and earlier_rate < 1
        and {{ is_named('dimension_value') }}
        and dimension not in ('rep', 'team')
        and earlier_periods >= {{ least_periods }}
    qualify
        row_number() over (
            partition by
                stage,
                grain,
                period_start,
                entered_in_window,
                cast(window_rate as real),
                cast(earlier_rate as real)
            order by
                coalesce(
                    list_position(
                        [{{ quoted_values(kpi_dimensions()) }}], dimension
                    ),
                    0
                ),
                dimension_value
        ) = 1
),

kpi_movement_facts as (
    select
        'kpi' as kind,
        signal_tests.kpi_id as subject,
        {% for column in [
            'lever', 'statistic', 'grain', 'period_start', 'dimension',
            'dimension_value', 'value', 'expected_value', 'advice_en', 'advice_fr',
        ] %}
            signal_tests.{{ column }},
        {% endfor %}
        signal_tests.standard_errors / signal_tests.dispersion as standard_errors,
        cast(signal_tests.sample_size as double) as sample_size,
        (signal_tests.value - signal_tests.expected_value)
        * signal_tests.sample_size as beyond,
        case
            when catalog.kpi_id in ('cohort_conversion_rate', 'retention_rate')
                then 'customers'
            when catalog.unit = 'rate' then 'cases'
            when catalog.unit = 'amount' then 'amount'
        end as unit
    from signal_tests
    inner join catalog
        on signal_tests.kpi_id = catalog.kpi_id
    where signal_tests.earlier_values >= {{ least_periods }}
    union all
    select
        'step' as kind,
        stage as subject,
        'targeting' as lever,
        'in_window' as statistic,
        grain,
        period_start,
        dimension,
        dimension_value,
        window_rate as value,
        earlier_rate as expected_value,
        cast(null as varchar) as advice_en,
        cast(null as varchar) as advice_fr,
        fall as standard_errors,
        cast(entered_in_window as double) as sample_size,
        customers_beyond as beyond,
        'customers' as unit
    from step_facts
)

select * from kpi_movement_facts
