-- grain: one row per account: the codes of what is known of it
with accounts as (select * from {{ ref('dim_accounts') }}),

dimension_values as (select * from {{ ref('kpi_dimension_values') }}),

kpi_account_codes as (
    select
        accounts.account_key,
        {{ value_codes(['sector', 'company_size', 'country', 'region']) }}
    from accounts
    {{ join_value_codes({
        'sector': 'accounts.sector',
        'company_size': 'accounts.company_size',
        'country': 'accounts.country',
        'region': 'accounts.region',
    }, missing=none) }}
)

select * from kpi_account_codes
