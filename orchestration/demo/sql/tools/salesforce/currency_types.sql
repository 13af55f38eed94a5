-- one row per currency, as units per unit of the company's own
select '01L000000000001AAA' as id, 'EUR' as iso_code, '1.0' as rate, '1' as is_corporate
union all
select '01L000000000002AAA', 'CHF', '0.94', '0'
