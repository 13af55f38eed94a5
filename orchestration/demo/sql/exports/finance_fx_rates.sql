-- one row per month: the exchange rate from its first day on
select
    in_french_day(rate_on) as rate_on,
    currency,
    with_comma(rate) as rate
from fx_rates
order by fx_rates.rate_on
