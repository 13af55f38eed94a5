{#-
    What every staging row carries from its landed row besides the values: where it came from, its raw cells as one
    struct (so that a value that did not parse can be told from an empty cell), and the rules it is read by.
    Exists because each entity's model begins with the same columns.
-#}
{% macro landed_row() -%}
    landed._source as source,
    landed._load_id as load_id,
    landed.file_row_number as load_row,
    landed._file as file,
    landed as cells,
    reading_rules.timezone as source_timezone,
    reading_rules.reporting_timezone,
    reading_rules.improbable_from
{%- endmacro %}
