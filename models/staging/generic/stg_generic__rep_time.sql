-- grain: one row per landed row of a rep_time export, accepted or rejected.
-- An accepted row is the days a rep spent prospecting in a month.

{% set required = {
    'rep_id': 'id', 'month': 'day', 'days': 'decimal',
    'loaded_monthly_cost': 'decimal',
} %}
{% set optional = {
    'channel': 'word', 'campaign_id': 'id', 'working_days': 'decimal',
} %}
{% set others = {'working_days:range': 'values_read.working_days <= 0'} %}
{% set ranges = {'days': 'values_read.days >= 0'} %}

with landed as (select * from {{ source('generic', 'rep_time') }}),

reading_rules as (select * from {{ ref('stg_settings__reading_rules') }}),

days_read as (
    select
        {{ landed_row() }},
        {{ read_text('landed.rep_id') }} as rep_id,
        {{ read_day('landed.month') }} as day_of_month,
        {{ read_day("(trim(landed.month) || '-01')") }} as first_day,
        {{ read_word('landed.channel') }} as channel,
        {{ read_text('landed.campaign_id') }} as campaign_id,
        {{ read_decimal('landed.days') }} as days,
        {{ read_decimal('landed.loaded_monthly_cost') }} as loaded_monthly_cost,
        {{ read_decimal('landed.working_days') }} as working_days,
        {{ row_hash(required, optional) }} as row_hash
    from landed
    left join reading_rules
        on
            landed._load_id = reading_rules.load_id
            and landed._file = reading_rules.file
),

values_read as (
    select
        days_read.*,
        cast(date_trunc('month', coalesce(
            days_read.day_of_month, days_read.first_day
        )) as date) as month
    from days_read
),

stg_generic__rep_time as (
    select
        values_read.source,
        values_read.load_id,
        values_read.load_row,
        values_read.file,
        values_read.rep_id,
        values_read.month,
        values_read.channel,
        values_read.campaign_id,
        values_read.days,
        values_read.loaded_monthly_cost,
        case
            when values_read.working_days > 0 then values_read.working_days
        end as working_days,
        {{ reject_columns(required, ranges) }},
        {{ issues(required, optional, others) }},
        values_read.row_hash
    from values_read
)

select * from stg_generic__rep_time
