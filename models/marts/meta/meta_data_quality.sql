-- grain: one row per check, source, entity, column and rule that found something.
-- What the data said that is not quite right, and how it was treated: nothing here
-- stops a refresh. Rejected rows are in `rejects`. In the published table also what the
-- gates found: warnings about the marts, and why batches are held back.
{% set references = [
    ('activities', 'prospect_id', 'int_prospect_references', 'prospect_id'),
    ('activities', 'account_id', 'int_account_references', 'account_id'),
    ('activities', 'rep_id', 'int_rep_references', 'rep_id'),
    ('activities', 'campaign_id', 'int_campaign_references', 'campaign_id'),
    ('prospects', 'account_id', 'int_account_references', 'account_id'),
    ('prospects', 'owner_rep_id', 'int_rep_references', 'rep_id'),
    ('deals', 'account_id', 'int_account_references', 'account_id'),
    ('deals', 'prospect_id', 'int_prospect_references', 'prospect_id'),
    ('deals', 'rep_id', 'int_rep_references', 'rep_id'),
    ('deals', 'campaign_id', 'int_campaign_references', 'campaign_id'),
    ('deals', 'product_id', 'int_product_references', 'product_id'),
    ('deal_stages', 'deal_id', 'int_deal_references', 'deal_id'),
    ('orders', 'account_id', 'int_account_references', 'account_id'),
    ('orders', 'deal_id', 'int_deal_references', 'deal_id'),
    ('order_lines', 'order_id', 'int_order_references', 'order_id'),
    ('order_lines', 'product_id', 'int_product_references', 'product_id'),
] %}
{% set flagged = [
    ('activities', 'fct_activities'),
    ('deals', 'fct_deals'),
    ('orders', 'fct_orders'),
] %}
with value_issues as (
    {% for entity in generic_entities() %}
        select
            source,
            '{{ entity.name }}' as entity,
            unnest(string_split(issues, ',')) as issue
        from {{ ref('stg_generic__' ~ entity.name) }}
        where
            issues is not null
            and reject_rule is null
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

found as (
    select
        'value_issue' as check_name,
        source,
        entity,
        split_part(issue, ':', 1) as column_name,
        split_part(issue, ':', 2) as rule,
        count(*) as issue_count
    from value_issues
    group by all
    {% for entity, column, table, id in references %}
        union all
        select
            'orphan_reference' as check_name,
            staged.source,
            '{{ entity }}' as entity,
            '{{ column }}' as column_name,
            cast(null as varchar) as rule,
            count(*) as issue_count
        from ({{ current_rows(entity) }}) as staged
        anti join {{ ref(table) }} as known
            on
                staged.source = known.source
                and staged.{{ column }} = known.{{ id }}
        where staged.{{ column }} is not null
        group by all
    {% endfor %}
    {% for entity, table in flagged + [
        ('prospects', 'dim_prospects'), ('accounts', 'dim_accounts'),
    ] %}
        union all
        select
            'test_record' as check_name,
            source,
            '{{ entity }}' as entity,
            'is_test' as column_name,
            'out of every KPI' as rule,
            count(*) as issue_count
        from {{ ref(table) }}
        where is_test
        group by all
    {% endfor %}
    {% for entity, table in flagged %}
        union all
        select
            'after_as_of' as check_name,
            source,
            '{{ entity }}' as entity,
            cast(null as varchar) as column_name,
            'out of every KPI' as rule,
            count(*) as issue_count
        from {{ ref(table) }}
        where is_after_as_of
        group by all
    {% endfor %}
    union all
    select
        'unknown_outcome' as check_name,
        source,
        'activities' as entity,
        'outcome' as column_name,
        concat(channel, ' ', direction, ' ', coalesce(outcome, '')) as rule,
        count(*) as issue_count
    from {{ ref('fct_activities') }}
    where not is_known_outcome
    group by all
    union all
    select
        'negative_duration' as check_name,
        source,
        'deals' as entity,
        'closed_at' as column_name,
        'closed before it was created: out of the sales cycle' as rule,
        count(*) as issue_count
    from {{ ref('fct_deals') }}
    where closed_on < created_on
    group by all
    union all
    select
        'no_exchange_rate' as check_name,
        source,
        'deals' as entity,
        'amount' as column_name,
        coalesce(currency, '') as rule,
        count(*) as issue_count
    from {{ ref('fct_deals') }}
    where
        amount is not null
        and converted_amount is null
    group by all
    union all
    select
        'no_exchange_rate' as check_name,
        source,
        'orders' as entity,
        'amount' as column_name,
        coalesce(currency, '') as rule,
        count(*) as issue_count
    from {{ ref('fct_orders') }}
    where
        net_amount is not null
        and converted_net_amount is null
    group by all
    union all
    select
        'negative_duration' as check_name,
        prospects.source,
        'prospects' as entity,
        'qualified_at' as column_name,
        'qualified before the first contact: out of the averages' as rule,
        count(*) as issue_count
    from {{ ref('dim_prospects') }} as prospects
    where prospects.qualified_on < prospects.contacted_on
    group by all
    union all
    select
        'touch_after_opt_out' as check_name,
        source,
        'activities' as entity,
        'occurred_at' as column_name,
        'a touch after the person had asked for none' as rule,
        count(*) as issue_count
    from {{ ref('fct_activities') }}
    where is_after_opt_out
    group by all
),

meta_data_quality as (
    select
        check_name,
        source,
        entity,
        column_name,
        rule,
        issue_count
    from found
    where issue_count > 0
)

select * from meta_data_quality
