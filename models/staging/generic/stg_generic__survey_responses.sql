-- grain: one row per landed row of a survey_responses export, accepted or rejected.
-- An accepted row is one answer to a survey.

{% set required = {
    'response_id': 'id', 'survey': 'word', 'responded_at': 'moment',
    'score': 'decimal',
} %}
{% set optional = {
    'account_id': 'id', 'account_name': 'text', 'prospect_id': 'id',
    'scale_max': 'integer', 'comment': 'text',
} %}
{% set others = {'scale_max:range': 'values_read.scale_max < 1'} %}
{% set ranges = {
    'score': "values_read.score between
            case when values_read.survey = 'nps' then 0 else 1 end
            and case
                when values_read.survey = 'nps' then 10
                when values_read.scale_max >= 1 then values_read.scale_max
                when values_read.survey = 'csat' then 5
                else 7
            end",
} %}

with landed as (select * from {{ source('generic', 'survey_responses') }}),

reading_rules as (select * from {{ ref('stg_settings__reading_rules') }}),

clocks as (select * from {{ ref('stg_settings__timezone_days') }}),

values_read as (
    select
        {{ landed_row() }},
        {{ read_text('landed.response_id') }} as response_id,
        {{ read_word('landed.survey', ['nps', 'csat', 'ces']) }} as survey,
        {{ read_text('landed.account_id') }} as account_id,
        {{ read_text('landed.account_name') }} as account_name,
        {{ read_text('landed.prospect_id') }} as prospect_id,
        {{ read_moment('responded_at') }},
        {{ read_decimal('landed.score') }} as score,
        {{ read_integer('landed.scale_max') }} as scale_max,
        {{ read_text('landed.comment') }} as comment,
        {{ row_hash(required, optional) }} as row_hash
    from landed
    left join reading_rules
        on
            landed._load_id = reading_rules.load_id
            and landed._file = reading_rules.file
),

stg_generic__survey_responses as (
    select
        values_read.source,
        values_read.load_id,
        values_read.load_row,
        values_read.file,
        values_read.response_id,
        values_read.survey,
        values_read.account_id,
        values_read.account_name,
        values_read.prospect_id,
        {{ moment_columns('responded_at') }},
        values_read.score,
        case
            when values_read.scale_max >= 1 then values_read.scale_max
        end as scale_max,
        values_read.comment,
        {{ reject_columns(required, ranges) }},
        {{ issues(required, optional, others) }},
        values_read.row_hash
    from values_read
    {{ moment_joins(['responded_at']) }}
)

select * from stg_generic__survey_responses
