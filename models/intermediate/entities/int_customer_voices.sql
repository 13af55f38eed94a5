-- grain: one row per thing a customer said: a survey answer, a ticket, a review, a
-- referral.
-- `customer_key` is null where the record names nobody who is known.
with survey_responses as (
    {{ current_rows('survey_responses') }}
),

tickets as (
    {{ current_rows('tickets') }}
),

reviews as (
    {{ current_rows('reviews') }}
),

referrals as (
    {{ current_rows('referrals') }}
),

clock as (select * from {{ ref('int_clock') }}),

account_references as (select * from {{ ref('int_account_references') }}),

account_names as (select * from {{ ref('int_account_names') }}),

prospect_references as (select * from {{ ref('int_prospect_references') }}),

prospects as (select * from {{ ref('int_prospects') }}),

accounts as (select * from {{ ref('int_accounts') }}),

voices as (
    select
        'survey_response' as kind,
        source,
        response_id as voice_id,
        account_id,
        account_name,
        prospect_id,
        responded_at as said_at,
        responded_on as said_on,
        survey as topic,
        cast(null as varchar) as reason,
        cast(score as double) as score,
        cast(coalesce(scale_max, case survey when 'ces' then 7 else 5 end) as double)
            as scale_max,
        cast(null as boolean) as is_valid
    from survey_responses
    union all
    select
        'ticket' as kind,
        source,
        ticket_id as voice_id,
        account_id,
        account_name,
        null as prospect_id,
        opened_at as said_at,
        opened_on as said_on,
        category as topic,
        reason,
        null as score,
        null as scale_max,
        null as is_valid
    from tickets
    union all
    select
        'review' as kind,
        source,
        review_id as voice_id,
        account_id,
        account_name,
        null as prospect_id,
        posted_at as said_at,
        posted_on as said_on,
        platform as topic,
        null as reason,
        cast(rating as double) as score,
        5 as scale_max,
        null as is_valid
    from reviews
    union all
    select
        'referral' as kind,
        source,
        referral_id as voice_id,
        referrer_account_id as account_id,
        null as account_name,
        referred_prospect_id as prospect_id,
        referred_at as said_at,
        referred_on as said_on,
        null as topic,
        null as reason,
        null as score,
        null as scale_max,
        is_valid
    from referrals
),

int_customer_voices as (
    select
        voices.kind,
        voices.source,
        voices.voice_id,
        case
            when voices.kind = 'referral' then account_references.account_key
            else
                {{ customer_key(
                    'coalesce(account_references.account_key,'
                    ~ ' account_names.account_key, prospects.account_key)',
                    'prospects.prospect_key',
                ) }}
        end as customer_key,
        prospects.prospect_key,
        voices.said_at,
        voices.said_on,
        voices.topic,
        voices.reason,
        voices.score,
        voices.scale_max,
        case
            when voices.kind = 'referral'
                then coalesce(voices.is_valid, prospects.prospect_key is not null)
            else true
        end as is_valid,
        coalesce(accounts.is_test, false) or coalesce(prospects.is_test, false)
            as is_test,
        voices.said_on > clock.as_of as is_after_as_of
    from voices
    cross join clock
    {{ join_by_id_or_name('voices', 'account') }}
    left join accounts
        on
            {{ found_by_id_or_name('account') }}
            = accounts.account_key
    left join prospect_references
        on
            voices.source = prospect_references.source
            and voices.prospect_id = prospect_references.prospect_id
    left join prospects
        on prospect_references.prospect_key = prospects.prospect_key
)

select * from int_customer_voices
