-- grain: one row per deal_id as seen from a source: which deal it means there
{{ resolved_references(
    ref('int_deals_keyed'), 'deal_id', 'deal_key', 'deal'
) }}
