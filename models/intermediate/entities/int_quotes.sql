-- grain: one row per quote; a draft is none yet.
-- What was decided after as_of is not yet answered. A decision after the day of its own
-- load cannot have happened: its day is then that of the load.
with records as (
    {{ current_rows('quotes') }}
),

sources as (select * from {{ ref('stg_settings__sources') }}),

loads as (
    select distinct
        load_id,
        loaded_on
    from {{ ref('stg_landing__loads') }}
),

clock as (select * from {{ ref('int_clock') }}),

account_references as (select * from {{ ref('int_account_references') }}),

account_names as (select * from {{ ref('int_account_names') }}),

prospect_references as (select * from {{ ref('int_prospect_references') }}),

deal_references as (select * from {{ ref('int_deal_references') }}),

rep_references as (select * from {{ ref('int_rep_references') }}),

rep_names as (select * from {{ ref('int_rep_names') }}),

accounts as (select * from {{ ref('int_accounts') }}),

prospects as (select * from {{ ref('int_prospects') }}),

deals as (select * from {{ ref('int_deals') }}),

resolved as (
    select
        row_number() over (
            order by sources.source_order, records.source, records.quote_id
        ) as quote_key,
        records.*,
        coalesce(
            {{ found_by_id_or_name('account') }},
            prospects.account_key,
            deals.account_key
        ) as account_key,
        coalesce(prospect_references.prospect_key, deals.prospect_key) as prospect_key,
        deals.deal_key,
        {{ found_by_id_or_name('rep') }} as own_rep_key,
        deals.rep_key as deal_rep_key,
        records.status != 'sent'
        and coalesce(records.decided_on > loads.loaded_on, false) as is_to_come,
        case when is_to_come then loads.loaded_on else records.decided_on end
            as answered_on,
        coalesce(answered_on <= clock.as_of, true) as is_decided,
        records.sent_on > clock.as_of as is_after_as_of,
        coalesce(prospects.is_test, false) or coalesce(deals.is_test, false)
            as is_test_reference
    from records
    inner join sources
        on records.source = sources.source
    inner join loads
        on records.load_id = loads.load_id
    cross join clock
    {{ join_by_id_or_name('records', 'account') }}
    left join prospect_references
        on
            records.source = prospect_references.source
            and records.prospect_id = prospect_references.prospect_id
    left join prospects
        on prospect_references.prospect_key = prospects.prospect_key
    left join deal_references
        on
            records.source = deal_references.source
            and records.deal_id = deal_references.deal_id
    left join deals
        on deal_references.deal_key = deals.deal_key
    {{ join_by_id_or_name('records', 'rep') }}
    where records.status != 'draft'
),

int_quotes as (
    select
        resolved.quote_key,
        resolved.source,
        resolved.quote_id,
        resolved.deal_key,
        resolved.account_key,
        resolved.prospect_key,
        {{ customer_key('resolved.account_key', 'resolved.prospect_key') }}
            as customer_key,
        case
            when coalesce(resolved.rep_id, resolved.rep_name) is not null
                then resolved.own_rep_key
            else coalesce(resolved.deal_rep_key, accounts.owner_rep_key)
        end as rep_key,
        resolved.sent_at,
        resolved.sent_on,
        resolved.sent_has_time,
        case when resolved.is_decided then resolved.status else 'sent' end as status,
        case when resolved.is_decided then resolved.answered_on end as decided_on,
        resolved.is_decided and resolved.is_to_come as is_decided_on_imputed,
        resolved.amount,
        resolved.currency,
        {{ converted_amount('resolved.amount') }} as converted_amount,
        resolved.valid_until,
        resolved.is_test_reference or coalesce(accounts.is_test, false) as is_test,
        resolved.is_after_as_of
    from resolved
    left join accounts
        on resolved.account_key = accounts.account_key
    {{ join_fx_rates('resolved.currency', 'resolved.sent_on') }}
)

select * from int_quotes
