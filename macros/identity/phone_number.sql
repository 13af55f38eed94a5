{#-
A telephone number as numbers are compared: digits only, without the international prefix
`00` or `+` and the bracketed trunk zero, French national numbers with their country code.
Null when fewer than eight digits are left.
-#}
{% macro phone_number(column) -%}
case
    when length(regexp_replace({{ column }}, '[^0-9]', '', 'g')) >= 8
        then
            regexp_replace(
                regexp_replace(
                    regexp_replace(
                        replace({{ column }}, '(0)', ''), '[^0-9]', '', 'g'
                    ),
                    '^00', ''
                ),
                '^0([1-9][0-9]{8})$', '33\1'
            )
end
{%- endmacro %}
