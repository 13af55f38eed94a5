-- grain: one row per touch that counts, with the codes of its own dimensions and its
-- person's.
-- A table of numbers: whatever counts touches, under one dimension or all, reads no
-- more than it counts.
{% set own = ['rep', 'team', 'channel', 'campaign', 'target_segment', 'sender_account'] %}
with touches as (
    select * from {{ ref('fct_activities') }}
    where
        is_touch
        and not is_test
        and not is_after_as_of
),

prospects as (select * from {{ ref('kpi_prospect_codes') }}),

accounts as (select * from {{ ref('kpi_account_codes') }}),

reps as (select * from {{ ref('dim_reps') }}),

campaigns as (select * from {{ ref('dim_campaigns') }}),

dimension_values as (select * from {{ ref('kpi_dimension_values') }}),

-- of the rows that fit a channel and sector the most specific one
standards as (
    select
        benchmarks.channel,
        benchmarks.sector,
        dimension_values.value_code as sector_code,
        benchmarks.standard
    from {{ ref('stg_reference__benchmarks') }} as benchmarks
    left join dimension_values
        on
            dimension_values.dimension = 'sector'
            and benchmarks.sector = dimension_values.dimension_value
    where benchmarks.kpi_id = 'response_rate'
),

channel_standards as (
    select
        channel,
        standard
    from standards
    where sector is null
),

sector_standards as (
    select
        sector_code,
        standard
    from standards
    where channel is null
),

placed as (
    select
        touches.occurred_on as day,
        touches.prospect_key,
        touches.rep_key,
        touches.campaign_key,
        touches.is_prospecting_touch,
        touches.is_answered_call,
        touches.channel as touch_channel,
        {{ value_codes(own) }},
        {% for dimension in kpi_who_dimensions() %}
            coalesce(
                prospects.{{ dimension }},
                {% if dimension not in ['lead_source', 'persona'] %}
                    accounts.{{ dimension }},
                {% endif %}
                {{ unknown_code(dimension) }}
            ) as {{ dimension }}{{ ',' if not loop.last }}
        {% endfor %}
    from touches
    left join prospects
        on touches.prospect_key = prospects.prospect_key
    left join accounts
        on touches.account_key = accounts.account_key
    left join reps
        on touches.rep_key = reps.rep_key
    left join campaigns
        on touches.campaign_key = campaigns.campaign_key
    {{ join_value_codes({
        'rep': 'reps.rep_id',
        'team': 'touches.team',
        'channel': 'touches.channel',
        'campaign': 'campaigns.campaign_id',
        'target_segment': 'campaigns.target_segment',
        'sender_account': 'touches.sender_account',
    }) }}
),

kpi_touches as (
    select
        placed.*,
        coalesce(
            own.standard,
            channel_standards.standard,
            sector_standards.standard,
            (
                select standards.standard from standards
                where
                    standards.channel is null
                    and standards.sector is null
            )
        ) as standard_response_rate
    from placed
    left join standards as own
        on
            placed.touch_channel = own.channel
            and placed.sector = own.sector_code
    left join channel_standards
        on placed.touch_channel = channel_standards.channel
    left join sector_standards
        on placed.sector = sector_standards.sector_code
)

select * from kpi_touches
