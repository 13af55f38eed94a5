-- grain: one row per dimension, value and number of days from first contact at which
-- somebody became a customer.
-- When does effort spent today pay off? The Kaplan–Meier share converted by then. Who
-- is not won yet counts for as long as was looked at, up to as_of, so that young
-- contacts do not look like failures. Prospects won before their first contact are left
-- out.
{% set dimensions = [
    'rep', 'team', 'channel', 'campaign', 'target_segment', 'sender_account',
] + kpi_who_dimensions() %}
with paths as (
    select * from {{ ref('kpi_prospect_paths') }}
    where
        contacted_on is not null
        and coalesce(won_on >= contacted_on, true)
),

prospect_dimensions as (select * from {{ ref('kpi_prospect_dimensions') }}),

dimension_values as (select * from {{ ref('kpi_dimension_values') }}),

clock as (select * from {{ ref('dim_clock') }}),

followed as (
    select
        {% for dimension in dimensions %}
            prospect_dimensions.{{ dimension }},
        {% endfor %}
        coalesce(paths.won_on, clock.as_of) - paths.contacted_on as days_since_contact,
        paths.won_on is not null as is_won
    from paths
    inner join prospect_dimensions
        on paths.prospect_key = prospect_dimensions.prospect_key
    cross join clock
),

counted as (
    select
        days_since_contact,
        count(*) as ended,
        count(*) filter (where is_won) as converted,
        {{ grouped_code(dimensions) }}
    from followed
    group by grouping sets ( -- unknown to the linter -- noqa: PRS
        (days_since_contact),
        {% for dimension in dimensions %}
            (days_since_contact, {{ dimension }}){{ ',' if not loop.last }}
        {% endfor %}
    )
),

observed as (
    select
        value_code,
        days_since_contact,
        converted,
        cast(sum(ended) over (
            partition by value_code
            order by days_since_contact desc
        ) as bigint) as at_risk
    from counted
),

survived as (
    select
        value_code,
        days_since_contact,
        converted,
        at_risk,
        -- the product of the shares that go on; nobody does once all have converted
        case
            when at_risk > converted
                then
                    exp(sum(ln(
                        nullif(1 - converted / cast(at_risk as double), 0)
                    )) over so_far)
            else 0
        end as share_not_converted,
        -- Greenwood, which says nothing once everybody at risk has converted
        case
            when at_risk > converted
                then
                    sum(
                        converted
                        / nullif(cast(at_risk as double) * (at_risk - converted), 0)
                    ) over so_far
        end as variance_sum
    from observed
    where converted > 0
    window so_far as (
        partition by value_code
        order by days_since_contact
    )
),

kpi_conversion_lag as (
    select
        dimension_values.dimension,
        dimension_values.dimension_value,
        dimension_values.dimension_label,
        survived.days_since_contact,
        survived.at_risk,
        survived.converted,
        1 - survived.share_not_converted as converted_share,
        survived.share_not_converted * sqrt(survived.variance_sum) as standard_error,
        case
            when survived.variance_sum is not null
                then
                    greatest(
                        1 - survived.share_not_converted
                        * (1 + 1.959963984540054 * sqrt(survived.variance_sum)),
                        0
                    )
        end as ci_low,
        case
            when survived.variance_sum is not null
                then
                    least(
                        1 - survived.share_not_converted
                        * (1 - 1.959963984540054 * sqrt(survived.variance_sum)),
                        1
                    )
        end as ci_high,
        survived.at_risk >= 30 as is_reliable
    from survived
    inner join dimension_values
        on survived.value_code = dimension_values.value_code
)

select * from kpi_conversion_lag
