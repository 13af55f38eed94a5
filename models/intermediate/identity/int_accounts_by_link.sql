-- grain: one row per company record (source, account_id), with the group its links put
-- it in
{{ linked_groups('accounts', 'account_id', 'account') }}

select * from linked
