{#-
    A cell as a calendar day, as it is written, null when it is not a date. A time of day behind it is no part of it.
    Exists to say so in one word in the models.
    - cell (string): SQL of the cell, a text: a column of `landed` by its qualified name
-#}
{% macro read_day(cell) -%}
    cast({{ read_wall_time(cell) }} as date)
{%- endmacro %}
