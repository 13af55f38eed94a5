-- grain: one row per activity, with the person, company, rep and campaign its ids mean.
-- A person is found by id, else by e-mail, LinkedIn profile or a telephone number that
-- one person alone has; a company and a rep by id, else by name. A view:
-- `fct_activities` reads it once.
with records as (
    {{ current_rows('activities') }}
),

prospect_references as (select * from {{ ref('int_prospect_references') }}),

account_references as (select * from {{ ref('int_account_references') }}),

account_names as (select * from {{ ref('int_account_names') }}),

rep_references as (select * from {{ ref('int_rep_references') }}),

rep_names as (select * from {{ ref('int_rep_names') }}),

campaign_references as (select * from {{ ref('int_campaign_references') }}),

{% set address_kinds = ['email', 'linkedin', 'phone'] %}
{% for kind in address_kinds %}
    {{ kind }}_references as (
        select
            source,
            written,
            prospect_key
        from {{ ref('int_address_references') }}
        where kind = '{{ kind }}'
    ),

{% endfor %}
referenced as (
    select
        records.*,
        prospect_references.prospect_key
    from records
    left join prospect_references
        on
            records.source = prospect_references.source
            and records.prospect_id = prospect_references.prospect_id
),

-- addresses are looked at only where the id leads to nobody; the case stands here, as a
-- condition of the left side alone would turn the hash joins below into nested loops
addressed as (
    select
        *,
        case when prospect_key is null then email end as looked_up_email,
        case when prospect_key is null then linkedin_url end as looked_up_linkedin,
        case when prospect_key is null then phone end as looked_up_phone
    from referenced
),

int_activities_resolved as (
    select
        records.source,
        records.activity_id,
        records.occurred_at,
        records.occurred_on,
        records.occurred_has_time,
        records.created_at,
        records.created_on,
        records.created_has_time,
        records.channel,
        records.direction,
        records.outcome,
        coalesce(
            records.prospect_key,
            email_references.prospect_key,
            linkedin_references.prospect_key,
            phone_references.prospect_key
        ) as prospect_key,
        case
            when
                coalesce(
                    records.prospect_key,
                    email_references.prospect_key,
                    linkedin_references.prospect_key,
                    phone_references.prospect_key
                ) is not null
                then null
            when records.prospect_id is not null then 'prospect_id'
            when records.email is not null then 'email'
            when records.linkedin_url is not null then 'linkedin_url'
            when records.phone is not null then 'phone'
            when
                {{ found_by_id_or_name('account') }} is not null
                then null
            when records.account_id is not null then 'account_id'
            when records.account_name is not null then 'account_name'
            else 'nothing'
        end as nobody_found_by,
        {{ found_by_id_or_name('account') }}
            as own_account_key,
        {{ found_by_id_or_name('rep') }} as rep_key,
        campaign_references.campaign_key,
        records.message_variant,
        records.sender_account,
        records.duration_seconds,
        coalesce(records.is_service, false) as is_service,
        records.in_reply_to
    from addressed as records
    {{ join_by_id_or_name('records', 'account') }}
    {{ join_by_id_or_name('records', 'rep') }}
    left join campaign_references
        on
            records.source = campaign_references.source
            and records.campaign_id = campaign_references.campaign_id
    {% for kind in address_kinds %}
        left join {{ kind }}_references
            on
                records.source = {{ kind }}_references.source
                and records.looked_up_{{ kind }} = {{ kind }}_references.written
    {% endfor %}
)

select * from int_activities_resolved
