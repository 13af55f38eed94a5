-- grain: one row per current version of a record that numbers are made of, and the row
-- of the file that it comes from.
-- `row_number` is the record's number in its file, the header not counted. A view:
-- nothing but a look-up reads it.
{% set entities = [
    'accounts', 'prospects', 'campaigns', 'activities', 'deals', 'quotes', 'orders',
    'contracts', 'costs', 'rep_time', 'tickets', 'survey_responses', 'reviews',
    'referrals', 'targets',
] %}
{# as `int_costs` writes them, and `kpi_target_records` what `int_targets` reads #}
{% set composed = {
    'rep_time': rep_time_id(),
    'targets': "concat_ws(
            ' ', kind, kpi_id, grain, period_start, coalesce(dimension, 'all'),
            case
                when dimension != 'all' then coalesce(dimension_value, '(unknown)')
                else 'all'
            end
        )",
} %}
with loads as (
    select * from {{ ref('stg_landing__loads') }}
    where outcome = 'landed'
),

shifts as (select * from {{ ref('int_structural_shifts') }}),

{% for entity in generic_entities() if entity.name in entities %}
    {{ entity.name }} as (
        {{ current_rows(entity.name) }}
    ),

{% endfor %}
current_rows as (
    {% for entity in generic_entities() if entity.name in entities %}
        select
            '{{ entity.name }}' as entity,
            source,
            {{ composed.get(entity.name, entity.key[0]) }} as record_id,
            load_id,
            load_row,
            file
        from {{ entity.name }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

{{ rows_in_files('current_rows') }},

meta_record_rows as (
    select
        entity,
        source,
        record_id,
        load_id as load,
        file,
        row_number
    from rows_in_files
)

select * from meta_record_rows
