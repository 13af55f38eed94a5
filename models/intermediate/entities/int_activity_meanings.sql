-- grain: one row per channel, direction and outcome that the reference table knows.
-- What an outcome means: the most specific row of `activity_outcomes` counts, a channel
-- of its own before a direction of its own. An outcome without a row counts as a plain
-- touch when outbound and as nothing when inbound. An inbound message is a reply unless
-- it says that nobody wrote it.
with outcomes as (select * from {{ ref('stg_reference__activity_outcomes') }}),

channels as (
    select unnest([{{ quoted_values(channels()) }}]) as channel
),

directions as (select unnest(['outbound', 'inbound']) as direction),

expanded as (
    select
        channels.channel,
        directions.direction,
        coalesce(outcomes.outcome, '') as outcome,
        outcomes.meaning
    from channels
    cross join directions
    inner join outcomes
        on
            outcomes.channel in (channels.channel, 'any')
            and outcomes.direction in (directions.direction, 'any')
    qualify
        row_number() over (
            partition by
                channels.channel, directions.direction, coalesce(outcomes.outcome, '')
            order by
                (outcomes.channel = 'any'), (outcomes.direction = 'any')
        ) = 1
),

int_activity_meanings as (
    select
        channel,
        direction,
        outcome,
        case
            when direction = 'inbound' and meaning = 'sent' and channel = 'call'
                then 'answered'
            when direction = 'inbound' and meaning = 'sent' then 'reply'
            else meaning
        end as meaning
    from expanded
)

select * from int_activity_meanings
