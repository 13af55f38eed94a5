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
{% set nowhere = "'out of every KPI'" %}
{% set doubts = [
    ('test_record', 'activities', 'is_test', nowhere, 'fct_activities', 'is_test'),
    ('test_record', 'deals', 'is_test', nowhere, 'fct_deals', 'is_test'),
    ('test_record', 'orders', 'is_test', nowhere, 'fct_orders', 'is_test'),
    ('test_record', 'prospects', 'is_test', nowhere, 'dim_prospects', 'is_test'),
    ('test_record', 'accounts', 'is_test', nowhere, 'dim_accounts', 'is_test'),
    ('after_as_of', 'activities', none, nowhere, 'fct_activities', 'is_after_as_of'),
    ('after_as_of', 'deals', none, nowhere, 'fct_deals', 'is_after_as_of'),
    ('after_as_of', 'orders', none, nowhere, 'fct_orders', 'is_after_as_of'),
    ('unknown_outcome', 'activities', 'outcome',
     "concat(channel, ' ', direction, ' ', coalesce(outcome, ''))",
     'fct_activities', 'not is_known_outcome'),
    ('negative_duration', 'deals', 'closed_at',
     "'closed before it was created: out of the sales cycle'",
     'fct_deals', 'closed_on < created_on'),
    ('negative_duration', 'prospects', 'qualified_at',
     "'qualified before the first contact: out of the averages'",
     'dim_prospects', 'qualified_on < contacted_on'),
    ('no_exchange_rate', 'deals', 'amount', "coalesce(currency, '')",
     'fct_deals', 'amount is not null and converted_amount is null'),
    ('no_exchange_rate', 'orders', 'amount', "coalesce(currency, '')",
     'fct_orders', 'net_amount is not null and converted_net_amount is null'),
    ('touch_after_opt_out', 'activities', 'occurred_at',
     "'a touch after the person had asked for none'",
     'fct_activities', 'is_after_opt_out'),
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
    {% for check, entity, column, rule, table, condition in doubts %}
        union all
        select
            '{{ check }}' as check_name,
            source,
            '{{ entity }}' as entity,
            {{ "'" ~ column ~ "'" if column else 'null' }} as column_name,
            {{ rule }} as rule,
            count(*) as issue_count
        from {{ ref(table) }}
        where {{ condition }}
        group by all
    {% endfor %}
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
