-- grain: one row per campaign_id as seen from a source: which campaign it means there
{{ resolved_references(ref('int_campaigns_keyed'), 'campaign_id', 'campaign_key') }}
