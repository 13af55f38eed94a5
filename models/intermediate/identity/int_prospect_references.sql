-- grain: one row per prospect_id as seen from a source: which prospect it means there
{{ resolved_references(
    ref('int_prospects_keyed'), 'prospect_id', 'prospect_key', 'prospect'
) }}
