-- grain: one row per company
with accounts as (select * from {{ ref('int_accounts') }}),

dim_accounts as (
    select
        accounts.account_key,
        accounts.source,
        accounts.account_id,
        {{ shown_word('account_name', 'accounts.name') }} as name,
        {{ mapped_value('sector', 'accounts.sector') }} as sector,
        accounts.employee_count,
        case
            when accounts.employee_count between 1 and 9 then '1-9'
            when accounts.employee_count between 10 and 49 then '10-49'
            when accounts.employee_count between 50 and 249 then '50-249'
            when accounts.employee_count between 250 and 999 then '250-999'
            when accounts.employee_count >= 1000 then '1000+'
        end as company_size,
        {{ mapped_value('country', 'accounts.country') }} as country,
        {{ mapped_value('region', 'accounts.region') }} as region,
        {{ shown_word('city', 'accounts.city') }} as city,
        accounts.owner_rep_key,
        accounts.created_at,
        accounts.created_on,
        accounts.record_count,
        accounts.vanished_on,
        accounts.is_test
    from accounts
    {{ join_value_map('sector', 'accounts.sector') }}
    {{ join_value_map('country', 'accounts.country') }}
    {{ join_value_map('region', 'accounts.region') }}
    {{ join_shown_word('account_name', 'accounts.name') }}
    {{ join_shown_word('city', 'accounts.city') }}
)

select * from dim_accounts
