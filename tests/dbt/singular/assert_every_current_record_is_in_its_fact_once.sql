-- A failure means that a join on the way to a fact drops or doubles records: the fact
-- has not as many rows of a source as the source has current records. Drafts of quotes
-- are in none.
{% set facts = [
    ('activities', 'fct_activities'),
    ('deals', 'fct_deals'),
    ('orders', 'fct_orders'),
    ('quotes', 'fct_quotes'),
    ('contracts', 'fct_contracts'),
    ('campaigns', 'dim_campaigns'),
    ('products', 'dim_products'),
] %}
with reconciliation as (select * from {{ ref('meta_load_reconciliation') }}),

checked as (
    {% for entity, fact in facts %}
        select '{{ entity }}' as entity
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

current_records as (
    select
        reconciliation.source,
        reconciliation.entity,
        sum(reconciliation.current_rows) as record_count
    from reconciliation
    inner join checked
        on reconciliation.entity = checked.entity
    group by all
),

drafts as (
    select
        source,
        entity,
        sum(issue_count) as draft_count
    from {{ ref('meta_data_quality') }}
    where check_name = 'draft'
    group by all
),

facts as (
    {% for entity, fact in facts %}
        select
            source,
            '{{ entity }}' as entity,
            count(*) as row_count
        from {{ ref(fact) }}
        group by all
        {{ 'union all' if not loop.last }}
    {% endfor %}
)

select
    coalesce(current_records.source, facts.source) as source_name,
    coalesce(current_records.entity, facts.entity) as entity,
    coalesce(current_records.record_count, 0) as current_records,
    coalesce(facts.row_count, 0) as rows_of_the_fact,
    coalesce(drafts.draft_count, 0) as draft_count
from current_records
full outer join facts
    on
        current_records.source = facts.source
        and current_records.entity = facts.entity
left join drafts
    on
        current_records.source = drafts.source
        and current_records.entity = drafts.entity
where
    coalesce(current_records.record_count, 0)
    != coalesce(facts.row_count, 0) + coalesce(drafts.draft_count, 0)
