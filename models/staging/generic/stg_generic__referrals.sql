-- grain: one row per landed row of a referrals export, accepted or rejected.
-- An accepted row is a customer recommending us.

{% set required = {
    'referral_id': 'id', 'referrer_account_id': 'id', 'referred_at': 'moment',
} %}
{% set optional = {
    'referred_prospect_id': 'id', 'is_valid': 'boolean',
} %}

with landed as (select * from {{ source('generic', 'referrals') }}),

reading_rules as (select * from {{ ref('stg_settings__reading_rules') }}),

clocks as (select * from {{ ref('stg_settings__timezone_days') }}),

values_read as (
    select
        {{ landed_row() }},
        {{ read_text('landed.referral_id') }} as referral_id,
        {{ read_text('landed.referrer_account_id') }} as referrer_account_id,
        {{ read_text('landed.referred_prospect_id') }} as referred_prospect_id,
        {{ read_moment('referred_at') }},
        {{ read_boolean('landed.is_valid') }} as is_valid,
        {{ row_hash(required, optional) }} as row_hash
    from landed
    left join reading_rules
        on
            landed._load_id = reading_rules.load_id
            and landed._file = reading_rules.file
),

stg_generic__referrals as (
    select
        values_read.source,
        values_read.load_id,
        values_read.load_row,
        values_read.file,
        values_read.referral_id,
        values_read.referrer_account_id,
        values_read.referred_prospect_id,
        {{ moment_columns('referred_at') }},
        values_read.is_valid,
        {{ reject_columns(required) }},
        {{ issues(required, optional) }},
        values_read.row_hash
    from values_read
    {{ moment_joins(['referred_at']) }}
)

select * from stg_generic__referrals
