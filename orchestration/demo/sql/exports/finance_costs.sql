-- one row per expense
select
    cost_id,
    in_french_day(incurred_on) as incurred_on,
    in_french_day(nullif(incurred_to, incurred_on)) as incurred_to,
    cost_type,
    nature,
    channel,
    campaign_id,
    rep_id,
    with_comma(amount) as amount,
    currency
from costs
order by cost_id
