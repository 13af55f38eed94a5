{#-
A reference table as it counts: the company's own rows, and the shipped ones (a seed of the
same name) whose key it does not have.
- name (string): the reference table, which the seed and the model are named for
- key (list[string]): the columns of its key
- columns (list[string]): all its columns, in their order
-#}
{% macro reference_rows(name, key, columns) -%}
with supplied as (select * from {{ source('own_reference', name) }}),

shipped as (select * from {{ ref(name) }}),

stg_reference__{{ name }} as (
    select
        {% for column in columns %}
            shipped.{{ column }}{{ ',' if not loop.last }}
        {% endfor %}
    from shipped
    anti join supplied
        on
            {% for column in key %}
                {{ 'and ' if not loop.first }}
                shipped.{{ column }} is not distinct from supplied.{{ column }}
            {% endfor %}
    union all
    select
        {% for column in columns %}
            supplied.{{ column }}{{ ',' if not loop.last }}
        {% endfor %}
    from supplied
)

select * from stg_reference__{{ name }}
{%- endmacro %}
