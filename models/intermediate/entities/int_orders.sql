-- grain: one row per order.
-- Without an account of its own an order takes its deal's; without any it belongs to no
-- customer.
with records as (
    {{ current_rows('orders') }}
),

keyed as (select * from {{ ref('int_orders_keyed') }}),

clock as (select * from {{ ref('int_clock') }}),

account_references as (select * from {{ ref('int_account_references') }}),

account_names as (select * from {{ ref('int_account_names') }}),

deal_references as (select * from {{ ref('int_deal_references') }}),

rep_references as (select * from {{ ref('int_rep_references') }}),

rep_names as (select * from {{ ref('int_rep_names') }}),

campaign_references as (select * from {{ ref('int_campaign_references') }}),

accounts as (select * from {{ ref('int_accounts') }}),

deals as (select * from {{ ref('int_deals') }}),

resolved as (
    select
        keyed.order_key,
        records.*,
        coalesce({{ found_by_id_or_name('account') }}, deals.account_key)
            as account_key,
        coalesce({{ found_by_id_or_name('account') }}, deals.customer_key)
            as customer_key,
        deals.deal_key,
        deals.prospect_key,
        {{ found_by_id_or_name('rep') }} as own_rep_key,
        deals.rep_key as deal_rep_key,
        campaign_references.campaign_key,
        coalesce(deals.is_test, false) as is_test_deal
    from records
    inner join keyed
        on
            records.source = keyed.source
            and records.order_id = keyed.order_id
    {{ join_by_id_or_name('records', 'account') }}
    left join deal_references
        on
            records.source = deal_references.source
            and records.deal_id = deal_references.deal_id
    left join deals
        on deal_references.deal_key = deals.deal_key
    {{ join_by_id_or_name('records', 'rep') }}
    left join campaign_references
        on
            records.source = campaign_references.source
            and records.campaign_id = campaign_references.campaign_id
),

int_orders as (
    select
        resolved.order_key,
        resolved.source,
        resolved.order_id,
        resolved.account_key,
        resolved.customer_key,
        resolved.deal_key,
        resolved.prospect_key,
        case
            when coalesce(resolved.rep_id, resolved.rep_name) is not null
                then resolved.own_rep_key
            else coalesce(resolved.deal_rep_key, accounts.owner_rep_key)
        end as rep_key,
        resolved.campaign_key,
        resolved.ordered_at,
        resolved.ordered_on,
        resolved.ordered_has_time,
        resolved.status,
        resolved.amount,
        resolved.currency,
        resolved.is_test_deal or coalesce(accounts.is_test, false) as is_test,
        resolved.ordered_on > clock.as_of as is_after_as_of
    from resolved
    cross join clock
    left join accounts
        on resolved.account_key = accounts.account_key
)

select * from int_orders
