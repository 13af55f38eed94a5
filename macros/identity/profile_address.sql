{#-
A LinkedIn profile as people are told apart by it: no scheme, no host prefix (`www.`, `fr.`),
no parameters, no closing slash, lower case. Null when nothing is left.
-#}
{% macro profile_address(column) -%}
nullif(
    regexp_replace(
        regexp_replace(
            lower(trim({{ column }})), '^(https?://)?([a-z]{2,3}\.)?(linkedin\.)', '\3'
        ),
        '/?([?#].*)?$', ''
    ),
    ''
)
{%- endmacro %}
