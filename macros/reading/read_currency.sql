{#-
    A cell as a currency: the ISO 4217 code in upper case. A sign or a word that means one currency only is its code;
    another one (`$`, `kr`) stays as it is, has no rate and is counted so, and so does `(other)`, which is what is no one word
    and might tell of somebody. Null when empty.
    Exists because tools and people write the sign that stands beside the amount.
    - cell (string): SQL of the cell, a text: a column of `landed` by its qualified name
-#}
{% macro read_currency(cell) -%}
    {%- set signs = {
        'EUR': ['€', 'EURO', 'EUROS'], 'GBP': ['£', '£ GBP'], 'USD': ['US$', '$US', 'USD$'], 'CAD': ['CA$', 'C$', '$CA'],
        'AUD': ['AU$', 'A$'], 'PLN': ['ZŁ'], 'INR': ['₹'], 'TRY': ['₺'], 'ILS': ['₪'], 'UAH': ['₴'],
    } -%}
    {%- set code = 'upper(' ~ read_text(cell) ~ ')' -%}
    case
        when length({{ cell }}) = 3 and {{ cell }} >= 'A' and right({{ cell }}, 1) >= 'A' then upper({{ cell }})
        {%- for iso_code, words in signs.items() %}
        when {{ code }} in ('{{ words | join("', '") }}') then '{{ iso_code }}'
        {%- endfor %}
        when {{ code }} is null or regexp_full_match({{ code }}, '[^ @/0-9]{1,12}') then {{ code }}
        else '(other)'
    end
{%- endmacro %}
