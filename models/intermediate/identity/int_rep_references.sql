-- grain: one row per rep_id as seen from a source: which rep it means there
{{ resolved_references(
    ref('int_reps_keyed'), 'rep_id', 'rep_key', 'rep'
) }}
