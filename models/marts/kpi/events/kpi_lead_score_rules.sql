-- grain: one row per rule of the lead score.
-- What the rules behind a score are called, and how many points each is worth.
with rules as (select * from {{ ref('stg_reference__lead_scoring_rules') }}),

kpi_lead_score_rules as (
    select
        rule_id,
        points,
        coalesce(name_en, rule_id) as name_en,
        coalesce(name_fr, name_en, rule_id) as name_fr
    from rules
)

select * from kpi_lead_score_rules
