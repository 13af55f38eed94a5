-- grain: one row per landed row of a contracts export, accepted or rejected.
-- An accepted row is a subscription or service contract.

{% set required = {
    'contract_id': 'id', 'started_on': 'day',
} %}
{% set optional = {
    'account_id': 'id', 'account_name': 'text', 'deal_id': 'id', 'ends_on': 'day',
    'cancelled_on': 'day', 'cancel_reason': 'text', 'renewed_by_contract_id': 'id',
    'monthly_amount': 'decimal', 'currency': 'text',
} %}

with landed as (select * from {{ source('generic', 'contracts') }}),

reading_rules as (select * from {{ ref('stg_settings__reading_rules') }}),

values_read as (
    select
        {{ landed_row() }},
        {{ read_text('landed.contract_id') }} as contract_id,
        {{ read_text('landed.account_id') }} as account_id,
        {{ read_text('landed.account_name') }} as account_name,
        {{ read_text('landed.deal_id') }} as deal_id,
        {{ read_day('landed.started_on') }} as started_on,
        {{ read_day('landed.ends_on') }} as ends_on,
        {{ read_day('landed.cancelled_on') }} as cancelled_on,
        {{ read_text('landed.cancel_reason') }} as cancel_reason,
        {{ read_text('landed.renewed_by_contract_id') }} as renewed_by_contract_id,
        {{ read_decimal('landed.monthly_amount') }} as monthly_amount,
        {{ read_currency('landed.currency') }} as currency,
        {{ row_hash(required, optional) }} as row_hash
    from landed
    left join reading_rules
        on
            landed._load_id = reading_rules.load_id
            and landed._file = reading_rules.file
),

stg_generic__contracts as (
    select
        values_read.source,
        values_read.load_id,
        values_read.load_row,
        values_read.file,
        values_read.contract_id,
        values_read.account_id,
        values_read.account_name,
        values_read.deal_id,
        values_read.started_on,
        values_read.ends_on,
        values_read.cancelled_on,
        values_read.cancel_reason,
        values_read.renewed_by_contract_id,
        values_read.monthly_amount,
        values_read.currency,
        {{ reject_columns(required) }},
        {{ issues(required, optional) }},
        values_read.row_hash
    from values_read
)

select * from stg_generic__contracts
