-- grain: one row per person record (source, prospect_id), with the group its links put
-- it in
{{ linked_groups('prospects', 'prospect_id', 'prospect') }}

select * from linked
