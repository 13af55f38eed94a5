-- A failure means that two periods of one rep overlap: what the rep did in both would
-- count twice.
with rep_periods as (select * from {{ ref('dim_rep_periods') }})

select
    earlier.rep_key,
    earlier.team,
    earlier.valid_from,
    earlier.valid_before,
    later.team as later_team,
    later.valid_from as later_valid_from
from rep_periods as earlier
inner join rep_periods as later
    on
        earlier.rep_key = later.rep_key
        and earlier.valid_from < later.valid_from
        and earlier.valid_before > later.valid_from
