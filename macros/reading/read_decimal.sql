{#-
    A cell as decimal(18, scale), null when it is not plainly a number. The decimal mark is the source's
    (`reading_rules.decimal_mark`); groups of three digits may be set off by spaces of any width or by the other mark.
    An amount that reads differently by its mark (`1,234`) is not read while the mark is in doubt
    (`reading_rules.doubtful_marks`). A leading minus is a number; a trailing one, a bracket, a per cent or currency
    mark, an exponent, inf and nan are not.
    Exists because a cast accepts exponents and half of a badly grouped number, and knows one decimal mark only.
-#}
{% macro read_decimal(cell, scale=4, heeds_doubt=true) -%}
    {%- set spaces = " \u00a0\u202f" -%}
    {%- set grouped = "-?([0-9]+|[0-9]{1,3}([GROUP][0-9]{3})+)([MARK][0-9]+)?|-?[MARK][0-9]+" -%}
    {%- set with_point = grouped | replace("GROUP", spaces ~ ",") | replace("MARK", ".") -%}
    {%- set with_comma = grouped | replace("GROUP", spaces ~ ".") | replace("MARK", ",") -%}
    {%- set type = "decimal(18, " ~ scale ~ ")" -%}
    case
        {%- if heeds_doubt %}
        when
            reading_rules.doubtful_marks <> ''
            and contains(reading_rules.doubtful_marks, left(right({{ trimmed(cell) }}, 4), 1))
            and regexp_full_match({{ trimmed(cell) }}, '-?[1-9][0-9]{0,2}[.,][0-9]{3}')
            then null
        {%- endif %}
        when
            regexp_full_match({{ cell }}, '-?[0-9]+([.][0-9]+)?')
            and (reading_rules.decimal_mark = '.' or not contains({{ cell }}, '.'))
            then try_cast({{ cell }} as {{ type }})
        when
            reading_rules.decimal_mark = '.'
            and regexp_full_match({{ trimmed(cell) }}, '{{ with_point }}')
            then try_cast(translate({{ trimmed(cell) }}, '{{ "," ~ spaces }}', '') as {{ type }})
        when
            reading_rules.decimal_mark = ','
            and regexp_full_match({{ trimmed(cell) }}, '{{ with_comma }}')
            then try_cast(translate({{ trimmed(cell) }}, '{{ ",." ~ spaces }}', '.') as {{ type }})
    end
{%- endmacro %}
