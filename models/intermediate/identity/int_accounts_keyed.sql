-- grain: one row per company record (source, account_id), with the key of its company.
-- Keys are numbers in the order of the companies' first records.
with grouped as (select * from {{ ref('int_accounts_by_domain') }}),

absorbed as (
    {{ absorbed_records('account') }}
),

groups as (
    select
        group_source,
        group_record_id,
        min(source_order) as group_order
    from grouped
    group by all
),

numbered as (
    select
        group_source,
        group_record_id,
        row_number() over (
            order by group_order, group_source, group_record_id
        ) as account_key
    from groups
),

int_accounts_keyed as (
    select
        grouped.source,
        grouped.record_id as account_id,
        grouped.source_order,
        numbered.account_key,
        absorbed.record_id is not null as is_absorbed
    from grouped
    inner join numbered
        on
            grouped.group_source = numbered.group_source
            and grouped.group_record_id = numbered.group_record_id
    left join absorbed
        on
            grouped.source = absorbed.source
            and grouped.record_id = absorbed.record_id
)

select * from int_accounts_keyed
