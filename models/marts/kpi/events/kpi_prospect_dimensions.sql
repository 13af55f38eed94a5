-- grain: one row per prospect (who counts as one), with the codes of the dimensions its
-- events carry.
-- `owner_` is the owner at detection, `touched_` whoever touched it first, a customer
-- or not; the unprefixed six are those of the first touch as a prospect, without any
-- those of the owner.
{% set own = [
    'owner_rep', 'owner_team', 'touched_rep', 'touched_team',
    'rep', 'team', 'channel', 'campaign', 'target_segment', 'sender_account',
] %}
with prospects as (
    select * from {{ ref('dim_prospects') }}
    where is_prospect
),

reps as (select * from {{ ref('dim_reps') }}),

rep_periods as (select * from {{ ref('dim_rep_periods') }}),

campaigns as (select * from {{ ref('dim_campaigns') }}),

prospect_codes as (select * from {{ ref('kpi_prospect_codes') }}),

dimension_values as (select * from {{ ref('kpi_dimension_values') }}),

first_touches as (select * from {{ ref('fct_first_touches') }}),

kpi_prospect_dimensions as (
    select
        {% for dimension in kpi_who_dimensions() %}
            coalesce(prospect_codes.{{ dimension }}, {{ unknown_code(dimension) }})
                as {{ dimension }},
        {% endfor %}
        prospects.prospect_key,
        {{ value_codes(own) }}
    from prospects
    left join reps
        on prospects.first_touch_rep_key = reps.rep_key
    left join reps as owners
        on prospects.owner_rep_key = owners.rep_key
    left join first_touches
        on prospects.prospect_key = first_touches.prospect_key
    left join reps as touchers
        on first_touches.touched_rep_key = touchers.rep_key
    left join rep_periods
        on
            prospects.owner_rep_key = rep_periods.rep_key
            and prospects.detected_on >= rep_periods.valid_from
            and prospects.detected_on < rep_periods.valid_before
    left join campaigns
        on prospects.first_touch_campaign_key = campaigns.campaign_key
    left join prospect_codes
        on prospects.prospect_key = prospect_codes.prospect_key
    {{ join_value_codes(
        {'owner_rep': 'owners.rep_id', 'owner_team': 'rep_periods.team'},
        prefix='owner_',
    ) }}
    {{ join_value_codes(
        {
            'touched_rep': 'touchers.rep_id',
            'touched_team': 'first_touches.touched_team',
        },
        prefix='touched_',
    ) }}
    {{ join_value_codes({
        'rep': 'reps.rep_id',
        'team': "case
                when prospects.first_touch_basis = 'owner' then rep_periods.team
                else prospects.first_touch_team
            end",
        'channel': 'prospects.first_touch_channel',
        'campaign': 'campaigns.campaign_id',
        'target_segment': 'campaigns.target_segment',
        'sender_account': 'prospects.first_touch_sender_account',
    }) }}
)

select * from kpi_prospect_dimensions
