-- grain: one row per person in the sales base.
-- Stage days are the first times of the stages the person reached as a prospect; all
-- are null for a customer's contact, a test record and someone detected after as_of.
with prospects as (select * from {{ ref('int_prospects') }}),

accounts as (select * from {{ ref('dim_accounts') }}),

title_personas as (select * from {{ ref('int_job_title_personas') }}),

clock as (select * from {{ ref('int_clock') }}),

stages as (select * from {{ ref('fct_prospect_stages') }}),

first_touches as (select * from {{ ref('fct_first_touches') }}),

stage_days as (
    select
        prospect_key,
        max(stage_order) as reached_stage_order,
        max(reached_on) filter (where stage = 'detected') as detected_on,
        max(reached_on) filter (where stage = 'contacted') as contacted_on,
        max(reached_on) filter (where stage = 'engaged') as engaged_on,
        max(reached_on) filter (where stage = 'qualified') as qualified_on,
        max(reached_on) filter (where stage = 'meeting') as meeting_on,
        max(reached_on) filter (where stage = 'quoted') as quoted_on,
        max(reached_on) filter (where stage = 'won') as won_on
    from stages
    group by all
),

dim_prospects as (
    select
        prospects.prospect_key,
        prospects.source,
        prospects.prospect_id,
        prospects.account_key,
        prospects.owner_rep_key,
        coalesce(
            {{ mapped_value('persona', 'prospects.persona') }}, title_personas.persona
        ) as persona,
        {{ mapped_value('lead_source', 'prospects.lead_source') }} as lead_source,
        accounts.sector,
        accounts.company_size,
        accounts.country,
        accounts.region,
        first_touches.basis as first_touch_basis,
        first_touches.rep_key as first_touch_rep_key,
        first_touches.team as first_touch_team,
        first_touches.channel as first_touch_channel,
        first_touches.campaign_key as first_touch_campaign_key,
        first_touches.sender_account as first_touch_sender_account,
        stage_days.reached_stage_order,
        stage_days.detected_on,
        prospects.detected_on as entered_on,
        prospects.is_detected_on_imputed,
        stage_days.contacted_on,
        stage_days.engaged_on,
        stage_days.qualified_on,
        stage_days.meeting_on,
        stage_days.quoted_on,
        stage_days.won_on,
        coalesce(prospects.qualified_on <= clock.as_of, false) as has_own_qualification,
        prospects.disqualified_on,
        {{ mapped_value('disqualified_reason', 'prospects.disqualified_reason') }}
            as disqualified_reason,
        prospects.opted_out_on,
        prospects.email is not null as has_email,
        prospects.phone is not null as has_phone,
        prospects.record_count,
        prospects.vanished_on,
        prospects.is_test,
        stage_days.prospect_key is not null as is_prospect
    from prospects
    cross join clock
    left join accounts
        on prospects.account_key = accounts.account_key
    left join first_touches
        on prospects.prospect_key = first_touches.prospect_key
    left join stage_days
        on prospects.prospect_key = stage_days.prospect_key
    left join title_personas
        on prospects.job_title = title_personas.job_title
    {{ join_value_map('persona', 'prospects.persona') }}
    {{ join_value_map('lead_source', 'prospects.lead_source') }}
    {{ join_value_map('disqualified_reason', 'prospects.disqualified_reason') }}
)

select * from dim_prospects
