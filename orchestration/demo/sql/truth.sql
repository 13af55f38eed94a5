-- one row: what was planted, and what came of it
with
engaged as (
    select distinct prospect_no from engagements
),

qualified as (
    select prospect_no from engagements
    where qualified_minute <= getvariable('as_of_minute')
),

-- a prospect is counted once three months have passed since detection
paths as (
    select
        sequences.day,
        case getvariable('planted_step')
            when 'engaged' then true else engaged.prospect_no is not null
        end as was_before,
        case getvariable('planted_step')
            when 'engaged' then engaged.prospect_no is not null
            else qualified.prospect_no is not null
        end as got_over
    from sequences
    left join engaged on sequences.prospect_no = engaged.prospect_no
    left join qualified on sequences.prospect_no = qualified.prospect_no
    where sequences.day <= getvariable('as_of') - 90
),

step as (
    select
        avg(got_over::integer) filter (where day < getvariable('planted_from'))
            as rate_before,
        avg(got_over::integer) filter (where day >= getvariable('planted_from'))
            as rate_after
    from paths
    where was_before
),

sent as (
    select
        case when touches.campaign_id = 'REL'
            then 'REL-' || half_year_of(work_clock.wall_at)
            else touches.campaign_id end as campaign_id,
        variant_of(touches.channel, touches.campaign_id, touches.has_variant_a)
            as variant,
        touches.prospect_no,
        touches.answer_chance
    from touches
    inner join work_clock on touches.work_minute = work_clock.work_minute
    where touches.outcome != 'bounced'
),

-- variants that are equal have one rate, that of the campaign
rates as (
    select
        campaign_id,
        variant,
        count(*) as message_count,
        count(distinct prospect_no) as prospect_count,
        case when campaign_id = getvariable('planted_campaign') then avg(answer_chance)
            else sum(sum(answer_chance)) over (partition by campaign_id)
                / sum(count(*)) over (partition by campaign_id)
        end as true_rate
    from sent
    where variant is not null
    group by campaign_id, variant
),

messages as (
    select
        campaign_id,
        list({
            'message_variant': variant,
            'messages': message_count,
            'prospects': prospect_count,
            'true_rate': round(true_rate, 4)
        } order by true_rate desc, variant) as variants
    from rates
    group by campaign_id
)

select
    case when plants.step is not null then {
        'step': plants.step,
        'from_month': plants.from_day,
        'factor': plants.step_factor::double,
        'rate_before': round(step.rate_before, 4),
        'rate_after': round(step.rate_after, 4)
    } end as bottleneck,
    (
        select {
            'campaign_id': messages.campaign_id,
            'better': messages.variants[1],
            'worse': messages.variants[-1]
        }
        from messages
        where messages.campaign_id = plants.campaign_id
    ) as variants,
    (
        select list(
            {'campaign_id': messages.campaign_id, 'variants': messages.variants}
            order by messages.campaign_id
        )
        from messages
        where messages.campaign_id is distinct from plants.campaign_id
    ) as equal_variants,
    case when plants.customer_type is not null then {
        'dimension': plants.customer_type.dimension,
        'value': plants.customer_type.value,
        'amount_factor': plants.customer_type.factor::double
    } end as customer_type
from plants
cross join step
