-- grain: one row per person in the sales base.
-- Whose data are kept too long? Counted from the last contact that came from the
-- person, of a customer from the last order or the end of the last contract.
with people as (select * from {{ ref('dim_prospects') }}),

last_contacts as (select * from {{ ref('kpi_last_contacts') }}),

clock as (select * from {{ ref('dim_clock') }}),

own_days as (
    select
        prospect_key,
        max(last_on) as last_on,
        max_by(basis, (last_on, basis)) as basis
    from last_contacts
    group by all
),

last_days as (
    select
        people.prospect_key,
        coalesce(
            own_days.last_on,
            case when people.entered_on <= clock.as_of then people.entered_on end
        ) as last_contact_on,
        coalesce(own_days.basis, 'detection') as basis
    from people
    cross join clock
    left join own_days
        on people.prospect_key = own_days.prospect_key
),

due_days as (
    select
        last_days.prospect_key,
        last_days.last_contact_on,
        last_days.basis,
        cast(
            last_days.last_contact_on + to_months(clock.retention_months) as date
        ) as due_on,
        clock.as_of
    from last_days
    cross join clock
),

kpi_retention_due as (
    select
        prospect_key,
        last_contact_on,
        basis,
        due_on,
        coalesce(due_on <= as_of, false) as is_due
    from due_days
)

select * from kpi_retention_due
