-- grain: one row per landed row of a costs export, accepted or rejected.
-- An accepted row is money spent on prospecting, spread evenly over its days.

{% set required = {
    'cost_id': 'id', 'incurred_on': 'day', 'cost_type': 'word', 'amount': 'decimal',
} %}
{% set optional = {
    'incurred_to': 'day', 'nature': 'word', 'channel': 'word', 'campaign_id': 'id',
    'rep_id': 'id', 'rep_name': 'text', 'currency': 'text',
} %}
{% set is_no_end = 'values_read.incurred_to > values_read.incurred_on + to_years(10)' %}
{% set others = {
    'incurred_to:no_end': is_no_end,
    'incurred_to:before_start': 'values_read.incurred_to < values_read.incurred_on',
} %}

with landed as (select * from {{ source('generic', 'costs') }}),

reading_rules as (select * from {{ ref('stg_settings__reading_rules') }}),

values_read as (
    select
        {{ landed_row() }},
        {{ read_text('landed.cost_id') }} as cost_id,
        {{ read_day('landed.incurred_on') }} as incurred_on,
        {{ read_day('landed.incurred_to') }} as incurred_to,
        {{ read_word('landed.cost_type') }} as cost_type,
        {{ read_word(
            'landed.nature',
            ['human', 'automation', 'media', 'other']
        ) }} as nature,
        {{ read_word('landed.channel') }} as channel,
        {{ read_text('landed.campaign_id') }} as campaign_id,
        {{ read_text('landed.rep_id') }} as rep_id,
        {{ read_text('landed.rep_name') }} as rep_name,
        {{ read_decimal('landed.amount') }} as amount,
        {{ read_currency('landed.currency') }} as currency,
        {{ row_hash(required, optional) }} as row_hash
    from landed
    left join reading_rules
        on
            landed._load_id = reading_rules.load_id
            and landed._file = reading_rules.file
),

stg_generic__costs as (
    select
        values_read.source,
        values_read.load_id,
        values_read.load_row,
        values_read.file,
        values_read.cost_id,
        values_read.incurred_on,
        case
            when not ({{ is_no_end }}) then values_read.incurred_to
        end as incurred_to,
        values_read.cost_type,
        values_read.nature,
        values_read.channel,
        values_read.campaign_id,
        values_read.rep_id,
        values_read.rep_name,
        values_read.amount,
        values_read.currency,
        {{ reject_columns(required) }},
        {{ issues(required, optional, others) }},
        values_read.row_hash
    from values_read
)

select * from stg_generic__costs
