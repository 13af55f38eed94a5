-- grain: one row per landed row of an accounts export, accepted or rejected.
-- An accepted row is a company.

{% set required = {
    'account_id': 'id', 'name': 'text',
} %}
{% set optional = {
    'domain': 'text', 'registration_number': 'text', 'sector': 'text',
    'employee_count': 'integer', 'country': 'text', 'region': 'text', 'city': 'text',
    'parent_account_id': 'id', 'owner_rep_id': 'id', 'owner_rep_name': 'text',
    'created_at': 'moment', 'updated_at': 'moment', 'is_test': 'boolean',
} %}
{% set others = {'employee_count:range': 'values_read.employee_count < 0'} %}

with landed as (select * from {{ source('generic', 'accounts') }}),

reading_rules as (select * from {{ ref('stg_settings__reading_rules') }}),

clocks as (select * from {{ ref('stg_settings__timezone_days') }}),

values_read as (
    select
        {{ landed_row() }},
        {{ read_text('landed.account_id') }} as account_id,
        {{ read_text('landed.name') }} as name,
        {{ read_text('landed.domain') }} as domain,
        {{ read_text('landed.registration_number') }} as registration_number,
        {{ read_text('landed.sector') }} as sector,
        {{ read_integer('landed.employee_count') }} as employee_count,
        {{ read_text('landed.country') }} as country,
        {{ read_text('landed.region') }} as region,
        {{ read_text('landed.city') }} as city,
        {{ read_text('landed.parent_account_id') }} as parent_account_id,
        {{ read_text('landed.owner_rep_id') }} as owner_rep_id,
        {{ read_text('landed.owner_rep_name') }} as owner_rep_name,
        {{ read_moment('created_at') }},
        {{ read_moment('updated_at') }},
        {{ read_boolean('landed.is_test') }} as is_test,
        {{ row_hash(required, optional) }} as row_hash
    from landed
    left join reading_rules
        on
            landed._load_id = reading_rules.load_id
            and landed._file = reading_rules.file
),

stg_generic__accounts as (
    select
        values_read.source,
        values_read.load_id,
        values_read.load_row,
        values_read.file,
        values_read.account_id,
        values_read.name,
        values_read.domain,
        values_read.registration_number,
        values_read.sector,
        case
            when values_read.employee_count >= 0 then values_read.employee_count
        end as employee_count,
        values_read.country,
        values_read.region,
        values_read.city,
        values_read.parent_account_id,
        values_read.owner_rep_id,
        values_read.owner_rep_name,
        {{ moment_columns('created_at') }},
        {{ moment_columns('updated_at') }},
        values_read.is_test,
        {{ reject_columns(required) }},
        {{ issues(required, optional, others) }},
        values_read.row_hash
    from values_read
    {{ moment_joins(['created_at', 'updated_at']) }}
)

select * from stg_generic__accounts
