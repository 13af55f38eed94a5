-- grain: one row per activity, with the person, company, rep and campaign its ids mean.
-- A person is found by id, else by e-mail, LinkedIn profile or a telephone number that
-- one person alone has. A view: `fct_activities` reads it once.
with records as (
    {{ current_rows('activities') }}
),

prospect_references as (select * from {{ ref('int_prospect_references') }}),

account_references as (select * from {{ ref('int_account_references') }}),

rep_references as (select * from {{ ref('int_rep_references') }}),

campaign_references as (select * from {{ ref('int_campaign_references') }}),

addresses as (select * from {{ ref('int_prospect_addresses') }}),

{% for kind in ['email', 'linkedin', 'phone'] %}
    {{ kind }}_addresses as (
        select
            address,
            prospect_key
        from addresses
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
        case
            when prospect_key is null
                then {{ personal_email('email') }}
        end as email_address,
        case
            when prospect_key is null
                then {{ profile_address('linkedin_url') }}
        end as profile,
        case
            when prospect_key is null
                then {{ phone_number('phone') }}
        end as phone_digits
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
            email_addresses.prospect_key,
            linkedin_addresses.prospect_key,
            phone_addresses.prospect_key
        ) as prospect_key,
        case
            when
                coalesce(
                    records.prospect_key,
                    email_addresses.prospect_key,
                    linkedin_addresses.prospect_key,
                    phone_addresses.prospect_key
                ) is not null
                then null
            when records.prospect_id is not null then 'prospect_id'
            when records.email is not null then 'email'
            when records.linkedin_url is not null then 'linkedin_url'
            when records.phone is not null then 'phone'
            when account_references.account_key is not null then null
            when records.account_id is not null then 'account_id'
            else 'nothing'
        end as nobody_found_by,
        account_references.account_key as own_account_key,
        rep_references.rep_key,
        campaign_references.campaign_key,
        records.message_variant,
        records.sender_account,
        records.duration_seconds,
        coalesce(records.is_service, false) as is_service,
        records.in_reply_to
    from addressed as records
    left join account_references
        on
            records.source = account_references.source
            and records.account_id = account_references.account_id
    left join rep_references
        on
            records.source = rep_references.source
            and records.rep_id = rep_references.rep_id
    left join campaign_references
        on
            records.source = campaign_references.source
            and records.campaign_id = campaign_references.campaign_id
    left join email_addresses
        on records.email_address = email_addresses.address
    left join linkedin_addresses
        on records.profile = linkedin_addresses.address
    left join phone_addresses
        on records.phone_digits = phone_addresses.address
)

select * from int_activities_resolved
