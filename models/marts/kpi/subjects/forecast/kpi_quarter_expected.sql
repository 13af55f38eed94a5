-- grain: one row per quarter that is running or comes next, basis and measure.
-- What the months left of it are expected to bring: of who stands open, and of who is
-- still to come. Their sum scatters by chance, and as much more as past sums of as many
-- months were further off: months share their errors, so that three intervals do not
-- make one.
{% set is_amount = "made.measure in ('new_customer_revenue', 'won_amount')" %}
with months as (select * from {{ ref('kpi_quarter_months') }}),

made as (select * from {{ ref('kpi_forecast_made') }}),

newcomers as (select * from {{ ref('kpi_forecast_newcomers') }}),

open_ones as (select * from {{ ref('kpi_forecast_open') }}),

lately as (select * from {{ ref('kpi_forecast_lately') }}),

errors as (select * from {{ ref('kpi_quarter_errors') }}),

parts as (
    select
        months.period_start,
        made.basis,
        made.measure,
        case when {{ is_amount }} then lately.worth else 1 end as worth,
        sum(months.share_left * coalesce(open_ones.expected, 0)) as open_ones,
        sum(months.share_left * newcomers.expected) as newcomers,
        sum(months.share_left * made.chance_variance) as chance_variance
    from months
    inner join made
        on
            months.origin = made.origin
            and months.horizon = made.horizon
    inner join newcomers
        on
            made.basis = newcomers.basis
            and made.origin = newcomers.origin
            and made.horizon = newcomers.horizon
    inner join lately
        on
            made.basis = lately.basis
            and made.origin = lately.period_number
    left join open_ones
        on
            made.basis = open_ones.basis
            and made.origin = open_ones.origin
            and made.horizon = open_ones.horizon
    group by all
    having count(*) = any_value(months.months_left)
),

kpi_quarter_expected as (
    select
        parts.period_start,
        parts.basis,
        parts.measure,
        parts.worth,
        parts.open_ones * parts.worth as open_weighted,
        parts.newcomers * parts.worth as expected_new,
        coalesce(errors.errors_known, 0) as errors_known,
        errors.past_error,
        {{ forecast_stretch(
            'parts.chance_variance', 'coalesce(errors.errors_known, 0)',
            'coalesce(errors.squared_errors, 0)', 'coalesce(errors.variance_known, 0)'
        ) }} as stretch
    from parts
    left join errors
        on
            parts.period_start = errors.period_start
            and parts.basis = errors.basis
            and parts.measure = errors.measure
)

select * from kpi_quarter_expected
