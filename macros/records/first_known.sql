{#-
Of several records of one company or person: the value of the first record, in the order of
the sources, that has one.
- column (string): the column of the records, which have a `record_rank`
-#}
{% macro first_known(column) -%}
min_by({{ column }}, record_rank) filter (where {{ column }} is not null)
{%- endmacro %}
