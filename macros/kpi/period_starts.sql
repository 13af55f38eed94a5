{#-
The first days of the periods that a day is in, one column per grain. Half months begin on the 1st
and the 16th; quarters and years are fiscal, `shift` months after the calendar's.
- day (string): SQL of the day, a date
- shift (string): SQL of a number of months, 0 to 11
-#}
{% macro period_starts(day, shift) -%}
{%- set fiscal_month -%}
    date_trunc('month', {{ day }}) - to_months({{ shift }})
{%- endset -%}
cast(date_trunc('week', {{ day }}) as date) as week,
case
    when extract(day from {{ day }}) <= 15 then cast(date_trunc('month', {{ day }}) as date)
    else cast(date_trunc('month', {{ day }}) as date) + 15
end as half_month,
cast(date_trunc('month', {{ day }}) as date) as month,
cast(
    date_trunc('quarter', {{ fiscal_month }}) + to_months({{ shift }}) as date
) as quarter,
cast(date_trunc('year', {{ fiscal_month }}) + to_months({{ shift }}) as date) as year
{%- endmacro %}
