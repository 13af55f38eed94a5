-- grain: one row per closed deal that something dates: when it was closed.
-- Without a time of its own: its last stage entry, else the last change of its record.
-- A day after the day of its own load cannot have happened: then its last entry into a
-- closed stage, else the last change of its record, else the day of the load.
{% set days = {'at': 'days.starts_at', 'on': 'days.day', 'has_time': 'false'} %}
with records as (
    {{ current_rows('deals') }}
),

keyed as (select * from {{ ref('int_deals_keyed') }}),

loads as (
    select distinct
        load_id,
        loaded_on
    from {{ ref('stg_landing__loads') }}
),

deals as (
    select
        keyed.deal_key,
        records.*,
        loads.loaded_on,
        coalesce(records.closed_on > loads.loaded_on, false) as is_to_come
    from records
    inner join keyed
        on
            records.source = keyed.source
            and records.deal_id = keyed.deal_id
    inner join loads
        on records.load_id = loads.load_id
),

closed_stages as (
    select
        deals.stage,
        coalesce(
            any_value(funnel_stages.outcome) in ('won', 'lost'),
            bool_and(deals.status in ('won', 'lost'))
        ) as is_closed
    from deals
    left join {{ ref('stg_reference__funnel_stages') }} as funnel_stages
        on lower(deals.stage) = funnel_stages.stage
    group by all
),

last_entries as (
    select
        deals.deal_key,
        max(stage_entries.entered_at) as entered_at,
        max_by(stage_entries.entered_on, stage_entries.entered_at) as entered_on,
        max_by(stage_entries.entered_has_time, stage_entries.entered_at)
            as entered_has_time
    from deals
    inner join {{ ref('int_deal_stage_entries') }} as stage_entries
        on deals.deal_key = stage_entries.deal_key
    left join closed_stages
        on stage_entries.stage = closed_stages.stage
    where
        stage_entries.entered_on <= deals.loaded_on
        and (coalesce(closed_stages.is_closed, false) or not deals.is_to_come)
    group by all
),

int_deal_closings as (
    select
        deals.deal_key,
        deals.status,
        {% for part, load_day in days.items() %}
            case
                when deals.closed_on is not null and not deals.is_to_come
                    then deals.closed_{{ part }}
                when last_entries.entered_on is not null
                    then last_entries.entered_{{ part }}
                when deals.updated_on <= deals.loaded_on then deals.updated_{{ part }}
                else {{ load_day }}
            end as closed_{{ part }},
        {% endfor %}
        deals.closed_on is null or deals.is_to_come as is_closed_on_imputed
    from deals
    left join last_entries
        on deals.deal_key = last_entries.deal_key
    left join {{ ref('int_reporting_days') }} as days
        on deals.loaded_on = days.day
    where
        deals.status in ('won', 'lost')
        and coalesce(deals.closed_on, last_entries.entered_on, deals.updated_on)
        is not null
)

select * from int_deal_closings
