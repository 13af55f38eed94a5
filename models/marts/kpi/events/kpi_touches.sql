-- grain: one row per touch that counts, with its own dimensions and its person's.
-- A view: the touches are read where they are counted, and never written twice.
with touches as (
    select * from {{ ref('fct_activities') }}
    where
        is_touch
        and not is_test
        and not is_after_as_of
),

prospects as (select * from {{ ref('dim_prospects') }}),

accounts as (select * from {{ ref('dim_accounts') }}),

reps as (select * from {{ ref('dim_reps') }}),

campaigns as (select * from {{ ref('dim_campaigns') }}),

-- of the rows that fit a channel and sector the most specific one
standards as (
    select * from {{ ref('stg_reference__benchmarks') }}
    where kpi_id = 'response_rate'
),

channel_standards as (
    select * from standards
    where sector is null
),

sector_standards as (
    select * from standards
    where channel is null
),

general_standard as (
    select * from standards
    where
        channel is null
        and sector is null
),

kpi_touches as (
    select
        touches.occurred_on as day,
        cast(date_trunc('month', touches.occurred_on) as date) as month,
        touches.prospect_key,
        touches.rep_key,
        touches.campaign_key,
        touches.is_prospecting_touch,
        touches.is_answered_call,
        touches.channel as touch_channel,
        coalesce(reps.rep_id, '(unknown)') as rep,
        coalesce(touches.team, '(unknown)') as team,
        touches.channel,
        coalesce(campaigns.campaign_id, '(unknown)') as campaign,
        coalesce(campaigns.target_segment, '(unknown)') as target_segment,
        coalesce(touches.sender_account, '(unknown)') as sender_account,
        coalesce(prospects.lead_source, '(unknown)') as lead_source,
        coalesce(prospects.persona, '(unknown)') as persona,
        coalesce(prospects.sector, accounts.sector, '(unknown)') as sector,
        coalesce(prospects.company_size, accounts.company_size, '(unknown)')
            as company_size,
        coalesce(prospects.country, accounts.country, '(unknown)') as country,
        coalesce(prospects.region, accounts.region, '(unknown)') as region,
        coalesce(
            own.standard,
            channel_standards.standard,
            sector_standards.standard,
            general_standard.standard
        ) as standard_response_rate
    from touches
    left join prospects
        on touches.prospect_key = prospects.prospect_key
    left join accounts
        on touches.account_key = accounts.account_key
    left join reps
        on touches.rep_key = reps.rep_key
    left join campaigns
        on touches.campaign_key = campaigns.campaign_key
    left join standards as own
        on
            touches.channel = own.channel
            and coalesce(prospects.sector, accounts.sector) = own.sector
    left join channel_standards
        on touches.channel = channel_standards.channel
    left join sector_standards
        on coalesce(prospects.sector, accounts.sector) = sector_standards.sector
    left join general_standard
        on true
)

select * from kpi_touches
