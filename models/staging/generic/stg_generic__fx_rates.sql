-- grain: one row per landed row of an fx_rates export, accepted or rejected.
-- An accepted row is an exchange rate, valid from its day on.

{% set required = {
    'rate_on': 'day', 'currency': 'text', 'rate': 'decimal',
} %}
{% set optional = {} %}
{% set ranges = {'rate': 'values_read.rate > 0'} %}

with landed as (select * from {{ source('generic', 'fx_rates') }}),

reading_rules as (select * from {{ ref('stg_settings__reading_rules') }}),

values_read as (
    select
        {{ landed_row() }},
        {{ read_day('landed.rate_on') }} as rate_on,
        {{ read_currency('landed.currency') }} as currency,
        {{ read_decimal('landed.rate', scale=11) }} as rate,
        {{ row_hash(required, optional) }} as row_hash
    from landed
    left join reading_rules
        on
            landed._load_id = reading_rules.load_id
            and landed._file = reading_rules.file
),

stg_generic__fx_rates as (
    select
        values_read.source,
        values_read.load_id,
        values_read.load_row,
        values_read.file,
        values_read.rate_on,
        values_read.currency,
        values_read.rate,
        {{ reject_columns(required, ranges) }},
        {{ issues(required, optional) }},
        values_read.row_hash
    from values_read
)

select * from stg_generic__fx_rates
