-- A failure means that a sale is handed out more or less than once: the credits of a
-- won deal do not add up to 1 under a model, a deal is missing, or the amounts that are
-- handed out are not its own.
with deals as (
    select * from {{ ref('fct_deals') }}
    where
        status = 'won'
        and not is_test
        and not is_after_as_of
),

attribution as (select * from {{ ref('fct_attribution') }}),

expected as (
    select
        deals.deal_key,
        models.model,
        deals.converted_amount
    from deals
    cross join (
        values ('first'), ('last'), ('linear'), ('time_decay'), ('position_based')
    ) as models (model)
),

credited as (
    select
        deal_key,
        model,
        sum(credit) as credit,
        sum(credited_amount) as credited_amount
    from attribution
    group by all
)

select
    coalesce(expected.deal_key, credited.deal_key) as deal_key,
    coalesce(expected.model, credited.model) as attribution_model,
    credited.credit,
    credited.credited_amount,
    expected.converted_amount
from expected
full outer join credited
    on
        expected.deal_key = credited.deal_key
        and expected.model = credited.model
where
    expected.deal_key is null
    or coalesce(abs(credited.credit - 1) > 1e-9, true)
    or abs(credited.credited_amount - expected.converted_amount)
    > 1e-9 * (1 + abs(expected.converted_amount))
    or (credited.credited_amount is null) != (expected.converted_amount is null)
