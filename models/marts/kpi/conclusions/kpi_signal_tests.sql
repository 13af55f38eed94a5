-- grain: one row per KPI, statistic, grain, period and fact: the dimension and value
-- that it is told of.
-- By how many standard errors a fact is worse than its baseline: proportions by the
-- one-sided test of two proportions, others by their spread. Wallace: Student's t, of
-- few periods, as the normal deviate of the same chance. `dispersion` is how much
-- farther apart the periods before lie than chance alone would have a proportion.
with facts as (select * from {{ ref('kpi_signal_facts') }}),

measured as (
    select
        *,
        case
            when is_proportion then earlier_numerator / nullif(earlier_denominator, 0)
            else earlier_mean
        end as expected_value,
        (numerator + earlier_numerator)
        / nullif(denominator + earlier_denominator, 0) as pooled_rate,
        (value - earlier_mean)
        / (nullif(earlier_spread, 0) * sqrt(1 + 1 / nullif(earlier_values, 0)))
            as student_t
    from facts
),

tested as (
    select
        *,
        case better when 'up' then -1 else 1 end * case
            when
                is_proportion
                and earlier_values >= 3
                and least(pooled_rate, 1 - pooled_rate)
                * least(denominator, earlier_denominator) >= 5
                then
                    (value - expected_value) / sqrt(
                        pooled_rate * (1 - pooled_rate)
                        * (1 / denominator + 1 / earlier_denominator)
                    )
            when not is_proportion and earlier_values >= 5
                then
                    sign(student_t)
                    * (8 * (earlier_values - 1) + 1)
                    / (8 * (earlier_values - 1) + 3)
                    * sqrt(
                        (earlier_values - 1)
                        * ln(1 + power(student_t, 2) / (earlier_values - 1))
                    )
        end as standard_errors
    from measured
),

kpi_signal_tests as (
    select
        {% for column in [
            'kpi_id', 'statistic', 'grain', 'period_start', 'dimension',
            'dimension_value', 'dimension_label', 'name_en', 'name_fr', 'value',
            'expected_value', 'sample_size', 'is_current', 'lever', 'advice_en',
            'advice_fr', 'earlier_values', 'standard_errors',
        ] %}
            {{ column }},
        {% endfor %}
        greatest(
            1,
            case
                when is_proportion and expected_value > 0 and expected_value < 1
                    then
                        coalesce(earlier_spread, 0) / sqrt(
                            expected_value * (1 - expected_value)
                            * earlier_values / earlier_denominator
                        )
                else 1
            end
        ) as dispersion,
        {{ normal_tail('standard_errors') }} as chance
    from tested
    where standard_errors is not null
)

select * from kpi_signal_tests
