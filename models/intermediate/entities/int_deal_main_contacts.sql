-- grain: one row per deal with contacts: the person it is with when it names nobody.
-- The primary contact; of several, or of none that is, the one touched first, else the
-- one detected first.
with contacts as (select * from {{ ref('int_deal_contacts') }}),

prospects as (select * from {{ ref('int_prospects') }}),

activities as (select * from {{ ref('int_activities_resolved') }}),

meanings as (select * from {{ ref('int_activity_meanings') }}),

clock as (select * from {{ ref('int_clock') }}),

touches as (
    select
        activities.prospect_key,
        activities.occurred_at,
        activities.occurred_on
    from activities
    semi join contacts
        on activities.prospect_key = contacts.prospect_key
    left join meanings
        on
            activities.channel = meanings.channel
            and activities.direction = meanings.direction
            and coalesce(activities.outcome, '') = meanings.outcome
    where
        activities.direction = 'outbound'
        and activities.channel != 'meeting'
        and not activities.is_service
        and coalesce(meanings.meaning, 'sent') != 'not_sent'
),

first_touches as (
    select
        touches.prospect_key,
        min(touches.occurred_at) as touched_at
    from touches
    cross join clock
    where touches.occurred_on <= clock.as_of
    group by all
),

int_deal_main_contacts as (
    select
        contacts.deal_key,
        contacts.prospect_key
    from contacts
    inner join prospects
        on contacts.prospect_key = prospects.prospect_key
    left join first_touches
        on contacts.prospect_key = first_touches.prospect_key
    qualify
        row_number() over (
            partition by contacts.deal_key
            order by
                prospects.is_test asc,
                contacts.is_primary desc,
                first_touches.touched_at asc nulls last,
                prospects.detected_at asc,
                contacts.prospect_key asc
        ) = 1
)

select * from int_deal_main_contacts
