-- grain: one row per subscription or service contract.
-- `ended_on` is its last day, by cancellation or by its end, the earlier; null while it
-- runs beyond as_of.
with contracts as (select * from {{ ref('int_contracts') }}),

clock as (select * from {{ ref('int_clock') }}),

ended as (
    select
        contracts.*,
        least(contracts.ends_on, contracts.cancelled_on) as last_on,
        clock.as_of
    from contracts
    cross join clock
),

fct_contracts as (
    select
        ended.contract_key,
        ended.source,
        ended.contract_id,
        ended.account_key,
        ended.customer_key,
        ended.deal_key,
        ended.started_on,
        ended.ends_on,
        ended.cancelled_on,
        ended.in_force_to,
        case when ended.last_on <= ended.as_of then ended.last_on end as ended_on,
        {{ mapped_value('cancel_reason', 'ended.cancel_reason') }} as cancel_reason,
        ended.renewed_by_contract_id,
        coalesce(
            ended.cancelled_on <= ended.ends_on, ended.cancelled_on is not null
        )
        and ended.cancelled_on <= ended.as_of as is_cancelled,
        ended.renewed_by_contract_id is not null as is_renewed,
        ended.monthly_amount,
        ended.currency,
        {{ converted_amount('ended.monthly_amount') }} as converted_monthly_amount,
        ended.is_test,
        ended.is_after_as_of
    from ended
    {{ join_fx_rates('ended.currency', 'ended.started_on') }}
    {{ join_value_map('cancel_reason', 'ended.cancel_reason') }}
)

select * from fct_contracts
