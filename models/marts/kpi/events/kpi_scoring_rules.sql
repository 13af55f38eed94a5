-- grain: one row per rule of the lead score.
-- A rule with the number that its value is, where a count is asked for: how often at
-- least. Null for a value that is no whole number.
with rules as (select * from {{ ref('stg_reference__lead_scoring_rules') }}),

kpi_scoring_rules as (
    select
        rule_id,
        field,
        value,
        points,
        case
            when regexp_full_match(value, '[+-]?[0-9]+([.]0*)?')
                then try_cast(value as integer)
        end as least_count
    from rules
)

select * from kpi_scoring_rules
