{#-
The entities of the generic format with the columns that make a row the same record.
Kept in step with the format's description by a test.
-#}
{% macro generic_entities() -%}
    {{ return([
        {'name': 'accounts', 'key': ['account_id'], 'has_updated_at': true},
        {'name': 'prospects', 'key': ['prospect_id'], 'has_updated_at': true},
        {'name': 'reps', 'key': ['rep_id', 'valid_from'], 'has_updated_at': false},
        {'name': 'campaigns', 'key': ['campaign_id'], 'has_updated_at': false},
        {'name': 'activities', 'key': ['activity_id'], 'has_updated_at': false},
        {'name': 'deals', 'key': ['deal_id'], 'has_updated_at': true},
        {'name': 'deal_stages', 'key': ['deal_id', 'stage', 'entered_at'],
         'has_updated_at': false},
        {'name': 'quotes', 'key': ['quote_id'], 'has_updated_at': false},
        {'name': 'products', 'key': ['product_id'], 'has_updated_at': false},
        {'name': 'orders', 'key': ['order_id'], 'has_updated_at': false},
        {'name': 'order_lines', 'key': ['order_id', 'line_number'],
         'has_updated_at': false},
        {'name': 'contracts', 'key': ['contract_id'], 'has_updated_at': false},
        {'name': 'costs', 'key': ['cost_id'], 'has_updated_at': false},
        {'name': 'rep_time', 'key': ['rep_id', 'month', 'channel', 'campaign_id'],
         'has_updated_at': false},
        {'name': 'tickets', 'key': ['ticket_id'], 'has_updated_at': false},
        {'name': 'survey_responses', 'key': ['response_id'], 'has_updated_at': false},
        {'name': 'reviews', 'key': ['review_id'], 'has_updated_at': false},
        {'name': 'referrals', 'key': ['referral_id'], 'has_updated_at': false},
        {'name': 'targets',
         'key': ['kpi_id', 'grain', 'period_start', 'dimension', 'dimension_value',
                 'kind'],
         'has_updated_at': false},
        {'name': 'fx_rates', 'key': ['rate_on', 'currency'], 'has_updated_at': false},
        {'name': 'suppressions',
         'key': ['requested_at', 'kind', 'prospect_id', 'email'],
         'has_updated_at': false},
        {'name': 'links',
         'key': ['kind', 'record_source', 'id', 'same_as_source', 'same_as_id'],
         'has_updated_at': false},
    ]) }}
{%- endmacro %}
