-- grain: one row per dimension and dimension value.
-- The code of each value, and its name. `(unknown)` has the first code of its
-- dimension, `(unallocated)` and the words follow in their order; `all` is 0.
with named as (
    select * from {{ ref('kpi_named_values') }}
    where dimension in ({{ quoted_values(kpi_dimensions()) }})
),

labels as (select * from {{ ref('kpi_dimension_labels') }}),

coded as (
    {% for dimension in kpi_dimensions() %}
        {% for word in ['(unknown)', '(unallocated)'] %}
            select
                '{{ dimension }}' as dimension,
                '{{ word }}' as dimension_value,
                {{ unknown_code(dimension) }} + {{ loop.index0 }} as value_code
            union all
        {% endfor %}
    {% endfor %}
    select
        dimension,
        dimension_value,
        case dimension
            {% for dimension in kpi_dimensions() %}
                when '{{ dimension }}' then {{ unknown_code(dimension) }}
            {% endfor %}
        end
        + 1
        + row_number() over (
            partition by dimension
            order by dimension_value
        ) as value_code
    from named
    where dimension_value not in ('(unknown)', '(unallocated)')
    union all
    select
        'all' as dimension,
        'all' as dimension_value,
        0 as value_code
),

kpi_dimension_values as (
    select
        coded.dimension,
        coded.dimension_value,
        coalesce(labels.dimension_label, coded.dimension_value) as dimension_label,
        cast(coded.value_code as integer) as value_code
    from coded
    left join labels
        on
            coded.dimension = labels.dimension
            and coded.dimension_value = labels.dimension_value
)

select * from kpi_dimension_values
