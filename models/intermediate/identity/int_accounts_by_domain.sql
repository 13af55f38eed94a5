-- grain: one row per company record; records of one web domain are one group.
-- A domain is the host of the web address: without scheme, `www.` and path, in lower
-- case. Those of free mail providers say nothing about the company and match nobody.
with domains as (
    select
        source,
        account_id as record_id,
        nullif(
            regexp_replace(
                regexp_replace(lower(trim(domain)), '^([a-z]+://)?(www\.)?', ''),
                '[/:?#].*$', ''
            ),
            ''
        ) as match_value
    from ({{ current_rows('accounts') }})
),

known_domains as (
    select domains.*
    from domains
    anti join {{ ref('free_mail_domains') }} as free_mail_domains
        on domains.match_value = free_mail_domains.domain
    where domains.match_value is not null
),

{{ merge_groups(ref('int_accounts_by_registration'), 'known_domains') }}

select * from merged
