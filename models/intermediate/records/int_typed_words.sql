-- grain: one row per field and word that somebody typed and readers may be shown.
-- `bearers` is how many different people or companies bear it; a record that names
-- nobody stands for one. It is null where nobody has to: words of the company itself,
-- such as teams and stages, and for ids. Words of `exact` fields are compared as they
-- are written, the others without case and runs of blanks. Of a long text the first 500
-- characters are looked into.
{% set company = 'coalesce(account_id, account_name, ' %}
{% set who = 'coalesce(prospect_id, email, linkedin_url, phone, ' %}
{% set borne = [
    ('prospects', 'lead_source', 'lead_source', 'prospect_id'),
    ('prospects', 'persona', 'persona', 'prospect_id'),
    ('prospects', 'disqualified_reason', 'disqualified_reason', 'prospect_id'),
    ('prospect_stages', 'stage', 'lifecycle_stage', 'prospect_id'),
    ('accounts', 'sector', 'sector', 'account_id'),
    ('deals', 'lost_reason', 'lost_reason', company ~ 'prospect_id, deal_id)'),
    ('contracts', 'cancel_reason', 'cancel_reason', company ~ 'contract_id)'),
    ('tickets', 'reason', 'ticket_reason', company ~ 'ticket_id)'),
    ('reviews', 'platform', 'platform', company ~ 'review_id)'),
    ('activities', 'outcome', 'outcome', who ~ 'account_id, activity_id)'),
    ('activities', 'message_variant', 'message_variant', who ~ 'activity_id)'),
] %}
{% set own = [
    ('accounts', 'name', 'account_name'), ('accounts', 'country', 'country'),
    ('accounts', 'region', 'region'), ('accounts', 'city', 'city'),
    ('reps', 'team', 'team'), ('reps', 'role', 'role'),
    ('campaigns', 'name', 'campaign_name'), ('campaigns', 'channel', 'channel_word'),
    ('campaigns', 'target_segment', 'target_segment'),
    ('products', 'name', 'product_name'), ('products', 'family', 'product_family'),
    ('deals', 'pipeline', 'pipeline'), ('deals', 'stage', 'stage'),
    ('deal_stages', 'stage', 'stage'), ('costs', 'cost_type', 'cost_type'),
    ('targets', 'kpi_id', 'target_kpi'),
    ('targets', 'dimension', 'target_dimension'),
    ('targets', 'dimension_value', 'target_value'),
    ('activities', 'sender_account', 'sender_account'),
] %}
{% set exact = ['outcome', 'message_variant', 'sender_account'] %}
with known_outcomes as (
    select * from {{ ref('stg_reference__activity_outcomes') }}
    where outcome is not null
),

words as (
    {% for entity, column, field, bearer in borne %}
        select
            '{{ field }}' as field,
            {{ column if field in exact else folded_word(column) }} as word,
            count(distinct {{ bearer }}) as bearers
        from {{ ref('stg_generic__' ~ entity) }}
        where
            reject_rule is null
            and {{ column }} is not null
            {% if field == 'outcome' %}
                and outcome not in (select known_outcomes.outcome from known_outcomes)
            {% endif %}
        group by all
        union all
    {% endfor %}
    {% for entity, column, field in own %}
        select distinct
            '{{ field }}' as field,
            {{ column if field in exact else folded_word(column) }} as word,
            cast(null as bigint) as bearers
        from {{ ref('stg_generic__' ~ entity) }}
        where
            reject_rule is null
            and {{ column }} is not null
        union all
    {% endfor %}
    select
        'record_id' as field,
        record_id as word,
        cast(null as bigint) as bearers
    from {{ ref('int_worded_ids') }}
),

int_typed_words as (
    select
        field,
        word,
        {{ spoken_words('left(word, 500)') }} as spoken_words,
        max(bearers) as bearers
    from words
    group by all
)

select * from int_typed_words
