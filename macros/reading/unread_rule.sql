{#-
    Why a cell gave no value: it is empty (missing), its bytes could not be decoded (encoding), or it does not read as
    its type, under the name of the setting or list that decides. A date is told by what it looks like, for each look is
    helped by another setting. Exists so that rejects and issues say the same words.
    - column (string): the name of the column, in `landed` and `values_read`
    - type (string): its type: `text`, `id`, `decimal`, `day`, `moment`, `word` …
-#}
{% macro unread_rule(column, type) -%}
    {%- set cell = 'values_read.cells.' ~ column -%}
    {%- set rules = {'word': 'closed_list'} -%}
    case
        when contains({{ cell }}, '{{ "\ufffd" }}') then 'encoding'
        when {{ trimmed(cell) }} is null then 'missing'
        {%- if type in ('moment', 'day') %}
        when regexp_matches({{ cell }}, '^[^0-9]*[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{4}')
            then 'date_order'
        when regexp_matches({{ cell }}, '^[^0-9]*[0-9]{1,2}[/. -].{1,10}[/. -][0-9]{2}([^0-9]|$)')
            then 'two_digit_year'
        when regexp_matches({{ cell }}, '^[[:space:]]*[0-9]{5}([.,][0-9]+)?[[:space:]]*$')
            then 'excel_date'
        else 'no_date'
        {%- else %}
        else '{{ rules.get(type, type) }}'
        {%- endif %}
    end
{%- endmacro %}
