{#-
Of several records of one company or person: the earliest of their times, as the three
columns of a moment (instant, day in the reporting zone, whether the time of day is known).
- name (string): what the three columns have before `_at`, `_on` and `_has_time`
-#}
{% macro earliest_moment(name) -%}
min({{ name }}_at) as {{ name }}_at,
    min_by({{ name }}_on, struct_pack(moment := {{ name }}_at, rank := record_rank))
        filter (where {{ name }}_at is not null) as {{ name }}_on,
    min_by({{ name }}_has_time, struct_pack(moment := {{ name }}_at, rank := record_rank))
        filter (where {{ name }}_at is not null) as {{ name }}_has_time
{%- endmacro %}
