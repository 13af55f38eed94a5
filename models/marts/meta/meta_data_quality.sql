-- grain: one row per check, source, entity, column and rule that found something.
-- What the data said that is not quite right, and how it was treated: nothing here
-- stops a refresh. Rejected rows are in `rejects`. Where it is about landed rows, file
-- and row_number tell the first of them.
{% set kinds = [
    'value', 'reference', 'name', 'person', 'amount', 'cost', 'record', 'decision',
    'deal', 'activity', 'fact',
] %}
with loads as (
    select * from {{ ref('stg_landing__loads') }}
    where outcome = 'landed'
),

shifts as (select * from {{ ref('int_structural_shifts') }}),

found as (
    {% for kind in kinds %}
        select * from {{ ref('meta_' ~ kind ~ '_findings') }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

{{ rows_in_files('found') }},

meta_data_quality as (
    select
        check_name,
        source,
        entity,
        column_name,
        rule,
        issue_count,
        amount,
        file,
        row_number
    from rows_in_files
)

select * from meta_data_quality
