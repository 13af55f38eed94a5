-- grain: one row per deal, as it stood at the end of as_of.
-- Without a person of its own it is that of its main contact. What was decided after
-- as_of is still open. A deal that is closed without any time to
-- date the closing is left out (`int_deals_undated` lists it as rejected).
with records as (
    {{ current_rows('deals') }}
),

keyed as (select * from {{ ref('int_deals_keyed') }}),

closed as (select * from {{ ref('int_deals_closed') }}),

clock as (select * from {{ ref('int_clock') }}),

account_references as (select * from {{ ref('int_account_references') }}),

account_names as (select * from {{ ref('int_account_names') }}),

prospect_references as (select * from {{ ref('int_prospect_references') }}),

main_contacts as (select * from {{ ref('int_deal_main_contacts') }}),

rep_references as (select * from {{ ref('int_rep_references') }}),

rep_names as (select * from {{ ref('int_rep_names') }}),

campaign_references as (select * from {{ ref('int_campaign_references') }}),

product_references as (select * from {{ ref('int_product_references') }}),

accounts as (select * from {{ ref('int_accounts') }}),

prospects as (select * from {{ ref('int_prospects') }}),

vanished as (
    select * from {{ ref('int_records_vanished') }}
    where entity = 'deals'
),

resolved as (
    select
        keyed.deal_key,
        records.*,
        coalesce({{ found_by_id_or_name('account') }}, prospects.account_key)
            as account_key,
        coalesce(prospect_references.prospect_key, main_contacts.prospect_key)
            as prospect_key,
        {{ found_by_id_or_name('rep') }} as own_rep_key,
        campaign_references.campaign_key,
        product_references.product_key,
        coalesce(prospects.is_test, false) as is_test_prospect,
        closed.closed_at as decided_at,
        closed.closed_on as decided_on,
        closed.closed_has_time as decided_has_time,
        closed.is_closed_on_imputed,
        closed.first_won_at,
        closed.first_won_on,
        closed.first_won_has_time,
        coalesce(closed.closed_on <= clock.as_of, false) as is_decided,
        coalesce(records.created_on > clock.as_of, false) as is_after_as_of,
        vanished.vanished_on,
        clock.as_of
    from records
    inner join keyed
        on
            records.source = keyed.source
            and records.deal_id = keyed.deal_id
    cross join clock
    left join closed
        on keyed.deal_key = closed.deal_key
    {{ join_by_id_or_name('records', 'account') }}
    left join prospect_references
        on
            records.source = prospect_references.source
            and records.prospect_id = prospect_references.prospect_id
    left join main_contacts
        on keyed.deal_key = main_contacts.deal_key
    {{ join_by_id_or_name('records', 'rep') }}
    left join campaign_references
        on
            records.source = campaign_references.source
            and records.campaign_id = campaign_references.campaign_id
    left join product_references
        on
            records.source = product_references.source
            and records.product_id = product_references.product_id
    left join prospects
        on
            coalesce(prospect_references.prospect_key, main_contacts.prospect_key)
            = prospects.prospect_key
    left join vanished
        on
            records.source = vanished.source
            and records.deal_id = vanished.record_id
    where
        records.status = 'open'
        or closed.deal_key is not null
),

int_deals as (
    select
        resolved.deal_key,
        resolved.source,
        resolved.deal_id,
        resolved.account_key,
        resolved.prospect_key,
        {{ customer_key('resolved.account_key', 'resolved.prospect_key') }}
            as customer_key,
        case
            when coalesce(resolved.rep_id, resolved.rep_name) is null
                then accounts.owner_rep_key
            else resolved.own_rep_key
        end as rep_key,
        resolved.campaign_key,
        resolved.product_key,
        resolved.pipeline,
        resolved.stage,
        case when resolved.is_decided then resolved.status else 'open' end as status,
        resolved.status = 'open' and coalesce(resolved.is_stage_unknown, false)
            as is_stage_unknown,
        resolved.amount,
        resolved.currency,
        {{ converted_amount('resolved.amount') }} as converted_amount,
        resolved.created_at,
        resolved.created_on,
        resolved.created_has_time,
        resolved.expected_close_on,
        case when resolved.is_decided then resolved.decided_at end as closed_at,
        case when resolved.is_decided then resolved.decided_on end as closed_on,
        case when resolved.is_decided then resolved.decided_has_time end
            as closed_has_time,
        resolved.is_decided and resolved.is_closed_on_imputed as is_closed_on_imputed,
        case when resolved.is_decided then resolved.first_won_at end as first_won_at,
        case when resolved.is_decided then resolved.first_won_on end as first_won_on,
        case when resolved.is_decided then resolved.first_won_has_time end
            as first_won_has_time,
        case when resolved.is_decided then resolved.lost_reason end as lost_reason,
        resolved.vanished_on,
        coalesce(resolved.is_test, false)
        or resolved.is_test_prospect
        or coalesce(accounts.is_test, false) as is_test,
        resolved.is_after_as_of
    from resolved
    left join accounts
        on resolved.account_key = accounts.account_key
    {{ join_fx_rates(
        'resolved.currency',
        'coalesce(case when resolved.is_decided then resolved.decided_on end, '
        ~ 'resolved.created_on, resolved.as_of)'
    ) }}
)

select * from int_deals
