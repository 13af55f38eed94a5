-- grain: one row per subscription or service contract.
-- `in_force_to` is the last day on which it holds: its last day, or the day before its
-- cancellation, the earlier. One that another replaces holds on that day too, so that
-- the next one follows without a gap.
with records as (
    {{ current_rows('contracts') }}
),

sources as (select * from {{ ref('stg_settings__sources') }}),

clock as (select * from {{ ref('int_clock') }}),

account_references as (select * from {{ ref('int_account_references') }}),

account_names as (select * from {{ ref('int_account_names') }}),

deal_references as (select * from {{ ref('int_deal_references') }}),

deals as (select * from {{ ref('int_deals') }}),

accounts as (select * from {{ ref('int_accounts') }}),

int_contracts as (
    select
        row_number() over (
            order by sources.source_order, records.source, records.contract_id
        ) as contract_key,
        records.source,
        records.contract_id,
        coalesce({{ found_by_id_or_name('account') }}, deals.account_key)
            as account_key,
        coalesce({{ found_by_id_or_name('account') }}, deals.customer_key)
            as customer_key,
        deals.deal_key,
        records.started_on,
        records.ends_on,
        records.cancelled_on,
        least(
            records.ends_on,
            records.cancelled_on
            - cast(records.renewed_by_contract_id is null as integer)
        ) as in_force_to,
        records.cancel_reason,
        records.renewed_by_contract_id,
        records.monthly_amount,
        records.currency,
        coalesce(deals.is_test, false) or coalesce(accounts.is_test, false) as is_test,
        records.started_on > clock.as_of as is_after_as_of
    from records
    inner join sources
        on records.source = sources.source
    cross join clock
    {{ join_by_id_or_name('records', 'account') }}
    left join deal_references
        on
            records.source = deal_references.source
            and records.deal_id = deal_references.deal_id
    left join deals
        on deal_references.deal_key = deals.deal_key
    left join accounts
        on
            coalesce({{ found_by_id_or_name('account') }}, deals.account_key)
            = accounts.account_key
)

select * from int_contracts
