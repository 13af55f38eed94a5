-- grain: one row per landed row of a tickets export, accepted or rejected.
-- An accepted row is a customer's complaint, question or compliment.

{% set required = {
    'ticket_id': 'id', 'opened_at': 'moment', 'category': 'word',
} %}
{% set optional = {
    'account_id': 'id', 'account_name': 'text', 'closed_at': 'moment', 'reason': 'text',
    'order_id': 'id', 'contract_id': 'id', 'text': 'text',
} %}

with landed as (select * from {{ source('generic', 'tickets') }}),

reading_rules as (select * from {{ ref('stg_settings__reading_rules') }}),

clocks as (select * from {{ ref('stg_settings__timezone_days') }}),

values_read as (
    select
        {{ landed_row() }},
        {{ read_text('landed.ticket_id') }} as ticket_id,
        {{ read_text('landed.account_id') }} as account_id,
        {{ read_text('landed.account_name') }} as account_name,
        {{ read_moment('opened_at') }},
        {{ read_moment('closed_at') }},
        {{ read_word(
            'landed.category',
            [
                'complaint', 'refund_request', 'dissatisfaction', 'compliment', 'question',
                'service',
            ]
        ) }} as category,
        {{ read_text('landed.reason') }} as reason,
        {{ read_text('landed.order_id') }} as order_id,
        {{ read_text('landed.contract_id') }} as contract_id,
        {{ read_text('landed.text') }} as text,
        {{ row_hash(required, optional) }} as row_hash
    from landed
    left join reading_rules
        on
            landed._load_id = reading_rules.load_id
            and landed._file = reading_rules.file
),

stg_generic__tickets as (
    select
        values_read.source,
        values_read.load_id,
        values_read.load_row,
        values_read.file,
        values_read.ticket_id,
        values_read.account_id,
        values_read.account_name,
        {{ moment_columns('opened_at') }},
        {{ moment_columns('closed_at') }},
        values_read.category,
        values_read.reason,
        values_read.order_id,
        values_read.contract_id,
        values_read.text,
        {{ reject_columns(required) }},
        {{ issues(required, optional) }},
        values_read.row_hash
    from values_read
    {{ moment_joins(['opened_at', 'closed_at']) }}
)

select * from stg_generic__tickets
