-- one row per product
select
    product_id,
    name,
    family,
    unit_cost::decimal(12, 2) as unit_cost,
    'EUR' as currency
from products
order by product_id
