-- grain: one row per account_id as seen from a source: which account it means there
{{ resolved_references(
    ref('int_accounts_keyed'), 'account_id', 'account_key', 'account'
) }}
