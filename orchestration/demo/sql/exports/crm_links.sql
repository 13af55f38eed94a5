-- one row per pair of records that the user says are one; their second ones are among
-- the rows typed in on purpose
select * from (values
    ('account', 'crm', 'A9000001', 'crm', 'A0000010'),
    ('prospect', 'crm', 'P9000007', 'crm', 'P0000020')
) as listed (kind, source, id, same_as_source, same_as_id)
order by kind
