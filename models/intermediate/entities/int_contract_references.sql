-- grain: one row per contract_id as seen from a source: which contract it means there
{{ resolved_references(ref('int_contracts'), 'contract_id', 'contract_key') }}
