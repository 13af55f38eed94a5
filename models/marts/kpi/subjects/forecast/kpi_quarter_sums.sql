-- grain: one row per quarter that is running or comes next, basis, measure and draw.
-- What the months left of it bring in each of the thousand ways in which they may go:
-- the sum drawn, set around what is expected and as much further from it as past sums
-- were further off than chance makes them. Numbers are whole, and nothing is below 0.
{% set measures = [
    ('new_customers', 'round(', 'draws.won', ')'),
    ('new_customer_revenue', '', 'draws.amount', ''),
    ('deals_won', 'round(', 'draws.won', ')'),
    ('won_amount', '', 'draws.amount', ''),
] %}
with draws as (select * from {{ ref('kpi_quarter_draws') }}),

expected as (select * from {{ ref('kpi_quarter_expected') }}),

kpi_quarter_sums as (
    {% for measure, opening, drawn, closing in measures %}
        select
            expected.period_start,
            expected.basis,
            expected.measure,
            draws.draw,
            {{ opening }}greatest(
                expected.open_weighted
                + expected.expected_new
                + expected.stretch * (
                    {{ drawn }}
                    - avg({{ drawn }}) over (
                        partition by draws.basis, draws.period_start
                    )
                ),
                0
            ){{ closing }} as left_to_win
        from expected
        inner join draws
            on
                expected.period_start = draws.period_start
                and expected.basis = draws.basis
        where expected.measure = '{{ measure }}'
        {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from kpi_quarter_sums
