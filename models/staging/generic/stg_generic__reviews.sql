-- grain: one row per landed row of a reviews export, accepted or rejected.
-- An accepted row is a public review.

{% set required = {
    'review_id': 'id', 'posted_at': 'moment', 'rating': 'decimal',
} %}
{% set optional = {
    'platform': 'text', 'account_id': 'id', 'account_name': 'text', 'comment': 'text',
} %}
{% set ranges = {'rating': 'values_read.rating between 1 and 5'} %}

with landed as (select * from {{ source('generic', 'reviews') }}),

reading_rules as (select * from {{ ref('stg_settings__reading_rules') }}),

clocks as (select * from {{ ref('stg_settings__timezone_days') }}),

values_read as (
    select
        {{ landed_row() }},
        {{ read_text('landed.review_id') }} as review_id,
        {{ read_text('landed.platform') }} as platform,
        {{ read_moment('posted_at') }},
        {{ read_decimal('landed.rating') }} as rating,
        {{ read_text('landed.account_id') }} as account_id,
        {{ read_text('landed.account_name') }} as account_name,
        {{ read_text('landed.comment') }} as comment,
        {{ row_hash(required, optional) }} as row_hash
    from landed
    left join reading_rules
        on
            landed._load_id = reading_rules.load_id
            and landed._file = reading_rules.file
),

stg_generic__reviews as (
    select
        values_read.source,
        values_read.load_id,
        values_read.load_row,
        values_read.file,
        values_read.review_id,
        values_read.platform,
        {{ moment_columns('posted_at') }},
        values_read.rating,
        values_read.account_id,
        values_read.account_name,
        values_read.comment,
        {{ reject_columns(required, ranges) }},
        {{ issues(required, optional) }},
        values_read.row_hash
    from values_read
    {{ moment_joins(['posted_at']) }}
)

select * from stg_generic__reviews
