-- grain: one row per touch that counts, with the codes of its own dimensions and its
-- person's.
-- A table of numbers: whatever counts touches, under one dimension or all, reads no
-- more than it counts.
with touches as (
    select * from {{ ref('fct_activities') }}
    where
        is_touch
        and not is_test
        and not is_after_as_of
),

prospects as (select * from {{ ref('kpi_prospect_codes') }}),

accounts as (select * from {{ ref('kpi_account_codes') }}),

reps as (select * from {{ ref('dim_reps') }}),

campaigns as (select * from {{ ref('dim_campaigns') }}),

dimension_values as (select * from {{ ref('kpi_dimension_values') }}),

standards as (select * from {{ ref('kpi_response_standards') }}),

placed as (
    select
        {{ who_codes() }},
        touches.occurred_on as day,
        touches.prospect_key,
        touches.rep_key,
        touches.campaign_key,
        touches.is_prospecting_touch,
        touches.is_answered_call,
        touches.channel as touch_channel,
        {{ value_codes([
            'rep', 'team', 'channel', 'campaign', 'target_segment', 'sender_account',
        ]) }}
    from touches
    left join prospects
        on touches.prospect_key = prospects.prospect_key
    left join accounts
        on touches.account_key = accounts.account_key
    left join reps
        on touches.rep_key = reps.rep_key
    left join campaigns
        on touches.campaign_key = campaigns.campaign_key
    {{ join_value_codes({
        'rep': 'reps.rep_id',
        'team': 'touches.team',
        'channel': 'touches.channel',
        'campaign': 'campaigns.campaign_id',
        'target_segment': 'campaigns.target_segment',
        'sender_account': 'touches.sender_account',
    }) }}
),

kpi_touches as (
    select
        placed.*,
        standards.standard as standard_response_rate
    from placed
    left join standards
        on
            placed.channel = standards.channel
            and placed.sector = standards.sector
)

select * from kpi_touches
