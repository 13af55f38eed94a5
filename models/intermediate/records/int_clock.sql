-- grain: one row: the day at which everything is seen, and the reporting settings.
-- Declared, or else the latest day with an event that is not after today. A closing
-- that only the last change of its record dates is an event of that day.
with reporting as (select * from {{ ref('stg_settings__reporting') }}),

event_days as (
    {% for entity, columns in event_days().items() %}
        {% for column in columns %}
            select max({{ column }}) as event_on
            from {{ ref('stg_generic__' ~ entity) }}
            where
                reject_rule is null
                and {{ column }} <= (select reporting.today from reporting)
            union all
        {% endfor %}
    {% endfor %}
    select max(first_loaded_on) as event_on
    from {{ ref('int_prospects_undated') }}
    where first_loaded_on <= (select reporting.today from reporting)
    union all
    select max(deals.updated_on) as event_on
    from {{ ref('stg_generic__deals') }} as deals
    anti join {{ ref('stg_generic__deal_stages') }} as deal_stages
        on
            deals.source = deal_stages.source
            and deals.deal_id = deal_stages.deal_id
    where
        deals.reject_rule is null
        and deals.status in ('won', 'lost')
        and deals.closed_on is null
        and deals.updated_on <= (select reporting.today from reporting)
),

int_clock as (
    select
        coalesce(
            any_value(reporting.as_of),
            max(event_days.event_on),
            any_value(reporting.today)
        ) as as_of,
        any_value(reporting.today) as today,
        any_value(reporting.timezone) as timezone,
        any_value(reporting.currency) as currency,
        any_value(reporting.fiscal_year_start_month) as fiscal_year_start_month,
        any_value(reporting.revenue_from) as revenue_from,
        any_value(reporting.retention_months) as retention_months
    from reporting
    cross join event_days
)

select * from int_clock
