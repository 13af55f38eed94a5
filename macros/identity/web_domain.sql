{#-
The host of a web address as companies are told apart by it: no scheme, no `www.`, no path,
lower case. Null when nothing is left.
-#}
{% macro web_domain(column) -%}
nullif(
    regexp_replace(
        regexp_replace(lower(trim({{ column }})), '^([a-z]+://)?(www\.)?', ''),
        '[/:?#].*$', ''
    ),
    ''
)
{%- endmacro %}
