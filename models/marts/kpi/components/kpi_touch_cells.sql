-- grain: one row per month, rep, campaign, channel and dimension value (its code).
-- The prospecting touches that costs are spread over, counted once for all costs.
{% set dimensions = ['sender_account'] + kpi_who_dimensions() %}
with touches as (
    select
        *,
        cast(date_trunc('month', day) as date) as month
    from {{ ref('kpi_touches') }}
    where
        is_prospecting_touch
        and exists (select 1 from {{ ref('fct_costs') }})
),

counted as (
    select
        month,
        rep_key,
        campaign_key,
        touch_channel as channel,
        {{ grouped_code(dimensions) }},
        count(*) as touches
    from touches
    group by grouping sets ( -- unknown to the linter -- noqa: PRS
        {% for dimension in dimensions %}
            (month, rep_key, campaign_key, touch_channel, {{ dimension }})
            {{- ',' if not loop.last }}
        {% endfor %}
    )
),

kpi_touch_cells as (
    select
        month,
        rep_key,
        campaign_key,
        channel,
        value_code,
        touches
    from counted
)

select * from kpi_touch_cells
