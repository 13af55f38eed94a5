-- replaces: people whose owner changed, people who were qualified, and the newcomers
with
handed_over as (
    select prospect_id from known_prospects
    order by draw(prospect_id, 'handed over'), prospect_id
    limit getvariable('changed_count')
),

qualified as (
    select prospect_id from known_prospects
    where qualified_at is null and disqualified_at is null
    order by draw(prospect_id, 'qualified'), prospect_id
    limit getvariable('changed_count')
)

select
    prospect_id, account_id, first_name, last_name, email, phone, linkedin_url, job_title,
    persona, lead_source,
    case when prospect_id in (from handed_over) then some_rep(prospect_id, 'owner')
        else owner_rep_id end as owner_rep_id,
    detected_at,
    case when prospect_id in (from qualified) then in_iso_time(in_the_day(prospect_id, 'q'))
        else qualified_at end as qualified_at,
    disqualified_at, disqualified_reason, opted_out_at,
    in_iso_time(in_the_day(prospect_id, 'q')) as updated_at,
    is_test
from known_prospects
where prospect_id in (from handed_over) or prospect_id in (from qualified)
union all
select
    named('P', new_no), named('A', new_no), first_name, last_name,
    lower(named('p', new_no)) || '@' || lower(named('a', new_no)) || '.example', null, null,
    job_title, persona, lead_source, some_rep(new_no, 'owner'),
    in_iso_time(in_the_day(new_no, 'detected')), null, null, null, null,
    in_iso_time(in_the_day(new_no, 'detected')), null
from newcomers
order by prospect_id
