{#-
Joins what a landed row's make tells of the record, when it only mentions it. Expects
`stg_landing__mentions` as `mentions`. Rows of makes lie apart: at most one fits.
- entity (string): the entity of the generic format, by its name
-#}
{% macro join_mention(entity) -%}
left join mentions
            on
                mentions.entity = '{{ entity }}'
                and staged.load_id = mentions.load_id
                and staged.load_row
                between mentions.first_load_row and mentions.last_load_row
{%- endmacro %}
