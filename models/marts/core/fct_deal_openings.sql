-- grain: one row per deal and stretch of days in which it was open with one amount
-- and one owner.
-- As the loads showed it then: an earlier version counts until the load that changed
-- it, a closing from its own day on, even when a later load told of it. Every amount is
-- converted on the day that the deal was opened: a rate that moves re-amounts no deal.
with deals as (
    select * from {{ ref('fct_deals') }}
    where
        not is_test
        and not is_after_as_of
),

versions as (select * from {{ ref('int_deal_versions') }}),

stage_entries as (
    select
        deal_key,
        min(entered_on) as first_entered_on
    from {{ ref('fct_deal_stages') }}
    group by all
),

followed as (
    select
        versions.*,
        min(versions.loaded_on) over (partition by versions.deal_key)
            as first_loaded_on,
        lead(versions.status) over by_version as next_status,
        lead(versions.closed_on) over by_version as next_closed_on
    from versions
    window by_version as (
        partition by versions.deal_key
        order by versions.version_number
    )
),

stretches as (
    select
        deals.deal_key,
        followed.version_number,
        followed.amount,
        followed.currency,
        followed.expected_close_on,
        coalesce(followed.rep_key, deals.rep_key) as rep_key,
        coalesce(
            deals.created_on, stage_entries.first_entered_on, followed.first_loaded_on
        ) as opened_on,
        greatest(opened_on, followed.known_from) as open_from,
        least(
            case
                when followed.status != 'open'
                    then coalesce(followed.closed_on, deals.closed_on)
                when followed.next_status != 'open'
                    then
                        least(
                            coalesce(followed.next_closed_on, followed.known_before),
                            followed.known_before
                        )
                else followed.known_before
            end,
            coalesce(deals.vanished_on, date '9999-12-31')
        ) as open_before
    from followed
    inner join deals
        on followed.deal_key = deals.deal_key
    left join stage_entries
        on deals.deal_key = stage_entries.deal_key
    where
        followed.status = 'open'
        or followed.version_number = 1
),

fct_deal_openings as (
    select
        stretches.deal_key,
        stretches.version_number,
        stretches.rep_key,
        stretches.open_from,
        stretches.open_before,
        stretches.expected_close_on,
        {{ converted_amount('stretches.amount') }} as converted_amount
    from stretches
    {{ join_fx_rates('stretches.currency', 'stretches.opened_on') }}
    where stretches.open_from < stretches.open_before
)

select * from fct_deal_openings
