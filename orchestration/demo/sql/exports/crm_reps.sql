-- one row per rep and period in a team
select
    reps.rep_id,
    reps.name,
    reps.email,
    rep_periods.team,
    case when reps.rep_no > 3 then leads.rep_id end as manager_rep_id,
    reps.role,
    rep_periods.valid_from,
    rep_periods.valid_to
from rep_periods
inner join reps on rep_periods.rep_no = reps.rep_no
left join reps as leads on rep_periods.team = leads.team and leads.rep_no <= 3
order by reps.rep_no, rep_periods.valid_from
