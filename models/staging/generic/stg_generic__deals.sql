-- grain: one row per landed row of a deals export, accepted or rejected.
-- An accepted row is an opportunity.

{% set required = {
    'deal_id': 'id', 'stage': 'text', 'status': 'word',
} %}
{% set optional = {
    'account_id': 'id', 'account_name': 'text', 'prospect_id': 'id', 'rep_id': 'id',
    'rep_name': 'text', 'campaign_id': 'id', 'pipeline': 'text',
    'is_stage_unknown': 'boolean', 'amount': 'decimal', 'currency': 'text',
    'created_at': 'moment', 'expected_close_on': 'day', 'closed_at': 'moment',
    'lost_reason': 'text', 'product_id': 'id', 'updated_at': 'moment',
    'is_test': 'boolean',
} %}

with landed as (select * from {{ source('generic', 'deals') }}),

reading_rules as (select * from {{ ref('stg_settings__reading_rules') }}),

clocks as (select * from {{ ref('stg_settings__timezone_days') }}),

values_read as (
    select
        {{ landed_row() }},
        {{ read_text('landed.deal_id') }} as deal_id,
        {{ read_text('landed.account_id') }} as account_id,
        {{ read_text('landed.account_name') }} as account_name,
        {{ read_text('landed.prospect_id') }} as prospect_id,
        {{ read_text('landed.rep_id') }} as rep_id,
        {{ read_text('landed.rep_name') }} as rep_name,
        {{ read_text('landed.campaign_id') }} as campaign_id,
        {{ read_text('landed.pipeline') }} as pipeline,
        {{ read_text('landed.stage') }} as stage,
        {{ read_word('landed.status', ['open', 'won', 'lost']) }} as status,
        {{ read_boolean('landed.is_stage_unknown') }} as is_stage_unknown,
        {{ read_decimal('landed.amount') }} as amount,
        {{ read_currency('landed.currency') }} as currency,
        {{ read_moment('created_at') }},
        {{ read_day('landed.expected_close_on') }} as expected_close_on,
        {{ read_moment('closed_at') }},
        {{ read_text('landed.lost_reason') }} as lost_reason,
        {{ read_text('landed.product_id') }} as product_id,
        {{ read_moment('updated_at') }},
        {{ read_boolean('landed.is_test') }} as is_test,
        {{ row_hash(required, optional) }} as row_hash
    from landed
    left join reading_rules
        on
            landed._load_id = reading_rules.load_id
            and landed._file = reading_rules.file
),

stg_generic__deals as (
    select
        values_read.source,
        values_read.load_id,
        values_read.load_row,
        values_read.file,
        values_read.deal_id,
        values_read.account_id,
        values_read.account_name,
        values_read.prospect_id,
        values_read.rep_id,
        values_read.rep_name,
        values_read.campaign_id,
        values_read.pipeline,
        values_read.stage,
        values_read.status,
        values_read.is_stage_unknown,
        values_read.amount,
        values_read.currency,
        {{ moment_columns('created_at') }},
        values_read.expected_close_on,
        {{ moment_columns('closed_at') }},
        values_read.lost_reason,
        values_read.product_id,
        {{ moment_columns('updated_at') }},
        values_read.is_test,
        {{ reject_columns(required) }},
        {{ issues(required, optional) }},
        values_read.row_hash
    from values_read
    {{ moment_joins(['created_at', 'closed_at', 'updated_at']) }}
)

select * from stg_generic__deals
