-- grain: one row per company with a prospect: the one that what names nobody belongs
-- to.
-- The earliest contacted one, else the earliest detected.
with prospects as (select * from {{ ref('int_prospects') }}),

first_touches as (select * from {{ ref('fct_first_touches') }}),

fct_account_prospects as (
    select
        prospects.account_key,
        prospects.prospect_key
    from prospects
    inner join first_touches
        on prospects.prospect_key = first_touches.prospect_key
    where
        prospects.account_key is not null
        and not prospects.is_test
    qualify
        row_number() over (
            partition by prospects.account_key
            order by
                first_touches.contacted_at nulls last,
                prospects.detected_at,
                prospects.prospect_key
        ) = 1
)

select * from fct_account_prospects
