-- grain: one row per campaign and message variant that has another to compare with.
-- Whether it differs, over all senders, by the share of the people touched who
-- answered: a two-sided test of two proportions for each pair of variants of a
-- campaign, where both sides expect five or more who answer and who do not. Holm: over
-- all campaigns together, the chance that even one verdict is wrong is at most 2.5 %,
-- so that who runs many tests sees no winners by luck.
with responses as (
    select * from {{ ref('kpi_campaign_responses') }}
    where {{ is_named('message_variant') }}
),

variants as (
    select
        campaign_key,
        message_variant,
        sum(prospects_touched) as touched,
        sum(prospects_responded) as responded,
        sum(prospects_responded) / cast(sum(prospects_touched) as double) as rate
    from responses
    group by all
    having sum(prospects_touched) > 0
),

pairs as (
    select
        own.campaign_key,
        own.message_variant,
        (own.responded + other.responded) / cast(own.touched + other.touched as double)
            as pooled_rate,
        (own.rate - other.rate) / sqrt(nullif(
            pooled_rate * (1 - pooled_rate) * (1 / own.touched + 1 / other.touched), 0
        )) as standard_errors,
        least(pooled_rate, 1 - pooled_rate) * least(own.touched, other.touched) >= 5
            as is_comparable
    from variants as own
    inner join variants as other
        on
            own.campaign_key = other.campaign_key
            and own.message_variant != other.message_variant
),

-- every pair stands here twice, once for each of its sides
tested as (
    select
        *,
        2 * {{ normal_tail('abs(standard_errors)') }} <= 0.025 / (
            (count(*) over () - rank() over (order by abs(standard_errors) desc) + 1)
            / 2
        ) as is_within
    from pairs
    where is_comparable
),

-- one that fails spares the rest
judged as (
    select
        campaign_key,
        message_variant,
        standard_errors,
        is_comparable,
        bool_and(is_within) over (order by abs(standard_errors) desc) as is_different
    from tested
    union all
    select
        campaign_key,
        message_variant,
        standard_errors,
        is_comparable,
        cast(null as boolean) as is_different
    from pairs
    where not is_comparable
),

kpi_campaign_variants as (
    select
        campaign_key,
        message_variant,
        bool_or(is_different) as is_variant_different,
        bool_and(coalesce(is_different and standard_errors > 0, false))
            as is_variant_winner
    from judged
    group by all
)

select * from kpi_campaign_variants
