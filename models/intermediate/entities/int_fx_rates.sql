-- grain: one row per currency and period in which one exchange rate is in force.
-- From rate_on until the day before the next rate of that currency. Several sources may
-- give a rate for one day: the first in the order of the settings counts.
with rates as (
    {{ current_rows('fx_rates') }}
),

sources as (select * from {{ ref('stg_settings__sources') }}),

reporting as (select * from {{ ref('stg_settings__reporting') }}),

ranked as (
    select
        upper(rates.currency) as currency,
        rates.rate_on,
        rates.rate
    from rates
    inner join sources
        on rates.source = sources.source
    qualify
        row_number() over (
            partition by upper(rates.currency), rates.rate_on
            order by sources.source_order
        ) = 1
),

int_fx_rates as (
    select
        currency,
        rate_on as valid_from,
        lead(rate_on) over (partition by currency order by rate_on) as valid_before,
        rate
    from ranked
    where
        currency != (select upper(reporting.currency) from reporting)
        and currency != '(OTHER)' -- one of several, not the same
    union all
    -- no currency is the reporting currency
    select
        unnest([upper(currency), '']) as currency,
        date '0001-01-01' as valid_from,
        null as valid_before,
        cast(1 as decimal(18, 11)) as rate
    from reporting
)

select * from int_fx_rates
