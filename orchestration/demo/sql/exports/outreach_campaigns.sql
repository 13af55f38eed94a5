-- one row per campaign
select
    campaign_id,
    name,
    channel,
    target_segment,
    in_french_day(started_on) as started_on,
    in_french_day(ended_on) as ended_on,
    with_comma(budget_amount) as budget_amount,
    case when budget_amount is not null then 'EUR' end as currency
from campaigns
order by started_on, campaign_id
