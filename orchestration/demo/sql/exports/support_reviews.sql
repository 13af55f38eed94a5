-- one row per public review
select
    reviews.review_id,
    reviews.platform,
    in_iso_day(work_clock.wall_at) as posted_at,
    reviews.rating,
    numbered('A', reviews.account_no, 7) as account_id,
    reviews.comment
from reviews
inner join work_clock on reviews.posted_minute = work_clock.work_minute
where reviews.posted_minute <= getvariable('as_of_minute')
order by reviews.review_id
