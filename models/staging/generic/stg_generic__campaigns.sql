-- grain: one row per landed row of a campaigns export, accepted or rejected.
-- An accepted row is an outreach or marketing campaign.

{% set required = {
    'campaign_id': 'id', 'name': 'text',
} %}
{% set optional = {
    'channel': 'word', 'target_segment': 'text', 'started_on': 'day',
    'ended_on': 'day', 'budget_amount': 'decimal', 'currency': 'text',
} %}

with landed as (select * from {{ source('generic', 'campaigns') }}),

reading_rules as (select * from {{ ref('stg_settings__reading_rules') }}),

values_read as (
    select
        {{ landed_row() }},
        {{ read_text('landed.campaign_id') }} as campaign_id,
        {{ read_text('landed.name') }} as name,
        {{ read_word('landed.channel') }} as channel,
        {{ read_text('landed.target_segment') }} as target_segment,
        {{ read_day('landed.started_on') }} as started_on,
        {{ read_day('landed.ended_on') }} as ended_on,
        {{ read_decimal('landed.budget_amount') }} as budget_amount,
        {{ read_currency('landed.currency') }} as currency,
        {{ row_hash(required, optional) }} as row_hash
    from landed
    left join reading_rules
        on
            landed._load_id = reading_rules.load_id
            and landed._file = reading_rules.file
),

stg_generic__campaigns as (
    select
        values_read.source,
        values_read.load_id,
        values_read.load_row,
        values_read.file,
        values_read.campaign_id,
        values_read.name,
        values_read.channel,
        values_read.target_segment,
        values_read.started_on,
        values_read.ended_on,
        values_read.budget_amount,
        values_read.currency,
        {{ reject_columns(required) }},
        {{ issues(required, optional) }},
        values_read.row_hash
    from values_read
)

select * from stg_generic__campaigns
