-- grain: one row per deal, as it stood at the end of as_of.
-- A deal without a prospect belongs to its account's earliest contacted prospect, else
-- to the earliest detected one.
with deals as (select * from {{ ref('int_deals') }}),

account_prospects as (select * from {{ ref('fct_account_prospects') }}),

fct_deals as (
    select
        deals.deal_key,
        deals.source,
        deals.deal_id,
        deals.account_key,
        coalesce(deals.prospect_key, account_prospects.prospect_key) as prospect_key,
        deals.prospect_key is not null as names_prospect,
        deals.customer_key,
        deals.rep_key,
        deals.campaign_key,
        deals.product_key,
        {{ shown_word('pipeline', 'deals.pipeline') }} as pipeline,
        {{ shown_word('stage', 'deals.stage') }} as stage,
        deals.status,
        deals.is_stage_unknown,
        deals.amount,
        deals.currency,
        deals.converted_amount,
        deals.created_at,
        deals.created_on,
        deals.created_has_time,
        deals.expected_close_on,
        deals.closed_at,
        deals.closed_on,
        deals.closed_has_time,
        deals.is_closed_on_imputed,
        deals.first_won_at,
        deals.first_won_on,
        deals.first_won_has_time,
        {{ mapped_value('lost_reason', 'deals.lost_reason') }} as lost_reason,
        deals.vanished_on,
        deals.is_test,
        deals.is_after_as_of
    from deals
    left join account_prospects
        on
            case when deals.prospect_key is null then deals.account_key end
            = account_prospects.account_key
    {{ join_value_map('lost_reason', 'deals.lost_reason') }}
    {{ join_shown_word('pipeline', 'deals.pipeline') }}
    {{ join_shown_word('stage', 'deals.stage') }}
)

select * from fct_deals
