-- grain: one row per person: the values of its records in the order of the sources.
-- First times are the earliest that any record gives; those who entered a lifecycle
-- stage before are detected then, and qualified when no record says when. Who nobody
-- dates is detected on the day of the load that first held them. People of the
-- company's own mail domains are test records.
{{ config(meta={'joins_as_written': true}) }}
with records as (
    {{ current_rows('prospects') }}
),

keyed as (select * from {{ ref('int_prospects_keyed') }}),

undated as (select * from {{ ref('int_prospects_undated') }}),

stage_entries as (select * from {{ ref('int_prospect_stage_entries') }}),

days as (select * from {{ ref('int_reporting_days') }}),

vanished as (
    select * from {{ ref('int_records_vanished') }}
    where entity = 'prospects'
),

rep_references as (select * from {{ ref('int_rep_references') }}),

rep_names as (select * from {{ ref('int_rep_names') }}),

account_references as (select * from {{ ref('int_account_references') }}),

account_names as (select * from {{ ref('int_account_names') }}),

reporting as (select * from {{ ref('stg_settings__reporting') }}),

accounts as (select * from {{ ref('int_accounts') }}),

opt_outs as (select * from {{ ref('int_opt_outs') }}),

-- ranked apart from their values: a window carries every column that it is given
ranks as (
    select
        source,
        prospect_id,
        prospect_key,
        row_number() over (
            partition by prospect_key
            order by source_order, source, is_absorbed, prospect_id
        ) as record_rank
    from keyed
),

ranked as (
    select
        records.*,
        ranks.prospect_key,
        ranks.record_rank,
        {{ found_by_id_or_name('account') }}
            as account_key,
        {{ found_by_id_or_name('rep') }} as owner_rep_key,
        undated.first_loaded_on,
        vanished.vanished_on
    from records
    inner join ranks
        on
            records.source = ranks.source
            and records.prospect_id = ranks.prospect_id
    {{ join_by_id_or_name('records', 'account') }}
    {{ join_by_id_or_name('records', 'rep', owner='owner_') }}
    left join undated
        on
            records.source = undated.source
            and records.prospect_id = undated.prospect_id
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
        min(first_loaded_on) as first_loaded_on,
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
            detected_at, detected_on, detected_has_time, -- noqa: RF02
            qualified_at, qualified_on, qualified_has_time, -- noqa: RF02
            disqualified_at, disqualified_on, disqualified_has_time, -- noqa: RF02
            opted_out_at, opted_out_on, opted_out_has_time, -- noqa: RF02
            first_loaded_on, is_test_record -- noqa: RF02
        ),
        {% for part, load_day in {
            'at': 'days.starts_at', 'on': 'days.day', 'has_time': 'false',
        }.items() %}
            case
                when coalesce(merged.detected_at, stage_entries.detected_at) is null
                    then {{ load_day }}
                when
                    merged.detected_at is null
                    or stage_entries.detected_at < merged.detected_at
                    then stage_entries.detected_{{ part }}
                else merged.detected_{{ part }}
            end as detected_{{ part }},
            {% for stage in ['qualified', 'disqualified'] %}
                case
                    when merged.{{ stage }}_at is null
                        then stage_entries.{{ stage }}_{{ part }}
                    else merged.{{ stage }}_{{ part }}
                end as {{ stage }}_{{ part }},
            {% endfor %}
            case
                when
                    merged.opted_out_at is null
                    or opt_outs.requested_at < merged.opted_out_at
                    then opt_outs.requested_{{ part }}
                else merged.opted_out_{{ part }}
            end as opted_out_{{ part }},
        {% endfor %}
        coalesce(merged.detected_at, stage_entries.detected_at) is null
            as is_detected_on_imputed,
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
    left join stage_entries
        on merged.prospect_key = stage_entries.prospect_key
    left join days
        on merged.first_loaded_on = days.day
)

select * from int_prospects
