-- grain: one row per prospect and stage that has a time of its own.
-- The stages: detected → contacted → engaged → qualified → meeting → quoted → won, each
-- the first time. What happens after the key became a customer starts no stage; a stage
-- dated before the detection moves it back; who was detected as a customer's contact is
-- no prospect.
with prospects as (
    select * from {{ ref('int_prospects') }}
    where not is_test
),

clock as (select * from {{ ref('int_clock') }}),

customers as (select * from {{ ref('int_customers') }}),

first_touches as (select * from {{ ref('fct_first_touches') }}),

conversations as (select * from {{ ref('fct_conversations') }}),

meetings as (select * from {{ ref('fct_meetings') }}),

deals as (
    select * from {{ ref('fct_deals') }}
    where
        prospect_key is not null
        and not is_test
        and not is_after_as_of
),

quotes as (
    select * from {{ ref('fct_quotes') }}
    where
        prospect_key is not null
        and not is_test
        and not is_after_as_of
),

stage_events as (
    select
        prospects.prospect_key,
        'detected' as stage,
        prospects.detected_at as reached_at,
        prospects.detected_on as reached_on,
        prospects.detected_has_time as reached_has_time
    from prospects
    union all
    select
        prospect_key,
        'contacted' as stage,
        contacted_at as reached_at,
        contacted_on as reached_on,
        contacted_has_time as reached_has_time
    from first_touches
    where contacted_at is not null
    union all
    select
        prospect_key,
        'engaged' as stage,
        responded_at as reached_at,
        responded_on as reached_on,
        responded_has_time as reached_has_time
    from first_touches
    where responded_at is not null
    union all
    select
        prospect_key,
        'engaged' as stage,
        occurred_at as reached_at,
        occurred_on as reached_on,
        occurred_has_time as reached_has_time
    from conversations
    where
        prospect_key is not null
        and not is_with_customer
    union all
    select
        prospects.prospect_key,
        'qualified' as stage,
        prospects.qualified_at as reached_at,
        prospects.qualified_on as reached_on,
        prospects.qualified_has_time as reached_has_time
    from prospects
    cross join clock
    where prospects.qualified_on <= clock.as_of
    union all
    select
        deals.prospect_key,
        'qualified' as stage,
        deals.created_at as reached_at,
        deals.created_on as reached_on,
        deals.created_has_time as reached_has_time
    from deals
    inner join prospects
        on deals.prospect_key = prospects.prospect_key
    cross join clock
    where
        deals.created_at is not null
        and coalesce(prospects.qualified_on > clock.as_of, true)
    union all
    select
        prospect_key,
        'meeting' as stage,
        happened_at as reached_at,
        happened_on as reached_on,
        happened_has_time as reached_has_time
    from meetings
    where
        kind = 'held'
        and prospect_key is not null
        and not is_with_customer
        and not is_test
        and not is_after_as_of
    union all
    select
        prospect_key,
        'quoted' as stage,
        sent_at as reached_at,
        sent_on as reached_on,
        sent_has_time as reached_has_time
    from quotes
    union all
    select
        prospect_key,
        'won' as stage,
        first_won_at as reached_at,
        first_won_on as reached_on,
        first_won_has_time as reached_has_time
    from deals
    where status = 'won'
),

-- the detection itself is judged below, once it has been moved back
first_events as (
    select
        stage_events.prospect_key,
        {{ customer_key('prospects.account_key', 'prospects.prospect_key') }}
            as customer_key,
        stage_events.stage,
        stage_events.reached_at,
        stage_events.reached_on,
        stage_events.reached_has_time
    from stage_events
    inner join prospects
        on stage_events.prospect_key = prospects.prospect_key
    left join customers
        on
            {{ customer_key('prospects.account_key', 'prospects.prospect_key') }}
            = customers.customer_key
    where
        stage_events.stage = 'detected'
        or not {{ happened_before('customers.customer_since', 'stage_events.reached') }}
    qualify
        row_number() over (
            partition by stage_events.prospect_key, stage_events.stage
            order by
                stage_events.reached_on asc,
                stage_events.reached_has_time desc,
                stage_events.reached_at asc
        ) = 1
),

-- the earliest stage that lies before the detection, if any: the detection moves there
earlier_stages as (
    select
        later_stages.prospect_key,
        later_stages.reached_at,
        later_stages.reached_on,
        later_stages.reached_has_time
    from first_events as later_stages
    inner join first_events as detections
        on
            later_stages.prospect_key = detections.prospect_key
            and detections.stage = 'detected'
    where
        later_stages.stage != 'detected'
        and {{ happened_before('later_stages.reached', 'detections.reached') }}
    qualify
        row_number() over (
            partition by later_stages.prospect_key
            order by
                later_stages.reached_on,
                later_stages.reached_has_time,
                later_stages.reached_at
        ) = 1
),

beginnings as (
    select
        detections.prospect_key,
        detections.customer_key,
        coalesce(earlier_stages.reached_at, detections.reached_at) as reached_at,
        coalesce(earlier_stages.reached_on, detections.reached_on) as reached_on,
        coalesce(earlier_stages.reached_has_time, detections.reached_has_time)
            as reached_has_time
    from first_events as detections
    left join earlier_stages
        on detections.prospect_key = earlier_stages.prospect_key
    where detections.stage = 'detected'
),

known_prospects as (
    select beginnings.*
    from beginnings
    cross join clock
    left join customers
        on beginnings.customer_key = customers.customer_key
    where
        beginnings.reached_on <= clock.as_of
        and not {{ happened_before('customers.customer_since', 'beginnings.reached') }}
),

fct_prospect_stages as (
    select
        first_events.prospect_key,
        first_events.stage,
        {{ stage_order('first_events.stage') }} as stage_order,
        case
            when first_events.stage = 'detected' then known_prospects.reached_at
            else first_events.reached_at
        end as reached_at,
        case
            when first_events.stage = 'detected' then known_prospects.reached_on
            else first_events.reached_on
        end as reached_on,
        case
            when first_events.stage = 'detected' then known_prospects.reached_has_time
            else first_events.reached_has_time
        end as reached_has_time
    from first_events
    inner join known_prospects
        on first_events.prospect_key = known_prospects.prospect_key
)

select * from fct_prospect_stages
