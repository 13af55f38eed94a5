-- grain: one row per activity_id that a reply names, as seen from its source: whose
-- activity it means there
with activities as (
    {{ current_rows('activities') }}
),

source_references as (select * from {{ ref('stg_settings__source_references') }}),

replies as (
    select distinct
        source,
        in_reply_to
    from (
        {{ current_rows('activities') }}
    )
    where in_reply_to is not null
),

int_reply_references as (
    select
        replies.source,
        replies.in_reply_to,
        activities.source as answered_source
    from replies
    inner join source_references
        on replies.source = source_references.source
    inner join activities
        on
            source_references.refers_to_source = activities.source
            and replies.in_reply_to = activities.activity_id
    qualify
        row_number() over (
            partition by replies.source, replies.in_reply_to
            order by source_references.reference_order
        ) = 1
)

select * from int_reply_references
