-- one row per campaign
select
    campaigns.record_id as id,
    '0' as is_deleted,
    carried.name,
    case carried.channel
        when 'email' then 'Email'
        when 'mail' then 'Direct Mail'
        when 'linkedin' then 'LinkedIn'
        else 'Telemarketing'
    end as kind,
    'Completed' as status,
    carried.started_on || ' 00:00:00' as started_on,
    carried.ended_on || ' 00:00:00' as ended_on,
    carried.budget_amount as budget,
    carried.currency
from carried_campaigns as carried
inner join numbered_campaigns as campaigns on carried.campaign_id = campaigns.campaign_id
order by id
