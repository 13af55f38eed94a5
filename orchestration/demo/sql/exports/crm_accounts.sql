-- one row per account; the registration numbers fail their checksum: nobody has them
select
    numbered('A', accounts.account_no, 7) as account_id,
    accounts.name,
    case when draw(accounts.account_no, 'has domain') < 0.94 then accounts.domain end
        as domain,
    case when draw(accounts.account_no, 'has number') < 0.8
        then not_a_siren((accounts.account_no::bigint * 7919) % 100000000)
    end as registration_number,
    accounts.sector,
    case when draw(accounts.account_no, 'has size') < 0.94
        then accounts.employee_count end
        as employee_count,
    accounts.country,
    accounts.region,
    accounts.city,
    case when accounts.account_no > 20 and draw(accounts.account_no, 'group') < 0.012
        then numbered(
            'A',
            1 + floor(
                (accounts.account_no - 1) * draw(accounts.account_no, 'parent')
            )::integer,
            7
        )
    end as parent_account_id,
    reps.rep_id as owner_rep_id,
    in_iso_day(accounts.created_on) as created_at,
    in_iso_day(least(
        accounts.created_on + floor(90 * draw(accounts.account_no, 'updated'))::integer,
        getvariable('as_of')
    )) as updated_at
from accounts
inner join reps
    on served_by(accounts.rep_no, getvariable('as_of_minute')) = reps.rep_no
order by accounts.account_no
