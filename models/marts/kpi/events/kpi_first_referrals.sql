-- grain: one row per customer that referred somebody: the first valid referral
with referrals as (
    select * from {{ ref('fct_customer_voices') }}
    where
        kind = 'referral'
        and is_valid
        and customer_key is not null
        and not is_test
        and not is_after_as_of
),

kpi_first_referrals as (
    select
        customer_key,
        source,
        voice_id,
        said_on as referred_on
    from referrals
    qualify
        row_number() over (
            partition by customer_key
            order by said_on, source, voice_id
        ) = 1
)

select * from kpi_first_referrals
