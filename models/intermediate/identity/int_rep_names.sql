-- grain: one row per name of a rep as seen from a source: which rep it means there.
-- Whatever its case and blanks. A name that two reps of the source bear means neither:
-- its key is null.
{{ named_references(
    'reps', 'rep_id', ref('int_reps_keyed'), 'rep_key'
) }}

select * from named_records
