-- grain: one row per won deal, attribution model and touch that led to it.
-- Which touches led to a sale? Touches of the deal's customer (or of its prospect
-- without a company) in the 180 days up to the closing; those that a model gives
-- nothing have no row under it. The credits of a deal add up to 1 under every model. A
-- deal without touches has one row per model, `(none)`.
with deals as (
    select * from {{ ref('fct_deals') }}
    where
        status = 'won'
        and not is_test
        and not is_after_as_of
),

activities as (
    select * from {{ ref('fct_activities') }}
    where
        is_touch
        and not is_test
        and not is_after_as_of
),

-- the deals are few, the activities many: they are read once, past the deals
touches as (
    select
        deals.deal_key,
        activities.source,
        activities.activity_id,
        activities.occurred_on,
        activities.channel,
        activities.campaign_key,
        activities.message_variant,
        activities.sender_account,
        activities.rep_key,
        deals.closed_on - activities.occurred_on as days_before,
        row_number() over (
            partition by deals.deal_key
            order by
                activities.occurred_on,
                activities.occurred_has_time,
                activities.occurred_at,
                activities.source,
                activities.activity_id
        ) as touch_number,
        count(*) over (partition by deals.deal_key) as touch_count,
        -- in one order, so that two builds give the same bits
        sum(power(0.5, (deals.closed_on - activities.occurred_on) / 7)) over (
            partition by deals.deal_key
            order by
                activities.occurred_on,
                activities.occurred_has_time,
                activities.occurred_at,
                activities.source,
                activities.activity_id
            rows between unbounded preceding and unbounded following
        ) as decay_sum
    from activities
    inner join deals
        on activities.customer_key = deals.customer_key
    where
        activities.occurred_on >= deals.closed_on - 180
        and activities.occurred_on <= deals.closed_on
        and not {{ happened_before('deals.closed', 'activities.occurred') }}
),

credited as (
    select
        deals.deal_key,
        deals.converted_amount,
        models.model,
        touches.source,
        touches.activity_id,
        touches.occurred_on,
        touches.campaign_key,
        touches.message_variant,
        touches.sender_account,
        touches.rep_key,
        coalesce(touches.touch_number, 0) as touch_number,
        case when touches.deal_key is null then '(none)' else touches.channel end
            as channel,
        cast(case
            when touches.deal_key is null then 1
            when models.model = 'first' then cast(touches.touch_number = 1 as integer)
            when models.model = 'last'
                then cast(touches.touch_number = touches.touch_count as integer)
            when models.model = 'time_decay'
                then power(0.5, touches.days_before / 7) / touches.decay_sum
            when models.model = 'position_based' and touches.touch_count > 2
                then
                    case
                        when touches.touch_number in (1, touches.touch_count) then 0.4
                        else 0.2 / (touches.touch_count - 2)
                    end
            else 1 / touches.touch_count
        end as double) as credit
    from deals
    left join touches
        on deals.deal_key = touches.deal_key
    cross join (
        values ('first'), ('last'), ('linear'), ('time_decay'), ('position_based')
    ) as models (model)
),

fct_attribution as (
    select
        deal_key,
        model,
        touch_number,
        source,
        activity_id,
        occurred_on,
        channel,
        campaign_key,
        message_variant,
        sender_account,
        rep_key,
        credit,
        credit * cast(converted_amount as double) as credited_amount
    from credited
    where credit > 0
)

select * from fct_attribution
