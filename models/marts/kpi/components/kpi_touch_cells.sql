-- grain: one row per month, rep, campaign, channel, dimension and dimension value.
-- The prospecting touches that costs are spread over, counted once for all costs.
{% set dimensions = ['sender_account'] + kpi_who_dimensions() %}
with touches as (
    select * from {{ ref('kpi_touches') }}
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
        {{ dimension_columns(dimensions) }},
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
        dimension,
        dimension_value,
        touches
    from counted
)

select * from kpi_touch_cells
