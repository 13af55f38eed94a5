-- grain: one row per rep record (source, rep_id), with the group its links put it in
{{ linked_groups('reps', 'rep_id', 'rep') }}

select * from linked
