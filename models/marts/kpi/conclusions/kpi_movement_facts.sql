-- grain: one row per measure (a KPI of signal_rules or a step of the funnel),
-- statistic, grain, period and fact: the dimension and value that it is told of.
-- What is tested of KPIs beside what is tested of the steps of the funnel
-- (kpi_step_facts): against their own six periods before, all known. Where these lie
-- farther apart than chance has them, so may the value; so may answers of calls, as
-- calls go to the same people (kpi_call_clusters). No team is tested: who is in it
-- changes, and its past is that of others. `beyond` is how far off the value is, in
-- what `unit` says.
with signal_tests as (
    select * from {{ ref('kpi_signal_tests') }}
    where
        dimension != 'team'
        and earlier_values >= case grain when 'month' then 6 else 4 end
),

catalog as (select * from {{ ref('stg_reference__kpi_catalog') }}),

step_facts as (select * from {{ ref('kpi_step_facts') }}),

clusters as (select * from {{ ref('kpi_call_clusters') }}),

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
        signal_tests.standard_errors
        / greatest(signal_tests.dispersion, coalesce(clusters.dispersion, 1))
            as standard_errors,
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
    left join clusters
        on
            signal_tests.kpi_id = 'call_answer_rate'
            and signal_tests.grain = clusters.grain
            and signal_tests.period_start = clusters.period_start
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
