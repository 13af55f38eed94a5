-- grain: one row, the company's own settings, as `sources.yml` declares them or by
-- default

with reporting as (select * from {{ source('settings', 'reporting') }}),

stg_settings__reporting as (
    select
        currency,
        timezone,
        as_of,
        today,
        fiscal_year_start_month,
        language,
        revenue_from,
        report_rhythm,
        headline_kpis,
        internal_domains,
        publish_crm_ids,
        dashboard_records,
        retention_months
    from reporting
)

select * from stg_settings__reporting
