-- grain: one row per person whose opt-out a suppression tells, its first.
-- Who asks to be erased asks not to be contacted, too.
-- One without a day (a box that is ticked) dates from the load that first held it.
with requests as (
    {{ current_rows('suppressions') }}
),

prospect_references as (select * from {{ ref('int_prospect_references') }}),

address_references as (
    select * from {{ ref('int_address_references') }}
    where kind = 'email'
),

loads as (
    select distinct
        load_id,
        loaded_on
    from {{ ref('stg_landing__loads') }}
),

days as (select * from {{ ref('int_reporting_days') }}),

-- of a request that comes again unchanged the first row is the current one
opt_outs as (
    select
        requests.source,
        requests.prospect_id,
        requests.email,
        coalesce(requests.requested_at, days.starts_at) as requested_at,
        coalesce(requests.requested_on, days.day) as requested_on,
        coalesce(requests.requested_has_time, false) as requested_has_time
    from requests
    inner join loads
        on requests.load_id = loads.load_id
    left join days
        on loads.loaded_on = days.day
    where requests.kind in ('opt_out', 'erasure')
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
