-- grain: one row per landed row of an orders export, accepted or rejected.
-- An accepted row is an order.

{% set required = {
    'order_id': 'id', 'ordered_at': 'moment', 'status': 'word',
} %}
{% set optional = {
    'account_id': 'id', 'account_name': 'text', 'deal_id': 'id', 'rep_id': 'id',
    'rep_name': 'text', 'campaign_id': 'id', 'amount': 'decimal', 'currency': 'text',
} %}

with landed as (select * from {{ source('generic', 'orders') }}),

reading_rules as (select * from {{ ref('stg_settings__reading_rules') }}),

clocks as (select * from {{ ref('stg_settings__timezone_days') }}),

values_read as (
    select
        {{ landed_row() }},
        {{ read_text('landed.order_id') }} as order_id,
        {{ read_text('landed.account_id') }} as account_id,
        {{ read_text('landed.account_name') }} as account_name,
        {{ read_text('landed.deal_id') }} as deal_id,
        {{ read_text('landed.rep_id') }} as rep_id,
        {{ read_text('landed.rep_name') }} as rep_name,
        {{ read_text('landed.campaign_id') }} as campaign_id,
        {{ read_moment('ordered_at') }},
        {{ read_word('landed.status', ['placed', 'cancelled', 'refunded']) }} as status,
        {{ read_decimal('landed.amount') }} as amount,
        {{ read_currency('landed.currency') }} as currency,
        {{ row_hash(required, optional) }} as row_hash
    from landed
    left join reading_rules
        on
            landed._load_id = reading_rules.load_id
            and landed._file = reading_rules.file
),

stg_generic__orders as (
    select
        values_read.source,
        values_read.load_id,
        values_read.load_row,
        values_read.file,
        values_read.order_id,
        values_read.account_id,
        values_read.account_name,
        values_read.deal_id,
        values_read.rep_id,
        values_read.rep_name,
        values_read.campaign_id,
        {{ moment_columns('ordered_at') }},
        values_read.status,
        values_read.amount,
        values_read.currency,
        {{ reject_columns(required) }},
        {{ issues(required, optional) }},
        values_read.row_hash
    from values_read
    {{ moment_joins(['ordered_at']) }}
)

select * from stg_generic__orders
