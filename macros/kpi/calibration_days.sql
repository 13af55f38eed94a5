{#-
How many days before as_of the lead scores are looked at again, to hold them against what became of them. Exists so that
the scores and their calibration mean the same days.
-#}
{% macro calibration_days() -%}
{{ return([180, 270, 360, 450]) }}
{%- endmacro %}
