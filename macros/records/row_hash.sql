{#-
    A 64-bit hash over the raw cells of a row: two rows with one key and one hash are the same line again. Exists
    because engines name their hash function differently. It is kept from build to build with the
    rows of a load, never beyond the version of the engine that made it.
    - required (dict[string, string]): type (`text`, `id`, `moment` …) by column, of those that a row cannot be without
    - optional (dict[string, string]): type by column, of the others
-#}
{% macro row_hash(required, optional) -%}
    hash(
        {%- for column in dict(required, **optional) %}
        landed.{{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}
