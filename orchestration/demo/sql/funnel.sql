-- one row: the funnel of the demo's prospects at the end of the data, for the report
select
    (select count(*) from prospects) as prospects,
    (select count(*) from sequences) as contacted,
    (select count(*) from engagements) as engaged,
    (
        select count(*) from engagements
        where qualified_minute <= getvariable('as_of_minute')
    ) as qualified,
    (select count(distinct prospect_no) from deals where is_won and is_closed) as won,
    (
        select coalesce(sum(amount), 0) from deals where is_won and is_closed
    ) as won_amount
