-- grain: one row per open prospect.
-- Whom to call next? Its lead score at as_of, and the rules that made it. Names nobody:
-- the record is found in its own system by source and id.
with scores as (
    select * from {{ ref('kpi_prospect_scores') }}
    where instant = '{{ score_instant(0) }}'
),

prospects as (select * from {{ ref('dim_prospects') }}),

reps as (select * from {{ ref('dim_reps') }}),

kpi_lead_scores as (
    select
        scores.prospect_key,
        prospects.source,
        prospects.prospect_id,
        reps.rep_id as owner_rep,
        cast(scores.score as double) as score,
        {{ score_band('scores.score') }} as band,
        scores.rule_ids
    from scores
    inner join prospects
        on scores.prospect_key = prospects.prospect_key
    left join reps
        on prospects.owner_rep_key = reps.rep_key
)

select * from kpi_lead_scores
