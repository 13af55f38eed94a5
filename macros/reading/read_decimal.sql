{#-
    A cell as decimal(18, scale), null when it is not plainly a number. The decimal mark is that of the column in its file
    (`reading_rules.comma_columns`); groups of three digits may be set off by spaces of any width or by the other mark.
    An amount that reads differently by its mark (`1,234`) is not read while the mark is in doubt
    (`reading_rules.doubtful_columns`). A leading minus is a number; a trailing one, a bracket, a per cent or currency
    mark, an exponent, inf and nan are not. `doubted` is what a mark in doubt stands before.
    Exists because a cast accepts exponents and half of a badly grouped number, and knows one decimal mark only.
    - cell (string): SQL of the cell, a text: a column of `landed` by its qualified name
    - scale (integer): digits behind the mark
    - doubted (string): pattern of what stands behind a mark in doubt
-#}
{% macro read_decimal(cell, scale=4, doubted='[0-9]{3}') -%}
    {%- set column = "'," ~ cell.split('.')[-1] ~ ",'" -%}
    {%- set has_comma = 'contains(reading_rules.comma_columns, ' ~ column ~ ')' -%}
    {%- set spaces = ' \u00a0\u202f' -%}
    {%- set grouped = '-?([0-9]+|[0-9]{1,3}([GROUP][0-9]{3})+)([MARK][0-9]+)?|-?[MARK][0-9]+' -%}
    {%- set with_point = grouped | replace('GROUP', spaces ~ ',') | replace('MARK', '.') -%}
    {%- set with_comma = grouped | replace('GROUP', spaces ~ '.') | replace('MARK', ',') -%}
    {%- set type = 'decimal(18, ' ~ scale ~ ')' -%}
    case
        when
            contains(reading_rules.doubtful_columns, {{ column }})
            and regexp_full_match({{ trimmed(cell) }}, '-?[1-9][0-9]{0,2}[.,]{{ doubted }}')
            then null
        when
            regexp_full_match({{ cell }}, '-?[0-9]+([.][0-9]+)?')
            and (not contains({{ cell }}, '.') or not {{ has_comma }})
            then try_cast({{ cell }} as {{ type }})
        when
            not {{ has_comma }}
            and regexp_full_match({{ trimmed(cell) }}, '{{ with_point }}')
            then try_cast(translate({{ trimmed(cell) }}, '{{ "," ~ spaces }}', '') as {{ type }})
        when
            {{ has_comma }}
            and regexp_full_match({{ trimmed(cell) }}, '{{ with_comma }}')
            then try_cast(translate({{ trimmed(cell) }}, '{{ ",." ~ spaces }}', '.') as {{ type }})
    end
{%- endmacro %}
