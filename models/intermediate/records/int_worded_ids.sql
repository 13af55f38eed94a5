-- grain: one row per id of a record that may be an address or a name.
-- It holds a blank, a slash or `@`, begins with a plus, or has no digit: few do, and
-- only these are looked at. Ids of reps and campaigns are published as they are.
{% set ids = [
    ('accounts', 'account_id'), ('prospects', 'prospect_id'),
    ('products', 'product_id'), ('deals', 'deal_id'), ('quotes', 'quote_id'),
    ('orders', 'order_id'), ('contracts', 'contract_id'),
    ('contracts', 'renewed_by_contract_id'), ('costs', 'cost_id'),
    ('tickets', 'ticket_id'), ('survey_responses', 'response_id'),
    ('reviews', 'review_id'), ('referrals', 'referral_id'),
    ('activities', 'activity_id'), ('activities', 'in_reply_to'),
    ('rep_time', rep_time_id()),
] %}
with ids as (
    {% for entity, column in ids %}
        select distinct {{ column }} as record_id
        from {{ ref('stg_generic__' ~ entity) }}
        where
            reject_rule is null
            and (
                contains({{ column }}, '@')
                or contains({{ column }}, '/')
                or contains({{ column }}, ' ')
                or starts_with({{ column }}, '+')
                or not regexp_matches({{ column }}, '[0-9]')
            )
        {{ 'union' if not loop.last }}
    {% endfor %}
),

int_worded_ids as (
    select record_id
    from ids
    where record_id is not null
)

select * from int_worded_ids
