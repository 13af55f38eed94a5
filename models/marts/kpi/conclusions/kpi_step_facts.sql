-- grain: one row per step of the funnel, grain, period and fact: the dimension and
-- value that it is told of.
-- The steps that can be judged against their own six periods before: all known, and
-- neither nobody nor everybody passed then. Of segments that are the whole, or the same
-- people, the first one tells it. None by rep or team: whose a prospect is may have
-- changed since.
{% set in_order = quoted_values(kpi_dimensions()) %}
with judgements as (select * from {{ ref('kpi_funnel_judgements') }}),

kpi_step_facts as (
    select
        stage,
        grain,
        period_start,
        dimension,
        dimension_value,
        window_rate,
        earlier_rate,
        fall,
        entered_in_window,
        customers_beyond
    from judgements
    where
        fall is not null
        and earlier_rate > 0
        and earlier_rate < 1
        and {{ is_named('dimension_value') }}
        and dimension not in ('rep', 'team')
        and earlier_periods >= case grain when 'month' then 6 else 4 end
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
                coalesce(list_position([{{ in_order }}], dimension), 0),
                dimension_value
        ) = 1
)

select * from kpi_step_facts
