{#-
The last day of a period, from its grain and first day. Exists because a target may be for a period
that no event has reached yet, which is in no calendar.
- grain (string): SQL of the grain
- period_start (string): SQL of the first day, a date
-#}
{% macro last_day_of_period(grain, period_start) -%}
cast(case {{ grain }}
    when 'day' then {{ period_start }}
    when 'week' then {{ period_start }} + 6
    when 'half_month'
        then
            case
                when extract(day from {{ period_start }}) = 1 then {{ period_start }} + 14
                else last_day({{ period_start }})
            end
    when 'month' then last_day({{ period_start }})
    when 'quarter' then last_day({{ period_start }} + to_months(2))
    else last_day({{ period_start }} + to_months(11))
end as date)
{%- endmacro %}
