-- grain: one row per person whose opt-out a suppression tells, its first
with requests as (
    {{ current_rows('suppressions') }}
),

prospect_references as (select * from {{ ref('int_prospect_references') }}),

address_references as (
    select * from {{ ref('int_address_references') }}
    where kind = 'email'
),

opt_outs as (
    select * from requests
    where kind = 'opt_out'
),

people as (
    select
        prospect_references.prospect_key,
        opt_outs.requested_at,
        opt_outs.requested_on,
        opt_outs.requested_has_time,
        1 as record_rank
    from opt_outs
    inner join prospect_references
        on
            opt_outs.source = prospect_references.source
            and opt_outs.prospect_id = prospect_references.prospect_id
    union all
    select
        address_references.prospect_key,
        opt_outs.requested_at,
        opt_outs.requested_on,
        opt_outs.requested_has_time,
        1 as record_rank
    from opt_outs
    inner join address_references
        on
            opt_outs.source = address_references.source
            and opt_outs.email = address_references.written
),

int_opt_outs as (
    select
        prospect_key,
        {{ earliest_moment('requested') }}
    from people
    group by all
)

select * from int_opt_outs
