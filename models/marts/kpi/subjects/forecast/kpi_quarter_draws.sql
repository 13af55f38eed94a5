-- grain: one row per quarter that is running or comes next, basis and draw.
-- A thousand ways in which the months left of it may go, by chance alone: in each a
-- month brings as many as a gamma variable of its expected number and variance says,
-- rounded, each worth what one of a month of the last twelve was. The draws are a
-- lattice (Kronecker's sequence of six dimensions, one for the number and one for the
-- worth of each month): spread evenly, and the same in every build.
{% set draws = 1000 %}
{% set ratio = 1.112775684278706 %} {#- the root of x^7 = x + 1 -#}
with months as (select * from {{ ref('kpi_quarter_months') }}),

made as (
    select * from {{ ref('kpi_forecast_made') }}
    where measure in ('new_customers', 'deals_won')
),

worths as (select * from {{ ref('kpi_forecast_worths') }}),

numbers as (select cast(unnest(generate_series(1, {{ draws }})) as integer) as draw),

lattice as (
    select
        {% for dimension in range(1, 7) %}
            mod(0.5 + draw * power({{ ratio }}, -{{ dimension }}), 1)
                as even_{{ dimension }},
        {% endfor %}
        draw
    from numbers
),

moments as (
    select
        months.period_start,
        made.basis,
        months.share_left * made.expected as expected,
        made.chance_variance
        / nullif(9 * months.share_left * power(made.expected, 2), 0) as squeeze,
        row_number() over (
            partition by months.period_start, made.basis
            order by months.horizon
        ) as place
    from months
    inner join made
        on
            months.origin = made.origin
            and months.horizon = made.horizon
),

placed as (
    select
        {% for number, drawn in [(0, 'chance'), (3, 'worth_place')] %}
            case moments.place
                {% for place in [1, 2, 3] %}
                    when {{ place }} then lattice.even_{{ number + place }}
                {% endfor %}
            end as {{ drawn }},
        {% endfor %}
        moments.*,
        lattice.draw
    from moments
    cross join lattice
),

drawn as (
    select
        *,
        -- Tukey's approximation of the normal quantile, wrong by less than 0.01
        4.91 * (power(chance, 0.14) - power(1 - chance, 0.14)) as normal,
        coalesce(round(greatest(
            expected * power(1 - squeeze + sqrt(squeeze) * normal, 3),
            0
        )), 0) as won
    from placed
),

kpi_quarter_draws as (
    select
        drawn.period_start,
        drawn.basis,
        drawn.draw,
        sum(drawn.won) as won,
        sum(drawn.won * worths.worth) as amount
    from drawn
    left join worths
        on
            drawn.basis = worths.basis
            and drawn.worth_place >= worths.share_from
            and drawn.worth_place < worths.share_before
    group by all
)

select * from kpi_quarter_draws
