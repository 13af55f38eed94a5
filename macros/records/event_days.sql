{#-
The columns that tell the day on which something happened, by entity: the newest of them is
the default of `as_of`. Record keeping (created, updated) and what is planned do not count.
-#}
{% macro event_days() -%}
    {{ return({
        'prospects': ['detected_on', 'qualified_on', 'disqualified_on'],
        'activities': ['occurred_on'],
        'deals': ['created_on', 'closed_on'],
        'prospect_stages': ['entered_on'],
        'deal_stages': ['entered_on'],
        'quotes': ['sent_on', 'decided_on'],
        'orders': ['ordered_on'],
        'contracts': ['started_on', 'cancelled_on'],
        'costs': ['incurred_on'],
        'tickets': ['opened_on', 'closed_on'],
        'survey_responses': ['responded_on'],
        'reviews': ['posted_on'],
        'referrals': ['referred_on'],
    }) }}
{%- endmacro %}
