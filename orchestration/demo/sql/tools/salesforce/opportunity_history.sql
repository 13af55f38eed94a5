-- one row per entry into a stage, and one for a change of something else
with
entries as (
    select
        *,
        lag(stage) over (partition by deal_id order by entered_at) as stage_before,
        row_number() over (order by deal_id, entered_at) as entry_number
    from carried_deal_stages
)

select
    salesforce_id('008', 2 * entries.entry_number + changes.change_number) as id,
    salesforce_id('006', entries.deal_id[2:]) as opportunity_id,
    entries.stage,
    deals.amount,
    case when changes.change_number = 0 then entries.stage_before else entries.stage end
        as stage_before,
    deals.currency,
    in_utc(entries.entered_at::timestamp + to_seconds(changes.change_number)) as created_at,
    '0' as is_deleted
from entries
inner join carried_deals as deals on entries.deal_id = deals.deal_id
cross join (values (0), (1)) as changes (change_number)
where changes.change_number = 0 or entries.entry_number % 3 = 0
order by id
