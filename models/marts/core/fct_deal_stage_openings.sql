-- grain: one row per deal and stretch of days in which it was open in one stage with
-- one amount.
-- The stage is the last one entered by the day; before the first entry, and without
-- any, the deal's stage as it stands.
with openings as (select * from {{ ref('fct_deal_openings') }}),

deals as (select * from {{ ref('fct_deals') }}),

entries as (
    select
        deal_key,
        entered_on,
        max_by(stage, row(entered_at, stage)) as stage,
        lead(entered_on) over (
            partition by deal_key
            order by entered_on
        ) as next_entered_on
    from {{ ref('fct_deal_stages') }}
    group by
        deal_key,
        entered_on
),

first_entries as (
    select
        deal_key,
        min(entered_on) as first_entered_on
    from entries
    group by all
),

stages as (
    select
        deal_key,
        stage,
        entered_on as stage_from,
        coalesce(next_entered_on, date '9999-12-31') as stage_before
    from entries
    union all
    select
        deals.deal_key,
        deals.stage,
        date '0001-01-01' as stage_from,
        coalesce(first_entries.first_entered_on, date '9999-12-31') as stage_before
    from deals
    left join first_entries
        on deals.deal_key = first_entries.deal_key
),

fct_deal_stage_openings as (
    select
        openings.deal_key,
        openings.version_number,
        stages.stage,
        greatest(openings.open_from, stages.stage_from) as open_from,
        least(openings.open_before, stages.stage_before) as open_before,
        openings.open_from as opened_on,
        openings.converted_amount
    from openings
    inner join stages
        on openings.deal_key = stages.deal_key
    where
        openings.open_from < stages.stage_before
        and openings.open_before > stages.stage_from
)

select * from fct_deal_stage_openings
