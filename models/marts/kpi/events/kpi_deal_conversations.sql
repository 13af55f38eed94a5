-- grain: one row per won deal: the conversations that it took.
-- Those with the prospect that it names and all who take part in it (without any: with
-- its account's people), from the day its prospect was qualified to the closing, both
-- included; a prospect's later deals, and deals of those never qualified, count from
-- the deal's creation.
with deals as (
    select * from {{ ref('fct_deals') }}
    where
        not is_test
        and not is_after_as_of
),

stages as (
    select * from {{ ref('fct_prospect_stages') }}
    where stage = 'qualified'
),

prospects as (select * from {{ ref('dim_prospects') }}),

deal_people as (select * from {{ ref('fct_deal_people') }}),

conversations as (select * from {{ ref('fct_conversations') }}),

numbered as (
    select
        *,
        row_number() over (
            partition by prospect_key
            order by created_on nulls last, created_at, deal_key
        ) as deal_number
    from deals
),

spans as (
    select
        numbered.deal_key,
        numbered.prospect_key,
        numbered.names_prospect,
        numbered.account_key,
        case
            when
                numbered.prospect_key is not null
                and numbered.deal_number = 1
                and stages.reached_on is not null
                then stages.reached_on
            else numbered.created_on
        end as counted_from,
        numbered.closed_on
    from numbered
    left join stages
        on numbered.prospect_key = stages.prospect_key
    where numbered.status = 'won'
),

deal_prospects as (
    select
        spans.deal_key,
        deal_people.prospect_key,
        spans.counted_from,
        spans.closed_on
    from spans
    inner join deal_people
        on spans.deal_key = deal_people.deal_key
    union all
    select
        spans.deal_key,
        prospects.prospect_key,
        spans.counted_from,
        spans.closed_on
    from spans
    left join prospects
        on spans.account_key = prospects.account_key
    where not spans.names_prospect
),

kpi_deal_conversations as (
    select
        deal_prospects.deal_key,
        count(conversations.activity_id) as conversation_count
    from deal_prospects
    left join conversations
        on
            deal_prospects.prospect_key = conversations.prospect_key
            and deal_prospects.counted_from <= conversations.occurred_on
            and deal_prospects.closed_on >= conversations.occurred_on
    where deal_prospects.counted_from is not null
    group by all
)

select * from kpi_deal_conversations
