-- one row per rep, month and channel
select
    rep_id,
    strftime(month_start, '%Y-%m') as month,
    channel,
    with_comma(days) as days,
    with_comma(loaded_monthly_cost) as loaded_monthly_cost,
    working_days
from rep_time
order by rep_id, month, channel
