-- A failure means that two stretches of one deal overlap: its amount would stand twice
-- in the pipeline.
with openings as (select * from {{ ref('fct_deal_openings') }})

select
    earlier.deal_key,
    earlier.version_number,
    earlier.open_from,
    earlier.open_before,
    later.version_number as later_version_number,
    later.open_from as later_open_from
from openings as earlier
inner join openings as later
    on
        earlier.deal_key = later.deal_key
        and earlier.version_number < later.version_number
        and earlier.open_before > later.open_from
