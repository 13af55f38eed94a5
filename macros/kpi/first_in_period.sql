{#-
Touches that are the first to their prospect in some period, under one of the touch's own
dimensions (none: whatever it was): one row per prospect, day and value, with a flag per
grain. A touch is the first of its period when the one before it lies in an earlier period,
so the flags add up to distinct prospects without any count(distinct).
-#}
{% macro first_in_period(touches, calendar, key=none) -%}
select
    flagged.prospect_key,
    {{ "'all'" if key is none else 'flagged.' ~ key }} as dimension_value,
    flagged.day,
    {% for grain in kpi_grains() %}
        cast(
            flagged.previous_day is null or previous.{{ grain }} < current_day.{{ grain }}
            as integer
        ) as first_in_{{ grain }}{{ ',' if not loop.last }}
    {% endfor %}
from (
    select
        prospect_key,
        {{ key ~ ',' if key is not none }}
        day,
        lag(day) over (
            partition by prospect_key{{ ', ' ~ key if key is not none }}
            order by day
        ) as previous_day
    from (
        -- nothing else goes through the window
        select
            prospect_key,
            {{ key ~ ',' if key is not none }}
            day
        from {{ touches }}
    ) as narrow
) as flagged
inner join {{ calendar }} as current_day
    on flagged.day = current_day.day
left join {{ calendar }} as previous
    on flagged.previous_day = previous.day
where
    flagged.previous_day is null
    or flagged.previous_day < flagged.day
{%- endmacro %}
