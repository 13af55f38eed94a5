-- grain: one row per person, prospect or not: the codes of what is known of them
with prospects as (select * from {{ ref('dim_prospects') }}),

dimension_values as (select * from {{ ref('kpi_dimension_values') }}),

kpi_prospect_codes as (
    select
        prospects.prospect_key,
        {{ value_codes(kpi_who_dimensions()) }}
    from prospects
    {{ join_value_codes({
        'lead_source': 'prospects.lead_source',
        'persona': 'prospects.persona',
        'sector': 'prospects.sector',
        'company_size': 'prospects.company_size',
        'country': 'prospects.country',
        'region': 'prospects.region',
    }, missing=none) }}
)

select * from kpi_prospect_codes
