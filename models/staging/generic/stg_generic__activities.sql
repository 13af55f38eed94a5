-- grain: one row per landed row of an activities export, accepted or rejected.
-- An accepted row is one call, e-mail, LinkedIn message or invitation, meeting, letter
-- or SMS.

{% set required = {
    'activity_id': 'id', 'occurred_at': 'moment', 'channel': 'word',
    'direction': 'word',
} %}
{% set optional = {
    'outcome': 'word', 'prospect_id': 'id', 'account_id': 'id', 'account_name': 'text',
    'rep_id': 'id', 'rep_name': 'text', 'campaign_id': 'id', 'message_variant': 'text',
    'sender_account': 'text', 'email': 'text', 'linkedin_url': 'text', 'phone': 'text',
    'created_at': 'moment', 'duration_seconds': 'integer', 'is_service': 'boolean',
    'in_reply_to': 'id',
} %}
{% set others = {
    'channel:closed_list':
        "values_read.channel = 'other'"
        " and lower(trim(values_read.cells.channel)) != 'other'",
    'duration_seconds:range': 'values_read.duration_seconds < 0',
    'phone:rounded_id': rounded_id('values_read.phone'),
} %}

with landed as (select * from {{ source('generic', 'activities') }}),

reading_rules as (select * from {{ ref('stg_settings__reading_rules') }}),

clocks as (select * from {{ ref('stg_settings__timezone_days') }}),

values_read as (
    select
        {{ landed_row() }},
        {{ read_text('landed.activity_id') }} as activity_id,
        {{ read_moment('occurred_at') }},
        {{ read_word(
            'landed.channel',
            ['call', 'email', 'linkedin', 'meeting', 'mail', 'sms', 'other'],
            other_word='other'
        ) }} as channel,
        {{ read_word('landed.direction', ['outbound', 'inbound']) }} as direction,
        {{ read_word('landed.outcome') }} as outcome,
        {{ read_text('landed.prospect_id') }} as prospect_id,
        {{ read_text('landed.account_id') }} as account_id,
        {{ read_text('landed.account_name') }} as account_name,
        {{ read_text('landed.rep_id') }} as rep_id,
        {{ read_text('landed.rep_name') }} as rep_name,
        {{ read_text('landed.campaign_id') }} as campaign_id,
        {{ read_text('landed.message_variant') }} as message_variant,
        {{ read_text('landed.sender_account') }} as sender_account,
        {{ read_text('landed.email') }} as email,
        {{ read_text('landed.linkedin_url') }} as linkedin_url,
        {{ read_text('landed.phone') }} as phone,
        {{ read_moment('created_at') }},
        {{ read_integer('landed.duration_seconds') }} as duration_seconds,
        {{ read_boolean('landed.is_service') }} as is_service,
        {{ read_text('landed.in_reply_to') }} as in_reply_to,
        {{ row_hash(required, optional) }} as row_hash
    from landed
    left join reading_rules
        on
            landed._load_id = reading_rules.load_id
            and landed._file = reading_rules.file
),

stg_generic__activities as (
    select
        values_read.source,
        values_read.load_id,
        values_read.load_row,
        values_read.file,
        values_read.activity_id,
        {{ moment_columns('occurred_at') }},
        values_read.channel,
        values_read.direction,
        values_read.outcome,
        values_read.prospect_id,
        values_read.account_id,
        values_read.account_name,
        values_read.rep_id,
        values_read.rep_name,
        values_read.campaign_id,
        values_read.message_variant,
        values_read.sender_account,
        values_read.email,
        values_read.linkedin_url,
        case
            when {{ rounded_id('values_read.phone') }} then null
            else values_read.phone
        end as phone,
        {{ moment_columns('created_at') }},
        case
            when values_read.duration_seconds >= 0 then values_read.duration_seconds
        end as duration_seconds,
        values_read.is_service,
        values_read.in_reply_to,
        {{ reject_columns(required) }},
        {{ issues(required, optional, others) }},
        values_read.row_hash
    from values_read
    {{ moment_joins(['occurred_at', 'created_at']) }}
)

select * from stg_generic__activities
