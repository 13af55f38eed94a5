-- one row per recommendation by a customer
select
    referrals.referral_id,
    numbered('A', referrals.referrer_account_no, 7) as referrer_account_id,
    numbered('P', referrals.referred_prospect_no, 7) as referred_prospect_id,
    in_iso_time(work_clock.wall_at) as referred_at,
    referrals.is_valid
from referrals
inner join work_clock on referrals.referred_minute = work_clock.work_minute
order by referrals.referral_id
