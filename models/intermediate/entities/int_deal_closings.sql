-- grain: one row per closed deal that something dates: when it was closed.
-- Without a time of its own: its last stage entry, else the last change of its record.
-- A day after the day of its own load cannot have happened: then its last entry into a
-- closed stage, else the last change of its record, else the day of the load.
{% set load_day = {'at': 'days.starts_at', 'on': 'days.day', 'has_time': 'false'} %}
with records as (
    {{ current_rows('deals') }}
),

keyed as (select * from {{ ref('int_deals_keyed') }}),

loads as (select * from {{ ref('stg_landing__loads') }}),

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
        on
            records.load_id = loads.load_id
            and records.file = loads.file
    where records.status in ('won', 'lost')
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
    inner join {{ ref('int_stages') }} as known_stages
        on
            deals.source = known_stages.source
            and {{ folded_word('stage_entries.stage') }} = known_stages.stage
    where
        stage_entries.entered_on <= deals.loaded_on
        and (known_stages.is_closed or not deals.is_to_come)
    group by all
),

dated as (
    select
        deals.*,
        last_entries.entered_at,
        last_entries.entered_on,
        last_entries.entered_has_time,
        case
            when deals.closed_on is not null and not deals.is_to_come then 'itself'
            when last_entries.entered_on is not null then 'stage_entry'
            when deals.updated_on <= deals.loaded_on then 'record_change'
            else 'load'
        end as dated_by
    from deals
    left join last_entries
        on deals.deal_key = last_entries.deal_key
    where
        coalesce(deals.closed_on, last_entries.entered_on, deals.updated_on)
        is not null
),

int_deal_closings as (
    select
        dated.deal_key,
        dated.status,
        {% for part, of_load in load_day.items() %}
            case dated.dated_by
                when 'itself' then dated.closed_{{ part }}
                when 'stage_entry' then dated.entered_{{ part }}
                when 'record_change' then dated.updated_{{ part }}
                else {{ of_load }}
            end as closed_{{ part }},
        {% endfor %}
        dated.dated_by,
        dated.dated_by != 'itself' as is_closed_on_imputed
    from dated
    left join {{ ref('int_reporting_days') }} as days
        on dated.loaded_on = days.day
)

select * from int_deal_closings
