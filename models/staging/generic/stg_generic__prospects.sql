-- grain: one row per landed row of a prospects export, accepted or rejected.
-- An accepted row is a person in the sales base.

{% set required = {'prospect_id': 'id', 'detected_at': 'moment'} %}
{% set optional = {
    'account_id': 'id', 'account_name': 'text', 'first_name': 'text',
    'last_name': 'text', 'email': 'text', 'phone': 'text', 'linkedin_url': 'text',
    'job_title': 'text', 'persona': 'text', 'lead_source': 'text', 'owner_rep_id': 'id',
    'owner_rep_name': 'text', 'qualified_at': 'moment', 'disqualified_at': 'moment',
    'disqualified_reason': 'text', 'opted_out_at': 'moment', 'updated_at': 'moment',
    'is_test': 'boolean',
} %}
{# a file without the column, as landing and translation mark its rows #}
{% set undated = {'detected_at': "values_read.cells.detected_at = '(no column)'"} %}
{% set others = {'phone:rounded_id': rounded_id('values_read.phone')} %}

with landed as (select * from {{ source('generic', 'prospects') }}),

reading_rules as (select * from {{ ref('stg_settings__reading_rules') }}),

clocks as (select * from {{ ref('stg_settings__timezone_days') }}),

values_read as (
    select
        {{ landed_row() }},
        {{ read_text('landed.prospect_id') }} as prospect_id,
        {{ read_text('landed.account_id') }} as account_id,
        {{ read_text('landed.account_name') }} as account_name,
        {{ read_text('landed.first_name') }} as first_name,
        {{ read_text('landed.last_name') }} as last_name,
        {{ read_text('landed.email') }} as email,
        {{ read_text('landed.phone') }} as phone,
        {{ read_text('landed.linkedin_url') }} as linkedin_url,
        {{ read_text('landed.job_title') }} as job_title,
        {{ read_text('landed.persona') }} as persona,
        {{ read_text('landed.lead_source') }} as lead_source,
        {{ read_text('landed.owner_rep_id') }} as owner_rep_id,
        {{ read_text('landed.owner_rep_name') }} as owner_rep_name,
        {{ read_moment('detected_at') }},
        {{ read_moment('qualified_at') }},
        {{ read_moment('disqualified_at') }},
        {{ read_text('landed.disqualified_reason') }} as disqualified_reason,
        {{ read_moment('opted_out_at') }},
        {{ read_moment('updated_at') }},
        {{ read_boolean('landed.is_test') }} as is_test,
        {{ row_hash(required, optional) }} as row_hash
    from landed
    left join reading_rules
        on
            landed._load_id = reading_rules.load_id
            and landed._file = reading_rules.file
),

stg_generic__prospects as (
    select
        values_read.source,
        values_read.load_id,
        values_read.load_row,
        values_read.file,
        values_read.prospect_id,
        values_read.account_id,
        values_read.account_name,
        values_read.first_name,
        values_read.last_name,
        values_read.email,
        case
            when {{ rounded_id('values_read.phone') }} then null else values_read.phone
        end as phone,
        values_read.linkedin_url,
        values_read.job_title,
        values_read.persona,
        values_read.lead_source,
        values_read.owner_rep_id,
        values_read.owner_rep_name,
        {{ moment_columns('detected_at') }},
        {{ moment_columns('qualified_at') }},
        {{ moment_columns('disqualified_at') }},
        values_read.disqualified_reason,
        {{ moment_columns('opted_out_at') }},
        {{ moment_columns('updated_at') }},
        values_read.is_test,
        {{ reject_columns(required, unless=undated) }},
        {{ issues(required, optional, others) }},
        values_read.row_hash
    from values_read
    {{ moment_joins(['detected_at', 'qualified_at', 'disqualified_at', 'opted_out_at',
                     'updated_at']) }}
)

select * from stg_generic__prospects
