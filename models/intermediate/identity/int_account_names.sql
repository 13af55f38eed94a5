-- grain: one row per name of a company as seen from a source.
-- Which account it means there, whatever its case and blanks. A name that two accounts of
-- the source bear means neither: its key is null.
{{ named_references(
    'accounts', 'account_id', ref('int_accounts_keyed'), 'account_key'
) }}

select * from named_records
