-- grain: one row per company
with accounts as (select * from {{ ref('int_accounts') }}),

dim_accounts as (
    select
        account_key,
        source,
        account_id,
        name,
        sector,
        employee_count,
        case
            when employee_count between 1 and 9 then '1-9'
            when employee_count between 10 and 49 then '10-49'
            when employee_count between 50 and 249 then '50-249'
            when employee_count between 250 and 999 then '250-999'
            when employee_count >= 1000 then '1000+'
        end as company_size,
        country,
        region,
        city,
        owner_rep_key,
        created_at,
        created_on,
        record_count,
        vanished_on,
        is_test
    from accounts
)

select * from dim_accounts
