-- grain: one row per statistic, grain, period and dimension value (its code).
-- Pearson's correlation of e-mails and calls over the ISO weeks that begin in the
-- period; null below six weeks, or when one of the two is the same in every week.
with weeks as (select * from {{ ref('kpi_touch_weeks') }}),

publications as (
    select * from {{ ref('kpi_publications') }}
    where kpi_id = 'email_call_correlation'
),

kpi_email_call_correlation as (
    {% for grain in ['quarter', 'year'] %}
        select
            publications.publication_key,
            publications.kpi_id,
            publications.statistic,
            publications.grain,
            weeks.{{ grain }} as period_start,
            weeks.value_code,
            case
                when
                    count(*) >= 6
                    and min(weeks.emails) < max(weeks.emails)
                    and min(weeks.calls) < max(weeks.calls)
                    -- of whole numbers, so that the order of the weeks leaves no trace
                    then
                        (
                            count(*) * sum(weeks.emails * weeks.calls)
                            - sum(weeks.emails) * sum(weeks.calls)
                        )
                        / sqrt(
                            count(*) * sum(weeks.emails * weeks.emails)
                            - sum(weeks.emails) * sum(weeks.emails)
                        )
                        / sqrt(
                            count(*) * sum(weeks.calls * weeks.calls)
                            - sum(weeks.calls) * sum(weeks.calls)
                        )
            end as value,
            cast(null as double) as numerator,
            cast(null as double) as denominator,
            cast(count(*) as double) as sample_size
        from weeks
        inner join publications
            on
                {{ first_code_of('weeks.value_code') }} = publications.first_code
                and publications.grain = '{{ grain }}'
        group by all
        having sum(weeks.emails) + sum(weeks.calls) > 0
        {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from kpi_email_call_correlation
