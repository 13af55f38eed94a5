-- grain: one row per company record; records of one registration number are one group
with numbers as (
    select
        source,
        account_id as record_id,
        nullif(
            upper(regexp_replace(registration_number, '[^0-9A-Za-z]', '', 'g')), ''
        ) as match_value
    from ({{ current_rows('accounts') }})
),

known_numbers as (
    select * from numbers
    where match_value is not null
),

{{ merge_groups(ref('int_accounts_by_link'), 'known_numbers') }}

select * from merged
