-- grain: one row per person: the values of its records in the order of the sources.
-- First times are the earliest that any record gives. People of the company's own mail
-- domains are test records.
with records as (
    {{ current_rows('prospects') }}
),

keyed as (select * from {{ ref('int_prospects_keyed') }}),

vanished as (
    select * from {{ ref('int_records_vanished') }}
    where entity = 'prospects'
),

reps as (select * from {{ ref('int_rep_references') }}),

account_references as (select * from {{ ref('int_account_references') }}),

reporting as (select * from {{ ref('stg_settings__reporting') }}),

accounts as (select * from {{ ref('int_accounts') }}),

opt_outs as (select * from {{ ref('int_opt_outs') }}),

ranked as (
    select
        records.*,
        keyed.prospect_key,
        account_references.account_key,
        reps.rep_key as owner_rep_key,
        vanished.vanished_on,
        row_number() over (
            partition by keyed.prospect_key
            order by
                keyed.source_order,
                keyed.source,
                keyed.is_absorbed,
                keyed.prospect_id
        ) as record_rank
    from records
    inner join keyed
        on
            records.source = keyed.source
            and records.prospect_id = keyed.prospect_id
    left join account_references
        on
            records.source = account_references.source
            and records.account_id = account_references.account_id
    left join reps
        on
            records.source = reps.source
            and records.owner_rep_id = reps.rep_id
    left join vanished
        on
            records.source = vanished.source
            and records.prospect_id = vanished.record_id
),

merged as (
    select
        prospect_key,
        {{ first_known('source') }} as source,
        {{ first_known('prospect_id') }} as prospect_id,
        {{ first_known('account_key') }} as account_key,
        {{ first_known('first_name') }} as first_name,
        {{ first_known('last_name') }} as last_name,
        {{ first_known('email') }} as email,
        {{ first_known('phone') }} as phone,
        {{ first_known('linkedin_url') }} as linkedin_url,
        {{ first_known('job_title') }} as job_title,
        {{ first_known('persona') }} as persona,
        {{ first_known('lead_source') }} as lead_source,
        {{ first_known('owner_rep_key') }} as owner_rep_key,
        {{ earliest_moment('detected') }},
        {{ earliest_moment('qualified') }},
        {{ earliest_moment('disqualified') }},
        {{ first_known('disqualified_reason') }} as disqualified_reason,
        {{ earliest_moment('opted_out') }},
        coalesce(bool_or(is_test), false) as is_test_record,
        case when count(vanished_on) = count(*) then max(vanished_on) end
            as vanished_on,
        count(*) as record_count
    from ranked
    group by all
),

int_prospects as (
    select
        merged.* exclude (
            -- names that are left out take no table before them
            opted_out_at, opted_out_on, opted_out_has_time, is_test_record -- noqa: RF02
        ),
        {% for part in ['at', 'on', 'has_time'] %}
            case
                when
                    merged.opted_out_at is null
                    or opt_outs.requested_at < merged.opted_out_at
                    then opt_outs.requested_{{ part }}
                else merged.opted_out_{{ part }}
            end as opted_out_{{ part }},
        {% endfor %}
        merged.is_test_record
        or coalesce(accounts.is_test, false)
        or coalesce(
            list_contains(
                (select reporting.internal_domains from reporting),
                split_part(lower(merged.email), '@', 2)
            ),
            false
        ) as is_test
    from merged
    left join accounts
        on merged.account_key = accounts.account_key
    left join opt_outs
        on merged.prospect_key = opt_outs.prospect_key
)

select * from int_prospects
