-- grain: one row per check, source, column and rule of deals that do not say enough.
-- An open deal of which nothing tells what its stage means (the rule is the stage); a
-- closed one that does not say when, and what dates it.
with records as (
    {{ current_rows('deals') }}
),

deals as (select * from {{ ref('fct_deals') }}),

closings as (select * from {{ ref('int_deal_closings') }}),

unknown as (
    select records.*
    from records
    inner join deals
        on
            records.source = deals.source
            and records.deal_id = deals.deal_id
    where
        deals.is_stage_unknown
        and deals.vanished_on is null
        and not deals.is_test
        and not deals.is_after_as_of
),

undated as (
    select
        records.*,
        closings.dated_by
    from records
    inner join deals
        on
            records.source = deals.source
            and records.deal_id = deals.deal_id
    inner join closings
        on deals.deal_key = closings.deal_key
    where
        records.closed_on is null
        and not deals.is_test
),

meta_deal_findings as (
    select
        {{ finding('unknown_stage', 'deals', "'stage'", 'stage') }}
    from unknown
    group by all
    union all
    select
        {{ finding(
            'closed_without_a_day', 'deals', "'closed_at'",
            "concat(status, ': ', case dated_by when 'stage_entry' "
            ~ "then 'the day of its last stage entry' "
            ~ "else 'the day of the last change of its record' end)"
        ) }}
    from undated
    group by all
)

select * from meta_deal_findings
