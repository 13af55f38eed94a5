-- grain: one row per meeting and what happened: booked, held or missed (no_show).
-- A meeting is booked when its row was created; without that time, when it took place
-- if it is a booking row or its source writes no booking rows. In a source without
-- meetings, an exchange that ended in a booking is the booking.
with activities as (select * from {{ ref('fct_activities') }}),

clock as (select * from {{ ref('int_clock') }}),

customers as (select * from {{ ref('int_customers') }}),

rep_periods as (select * from {{ ref('int_rep_periods') }}),

sources as (
    select
        source,
        bool_or(channel = 'meeting') as has_meetings,
        bool_or(meaning = 'booked') as has_booked_rows
    from activities
    where
        channel = 'meeting'
        or meaning = 'meeting_booked'
    group by all
),

happened as (
    select
        activities.*,
        activities.meaning as kind,
        activities.occurred_at as happened_at,
        activities.occurred_on as happened_on,
        activities.occurred_has_time as happened_has_time
    from activities
    where
        activities.channel = 'meeting'
        and activities.meaning in ('held', 'no_show')
    union all
    select
        activities.*,
        'booked' as kind,
        coalesce(activities.created_at, activities.occurred_at) as happened_at,
        coalesce(activities.created_on, activities.occurred_on) as happened_on,
        coalesce(activities.created_has_time, activities.occurred_has_time)
            as happened_has_time
    from activities
    inner join sources
        on activities.source = sources.source
    where
        (
            activities.channel = 'meeting'
            and (
                activities.created_at is not null
                or activities.meaning = 'booked'
                or not sources.has_booked_rows
            )
        )
        or (
            activities.meaning = 'meeting_booked'
            and not sources.has_meetings
        )
),

fct_meetings as (
    select
        happened.source,
        happened.activity_id,
        happened.kind,
        happened.happened_at,
        happened.happened_on,
        happened.happened_has_time,
        happened.prospect_key,
        happened.account_key,
        happened.customer_key,
        happened.rep_key,
        rep_periods.team,
        happened.channel,
        happened.campaign_key,
        happened.sender_account,
        happened.in_reply_to,
        happened.direction,
        happened.is_service,
        happened.is_test,
        happened.happened_on > clock.as_of as is_after_as_of,
        {{ happened_before('customers.customer_since', 'happened.happened') }}
            as is_with_customer
    from happened
    cross join clock
    left join customers
        on happened.customer_key = customers.customer_key
    left join rep_periods
        on
            happened.rep_key = rep_periods.rep_key
            and happened.happened_on >= rep_periods.valid_from
            and happened.happened_on < rep_periods.valid_before
)

select * from fct_meetings
