-- grain: one row per quote.
-- A quote without a prospect belongs to its account's earliest contacted prospect, else
-- to the earliest detected one.
with quotes as (select * from {{ ref('int_quotes') }}),

account_prospects as (select * from {{ ref('fct_account_prospects') }}),

fct_quotes as (
    select
        quotes.quote_key,
        quotes.source,
        quotes.quote_id,
        quotes.deal_key,
        quotes.account_key,
        coalesce(quotes.prospect_key, account_prospects.prospect_key) as prospect_key,
        quotes.customer_key,
        quotes.rep_key,
        quotes.sent_at,
        quotes.sent_on,
        quotes.sent_has_time,
        quotes.status,
        quotes.decided_on,
        quotes.is_decided_on_imputed,
        quotes.amount,
        quotes.currency,
        quotes.converted_amount,
        quotes.valid_until,
        quotes.is_test,
        quotes.is_after_as_of
    from quotes
    left join account_prospects
        on
            case when quotes.prospect_key is null then quotes.account_key end
            = account_prospects.account_key
)

select * from fct_quotes
