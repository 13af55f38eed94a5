-- one row per meeting
select
    salesforce_id('00U', row_number() over (order by activities.activity_id)) as id,
    coalesce(salesforce_id('003', activities.prospect_id[2:]), '000000000000000AAA') as who_id,
    '000000000000000AAA' as what_id,
    'Démonstration' as subject,
    in_utc(activities.occurred_at) as starts_at,
    activities.occurred_at[:10] || ' 00:00:00' as starts_on,
    activities.duration_seconds::bigint // 60 as minutes,
    salesforce_id('001', activities.account_id[2:]) as account_id,
    reps.user_id as owner_id,
    '0' as is_deleted,
    in_utc(activities.created_at) as created_at
from carried_activities as activities
inner join numbered_reps as reps on activities.rep_id = reps.rep_id
where activities.channel = 'meeting'
order by id
