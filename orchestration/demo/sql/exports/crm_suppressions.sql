-- one row per request not to be written to any more, or to be forgotten
select
    in_iso_time(work_clock.wall_at) as requested_at,
    suppressions.kind,
    numbered('P', suppressions.prospect_no, 7) as prospect_id,
    prospects.email
from suppressions
inner join prospects on suppressions.prospect_no = prospects.prospect_no
inner join work_clock on suppressions.requested_minute = work_clock.work_minute
order by requested_at, suppressions.kind, prospect_id
