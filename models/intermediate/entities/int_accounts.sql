-- grain: one row per company: the values of its records in the order of the sources
with records as (
    {{ current_rows('accounts') }}
),

keyed as (select * from {{ ref('int_accounts_keyed') }}),

vanished as (
    select * from {{ ref('int_records_vanished') }}
    where entity = 'accounts'
),

rep_references as (select * from {{ ref('int_rep_references') }}),

rep_names as (select * from {{ ref('int_rep_names') }}),

ranked as (
    select
        records.*,
        keyed.account_key,
        {{ found_by_id_or_name('rep') }} as owner_rep_key,
        vanished.vanished_on,
        row_number() over (
            partition by keyed.account_key
            order by
                keyed.source_order,
                keyed.source,
                keyed.is_absorbed,
                keyed.account_id
        ) as record_rank
    from records
    inner join keyed
        on
            records.source = keyed.source
            and records.account_id = keyed.account_id
    {{ join_by_id_or_name('records', 'rep', owner='owner_') }}
    left join vanished
        on
            records.source = vanished.source
            and records.account_id = vanished.record_id
),

int_accounts as (
    select
        account_key,
        {{ first_known('source') }} as source,
        {{ first_known('account_id') }} as account_id,
        {{ first_known('name') }} as name,
        {{ first_known('domain') }} as domain,
        {{ first_known('registration_number') }} as registration_number,
        {{ first_known('sector') }} as sector,
        {{ first_known('employee_count') }} as employee_count,
        {{ first_known('country') }} as country,
        {{ first_known('region') }} as region,
        {{ first_known('city') }} as city,
        {{ first_known('owner_rep_key') }} as owner_rep_key,
        {{ earliest_moment('created') }},
        coalesce(bool_or(is_test), false) as is_test,
        case when count(vanished_on) = count(*) then max(vanished_on) end
            as vanished_on,
        count(*) as record_count
    from ranked
    group by all
)

select * from int_accounts
