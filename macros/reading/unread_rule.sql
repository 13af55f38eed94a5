{#-
    Why a cell gave no value: it is empty (missing), its bytes could not be decoded (encoding), or it does not read as
    its type, under the name of the setting or list that decides. Exists so that rejects and issues say the same words.
-#}
{% macro unread_rule(column, type) -%}
    {%- set cell = "values_read.cells." ~ column -%}
    {%- set rules = {"moment": "date_order", "day": "date_order", "word": "closed_list"} -%}
    case
        when contains({{ cell }}, '{{ "\ufffd" }}') then 'encoding'
        when {{ trimmed(cell) }} is null then 'missing'
        else '{{ rules.get(type, type) }}'
    end
{%- endmacro %}
