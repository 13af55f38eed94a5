-- one row per rep and period in a team: R05 changed teams on 1 February 2026
select
    reps.rep_id,
    reps.name,
    reps.email,
    periods.team,
    case when reps.rep_no > 3 then leads.rep_id end as manager_rep_id,
    reps.role,
    periods.valid_from,
    periods.valid_to
from reps
cross join lateral (
    select
        case when stint = 1 then reps.team else 'Ouest' end as team,
        case when stint = 1 then reps.joined_on else date '2026-02-01' end
            as valid_from,
        case when stint = 1 and reps.rep_no = 5 then date '2026-01-31' end as valid_to
    from (select unnest(range(1, case when reps.rep_no = 5 then 3 else 2 end)) as stint)
) as periods
left join reps as leads on periods.team = leads.team and leads.rep_no <= 3
order by reps.rep_no, periods.valid_from
