-- grain: one row per deal and version of it that a load brought.
-- known_from is the day of that load; the first version is taken to hold since ever.
-- A closing after the day of its load has not happened: such a version has none.
with staged as (
    select * from {{ ref('stg_generic__deals') }}
    where reject_rule is null
),

loads as (
    select distinct
        load_id,
        loaded_on
    from {{ ref('stg_landing__loads') }}
),

keyed as (select * from {{ ref('int_deals_keyed') }}),

rep_references as (select * from {{ ref('int_rep_references') }}),

numbered as (
    select
        keyed.deal_key,
        staged.stage,
        staged.status,
        staged.status = 'open' and coalesce(staged.is_stage_unknown, false)
            as is_stage_unknown,
        rep_references.rep_key,
        staged.amount,
        staged.currency,
        staged.expected_close_on,
        {% for part in ['at', 'on', 'has_time'] %}
            case
                when staged.closed_on <= loads.loaded_on then staged.closed_{{ part }}
            end
                as closed_{{ part }},
        {% endfor %}
        loads.loaded_on,
        row_number() over (
            partition by keyed.deal_key
            order by versions.version_number
        ) as version_number
    from staged
    inner join keyed
        on
            staged.source = keyed.source
            and staged.deal_id = keyed.deal_id
    inner join loads
        on staged.load_id = loads.load_id
    left join rep_references
        on
            staged.source = rep_references.source
            and staged.rep_id = rep_references.rep_id
    left join {{ ref('int_record_versions') }} as versions
        on
            versions.entity = 'deals'
            and staged.load_id = versions.load_id
            and staged.load_row = versions.load_row
    where coalesce(versions.status, 'current') != 'duplicate'
),

int_deal_versions as (
    select
        deal_key,
        version_number,
        stage,
        status,
        is_stage_unknown,
        rep_key,
        amount,
        currency,
        expected_close_on,
        closed_at,
        closed_on,
        closed_has_time,
        loaded_on,
        case
            when version_number = 1 then date '0001-01-01'
            else loaded_on
        end as known_from,
        coalesce(
            lead(loaded_on) over (partition by deal_key order by version_number),
            date '9999-12-31'
        ) as known_before
    from numbered
)

select * from int_deal_versions
