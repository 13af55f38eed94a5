-- grain: one row per prospect (who counts as one), with the dimensions its events
-- carry.
-- `owner_` is the owner at detection, `touched_` whoever touched it first, a customer
-- or not; the unprefixed six are those of the first touch as a prospect, without any
-- those of the owner.
with prospects as (
    select * from {{ ref('dim_prospects') }}
    where is_prospect
),

reps as (select * from {{ ref('dim_reps') }}),

rep_periods as (select * from {{ ref('dim_rep_periods') }}),

campaigns as (select * from {{ ref('dim_campaigns') }}),

first_touches as (select * from {{ ref('fct_first_touches') }}),

kpi_prospect_dimensions as (
    select
        prospects.prospect_key,
        coalesce(owners.rep_id, '(unknown)') as owner_rep,
        coalesce(rep_periods.team, '(unknown)') as owner_team,
        coalesce(touchers.rep_id, '(unknown)') as touched_rep,
        coalesce(first_touches.touched_team, '(unknown)') as touched_team,
        coalesce(reps.rep_id, '(unknown)') as rep,
        coalesce(
            case
                when prospects.first_touch_basis = 'owner' then rep_periods.team
                else prospects.first_touch_team
            end,
            '(unknown)'
        ) as team,
        coalesce(prospects.first_touch_channel, '(unknown)') as channel,
        coalesce(campaigns.campaign_id, '(unknown)') as campaign,
        coalesce(campaigns.target_segment, '(unknown)') as target_segment,
        coalesce(prospects.first_touch_sender_account, '(unknown)') as sender_account,
        coalesce(prospects.lead_source, '(unknown)') as lead_source,
        coalesce(prospects.persona, '(unknown)') as persona,
        coalesce(prospects.sector, '(unknown)') as sector,
        coalesce(prospects.company_size, '(unknown)') as company_size,
        coalesce(prospects.country, '(unknown)') as country,
        coalesce(prospects.region, '(unknown)') as region
    from prospects
    left join reps
        on prospects.first_touch_rep_key = reps.rep_key
    left join reps as owners
        on prospects.owner_rep_key = owners.rep_key
    left join first_touches
        on prospects.prospect_key = first_touches.prospect_key
    left join reps as touchers
        on first_touches.touched_rep_key = touchers.rep_key
    left join rep_periods
        on
            prospects.owner_rep_key = rep_periods.rep_key
            and prospects.detected_on >= rep_periods.valid_from
            and prospects.detected_on < rep_periods.valid_before
    left join campaigns
        on prospects.first_touch_campaign_key = campaigns.campaign_key
)

select * from kpi_prospect_dimensions
