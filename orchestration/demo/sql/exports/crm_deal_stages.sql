-- one row per entry of a deal into a stage
select
    deal_stages.deal_id,
    deal_stages.stage,
    in_iso_time(work_clock.wall_at) as entered_at
from deal_stages
inner join work_clock on deal_stages.entered_minute = work_clock.work_minute
order by deal_stages.deal_id, deal_stages.stage_no
