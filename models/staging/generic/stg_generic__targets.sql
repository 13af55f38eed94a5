-- grain: one row per landed row of a targets export, accepted or rejected.
-- An accepted row is a SMART objective, a forecast or a budget.

{% set required = {
    'kpi_id': 'word', 'grain': 'word', 'period_start': 'day',
} %}
{% set optional = {
    'dimension': 'word', 'dimension_value': 'text', 'kind': 'word',
    'target': 'decimal', 'change': 'decimal', 'baseline_start': 'day',
} %}

with landed as (select * from {{ source('generic', 'targets') }}),

reading_rules as (select * from {{ ref('stg_settings__reading_rules') }}),

values_read as (
    select
        {{ landed_row() }},
        {{ read_word('landed.kpi_id') }} as kpi_id,
        {{ read_word(
            'landed.grain',
            ['day', 'week', 'half_month', 'month', 'quarter', 'year']
        ) }} as grain,
        {{ read_day('landed.period_start') }} as period_start,
        {{ read_word('landed.dimension') }} as dimension,
        {{ read_text('landed.dimension_value') }} as dimension_value,
        {{ read_word('landed.kind', ['target', 'forecast', 'budget']) }} as kind,
        {{ read_decimal('landed.target') }} as target,
        {{ read_decimal('landed.change', scale=8) }} as change,
        {{ read_day('landed.baseline_start') }} as baseline_start,
        {{ row_hash(required, optional) }} as row_hash
    from landed
    left join reading_rules
        on
            landed._load_id = reading_rules.load_id
            and landed._file = reading_rules.file
),

stg_generic__targets as (
    select
        values_read.source,
        values_read.load_id,
        values_read.load_row,
        values_read.file,
        values_read.kpi_id,
        values_read.grain,
        values_read.period_start,
        values_read.dimension,
        values_read.dimension_value,
        values_read.kind,
        values_read.target,
        values_read.change,
        values_read.baseline_start,
        {{ reject_columns(required) }},
        {{ issues(required, optional) }},
        values_read.row_hash
    from values_read
)

select * from stg_generic__targets
