-- grain: one row per amount of money spent on prospecting: a cost, or a rep's time in a
-- month.
-- A rep's time costs loaded_monthly_cost × days ÷ working_days (25 unless given).
-- names_* says whether the record names a rep or campaign, known or not.
{% set monthly = product('loaded_monthly_cost', 'days') %}
{% set cost = 'cast(' ~ monthly ~ ' as double) / coalesce(working_days, 25)' %}
with costs as (
    {{ current_rows('costs') }}
),

rep_time as (
    {{ current_rows('rep_time') }}
),

sources as (select * from {{ ref('stg_settings__sources') }}),

rep_references as (select * from {{ ref('int_rep_references') }}),

rep_names as (select * from {{ ref('int_rep_names') }}),

campaign_references as (select * from {{ ref('int_campaign_references') }}),

spent as (
    select
        'cost' as kind,
        source,
        cost_id,
        incurred_on,
        coalesce(incurred_to, incurred_on) as incurred_to,
        cost_type,
        nature,
        channel,
        campaign_id,
        rep_id,
        rep_name,
        cast(null as decimal(18, 4)) as days,
        cast(amount as decimal(24, 6)) as amount,
        currency
    from costs
    union all
    select
        'rep_time' as kind,
        source,
        {{ rep_time_id() }} as cost_id,
        month as incurred_on,
        last_day(month) as incurred_to,
        'salary' as cost_type,
        'human' as nature,
        channel,
        campaign_id,
        rep_id,
        null as rep_name,
        days,
        case when abs({{ cost }}) < 1e17 then cast({{ cost }} as decimal(24, 6)) end
            as amount,
        cast(null as varchar) as currency
    from rep_time
),

int_costs as (
    select
        row_number() over (
            order by sources.source_order, spent.source, spent.kind, spent.cost_id
        ) as cost_key,
        spent.kind,
        spent.source,
        spent.cost_id,
        spent.incurred_on,
        greatest(spent.incurred_to, spent.incurred_on) as incurred_to,
        spent.cost_type,
        spent.nature,
        {{ known_channel('spent.channel') }} as channel,
        campaign_references.campaign_key,
        spent.campaign_id is not null as names_campaign,
        {{ found_by_id_or_name('rep') }} as rep_key,
        coalesce(spent.rep_id, spent.rep_name) is not null as names_rep,
        spent.days,
        spent.amount,
        spent.currency
    from spent
    inner join sources
        on spent.source = sources.source
    {{ join_by_id_or_name('spent', 'rep') }}
    left join campaign_references
        on
            spent.source = campaign_references.source
            and spent.campaign_id = campaign_references.campaign_id
)

select * from int_costs
