-- adds: the stage that each moved or new deal entered
select deal_id, stage, in_iso_time(moved_at) as entered_at from moved_deals
union all
select deal_id, 'Qualification', in_iso_time(opened_at) from new_deals
order by deal_id
