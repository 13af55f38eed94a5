-- grain: one row per finding about messages: one that wins against the others of its
-- campaign.
-- What it is worth are the answers more that the people touched by the others would
-- have given at its rate. It is known of today alone.
with performance as (
    select * from {{ ref('kpi_campaign_performance') }}
    where {{ is_named('message_variant') }}
),

clock as (select * from {{ ref('dim_clock') }}),

variants as (
    select
        campaign_id,
        message_variant,
        bool_or(is_variant_winner) as is_winner,
        sum(prospects_touched) as touched,
        cast(sum(prospects_responded) as double)
        / nullif(sum(prospects_touched), 0) as rate
    from performance
    group by all
),

winners as (
    select
        winner.campaign_id,
        winner.message_variant,
        winner.rate,
        winner.touched,
        max(other.rate) as next_rate,
        sum(other.touched * (winner.rate - other.rate)) as more_answers
    from variants as winner
    inner join variants as other
        on
            winner.campaign_id = other.campaign_id
            and winner.message_variant != other.message_variant
    where winner.is_winner
    group by
        winner.campaign_id, winner.message_variant, winner.rate, winner.touched
),

kpi_variant_findings as (
    select
        'campaigns' as page,
        'variant' as kind,
        winners.message_variant as subject,
        cast(null as varchar) as grain,
        cast(null as date) as period_start,
        'campaign' as dimension,
        winners.campaign_id as dimension_value,
        winners.rate as value,
        winners.next_rate as expected_value,
        cast(winners.touched as double) as sample_size,
        cast(null as double) as worth_customers,
        cast(null as double) as worth_amount,
        winners.more_answers as worth_cases,
        clock.as_of as known_from,
        cast(null as date) as known_until
    from winners
    cross join clock
)

select * from kpi_variant_findings
