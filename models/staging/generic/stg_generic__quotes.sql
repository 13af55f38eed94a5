-- grain: one row per landed row of a quotes export, accepted or rejected.
-- An accepted row is an offer.

{% set required = {
    'quote_id': 'id', 'sent_at': 'moment', 'status': 'word',
} %}
{% set optional = {
    'deal_id': 'id', 'account_id': 'id', 'account_name': 'text', 'prospect_id': 'id',
    'rep_id': 'id', 'rep_name': 'text', 'decided_at': 'moment', 'amount': 'decimal',
    'currency': 'text', 'valid_until': 'day',
} %}

with landed as (select * from {{ source('generic', 'quotes') }}),

reading_rules as (select * from {{ ref('stg_settings__reading_rules') }}),

clocks as (select * from {{ ref('stg_settings__timezone_days') }}),

values_read as (
    select
        {{ landed_row() }},
        {{ read_text('landed.quote_id') }} as quote_id,
        {{ read_text('landed.deal_id') }} as deal_id,
        {{ read_text('landed.account_id') }} as account_id,
        {{ read_text('landed.account_name') }} as account_name,
        {{ read_text('landed.prospect_id') }} as prospect_id,
        {{ read_text('landed.rep_id') }} as rep_id,
        {{ read_text('landed.rep_name') }} as rep_name,
        {{ read_moment('sent_at') }},
        {{ read_word(
            'landed.status',
            ['draft', 'sent', 'accepted', 'rejected', 'expired']
        ) }} as status,
        {{ read_moment('decided_at') }},
        {{ read_decimal('landed.amount') }} as amount,
        {{ read_currency('landed.currency') }} as currency,
        {{ read_day('landed.valid_until') }} as valid_until,
        {{ row_hash(required, optional) }} as row_hash
    from landed
    left join reading_rules
        on
            landed._load_id = reading_rules.load_id
            and landed._file = reading_rules.file
),

stg_generic__quotes as (
    select
        values_read.source,
        values_read.load_id,
        values_read.load_row,
        values_read.file,
        values_read.quote_id,
        values_read.deal_id,
        values_read.account_id,
        values_read.account_name,
        values_read.prospect_id,
        values_read.rep_id,
        values_read.rep_name,
        {{ moment_columns('sent_at') }},
        values_read.status,
        {{ moment_columns('decided_at') }},
        values_read.amount,
        values_read.currency,
        values_read.valid_until,
        {{ reject_columns(required) }},
        {{ issues(required, optional) }},
        values_read.row_hash
    from values_read
    {{ moment_joins(['sent_at', 'decided_at']) }}
)

select * from stg_generic__quotes
