-- grain: one row per prospecting touch of a known prospect
with kpi_contacts as (
    select
        prospect_key,
        day,
        rep,
        team,
        channel,
        campaign,
        target_segment,
        sender_account
    from {{ ref('kpi_touches') }}
    where
        is_prospecting_touch
        and prospect_key is not null
)

select * from kpi_contacts
