-- grain: one row per campaign, message variant and sender account, over the whole time
-- up to as_of.
-- Which campaign, message and sender bring customers, and is one message really better?
{% set natures = ['human', 'automation', 'media'] %}
{% set attributions = ['first', 'last', 'linear', 'time_decay', 'position_based'] %}
with responses as (select * from {{ ref('kpi_campaign_responses') }}),

costs as (
    select
        campaign_key,
        message_variant,
        sender_account,
        -- exact sums, so that two builds give the same bits
        cast(sum(cast(cost_amount as decimal(32, 10))) as double) as cost_amount,
        {% for nature in natures %}
            cast(coalesce(
                sum(cast(cost_amount as decimal(32, 10))) filter (
                    where nature = '{{ nature }}'
                ), 0
            ) as double) as {{ nature }}_cost_amount,
        {% endfor %}
        cast(coalesce(
            sum(cast(cost_amount as decimal(32, 10))) filter (
                where nature not in ({{ quoted_values(natures) }})
            ), 0
        ) as double) as other_cost_amount
    from {{ ref('kpi_campaign_costs') }}
    group by all
),

revenues as (
    select
        {% for attribution in attributions %}
            case
                when count(*) filter (where model = '{{ attribution }}') = 0 then 0
                else
                    cast(sum(cast(credited_amount as decimal(32, 10))) filter (
                        where model = '{{ attribution }}'
                    ) as double)
            end as {{ attribution }}_revenue,
        {% endfor %}
        campaign_key,
        coalesce(message_variant, '(unknown)') as message_variant,
        coalesce(sender_account, '(unknown)') as sender_account
    from {{ ref('fct_attribution') }}
    where campaign_key is not null
    group by all
),

variants as (select * from {{ ref('kpi_campaign_variants') }}),

campaigns as (select * from {{ ref('dim_campaigns') }}),

kpi_campaign_performance as (
    select
        campaigns.campaign_key,
        campaigns.campaign_id,
        campaigns.name as campaign_name,
        coalesce(responses.message_variant, revenues.message_variant)
            as message_variant,
        coalesce(responses.sender_account, revenues.sender_account)
            as sender_account,
        {% for measure in [
            'touches', 'messages', 'message_responses', 'prospects_touched',
            'prospects_responded', 'leads', 'customers',
        ] %}
            coalesce(responses.{{ measure }}, 0) as {{ measure }},
        {% endfor %}
        cast(responses.message_responses as double) / nullif(responses.messages, 0)
            as response_rate,
        cast(responses.prospects_responded as double)
        / nullif(responses.prospects_touched, 0) as prospect_response_rate,
        costs.cost_amount,
        {% for nature in natures + ['other'] %}
            costs.{{ nature }}_cost_amount,
        {% endfor %}
        {% for attribution in attributions %}
            case
                when revenues.campaign_key is null then 0
                else revenues.{{ attribution }}_revenue
            end as {{ attribution }}_revenue,
        {% endfor %}
        (
            case
                when revenues.campaign_key is null then 0
                else revenues.linear_revenue
            end
            - costs.cost_amount
        )
        / nullif(costs.cost_amount, 0) as roi,
        case
            when coalesce(responses.prospects_touched, 0) < 500 then 'too_small'
            when responses.prospects_touched <= 2000 then 'representative'
            else 'more_than_needed'
        end as sample_adequacy,
        variants.is_variant_different,
        coalesce(variants.is_variant_winner, false) as is_variant_winner
    from responses
    full outer join revenues
        on
            responses.campaign_key = revenues.campaign_key
            and responses.message_variant = revenues.message_variant
            and responses.sender_account = revenues.sender_account
    inner join campaigns
        on
            coalesce(responses.campaign_key, revenues.campaign_key)
            = campaigns.campaign_key
    left join costs
        on
            responses.campaign_key = costs.campaign_key
            and responses.message_variant = costs.message_variant
            and responses.sender_account = costs.sender_account
    left join variants
        on
            responses.campaign_key = variants.campaign_key
            and responses.message_variant = variants.message_variant
)

select * from kpi_campaign_performance
