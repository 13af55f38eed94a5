-- grain: one row per check, source, entity, column and currency of amounts left out.
-- Every amount whose currency may need a rate, as the description of the entities says:
-- without a rate on its own day, on a day before the calendar, or too large to be an
-- amount. The prices of a line are those of its order, which is counted itself.
{% set days = {
    'campaigns': 'started_on', 'quotes': 'sent_on', 'products': 'as_of',
    'orders': 'ordered_on', 'order_lines': 'ordered_on', 'contracts': 'started_on',
    'costs': 'incurred_on',
    'deals':
        "coalesce(case when status != 'open' then closed_on end, created_on, as_of)",
} %}
{% set counted_with_the_order = ['unit_price', 'discount_amount'] %}
{% set columns = [] %}
{% for entity in generic_entities() %}
    {% for column in entity.amounts if column not in counted_with_the_order %}
        {% do columns.append((entity.name, column)) %}
    {% endfor %}
{% endfor %}
with clock as (select * from {{ ref('int_clock') }}),

order_lines as (
    select
        staged.*,
        orders.currency,
        orders.ordered_on
    from ({{ current_rows('order_lines') }}) as staged
    inner join {{ ref('int_order_references') }} as order_references
        on
            staged.source = order_references.source
            and staged.order_id = order_references.order_id
    inner join {{ ref('int_orders') }} as orders
        on order_references.order_key = orders.order_key
),

amounts as (
    {% for entity, column in columns %}
        {% set is_cte = entity == 'order_lines' %}
        select
            rows_of_it.source,
            rows_of_it.load_id,
            rows_of_it.file,
            rows_of_it.load_row,
            '{{ entity }}' as entity,
            '{{ column }}' as column_name,
            cast(rows_of_it.{{ column }} as decimal(24, 6)) as amount,
            coalesce(upper(rows_of_it.currency), upper(clock.currency)) as currency,
            {{ days[entity] }} as day
        from
            {{ entity if is_cte else '(' ~ current_rows(entity) ~ ')' }} as rows_of_it
        cross join clock
        where
            rows_of_it.{{ column }} is not null
            and (
                upper(rows_of_it.currency) != upper(clock.currency)
                or {{ days[entity] }} < date '1970-01-01'
            )
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

judged as (
    select
        amounts.*,
        case
            when fx_rates.rate is null then 'no_exchange_rate'
            when amounts.entity != 'costs' and amounts.day < date '1970-01-01'
                then 'outside_calendar'
            when {{ converted_amount('amounts.amount') }} is null
                then 'amount_too_large'
        end as check_name
    from amounts
    {{ join_fx_rates('amounts.currency', 'amounts.day') }}
    where amounts.day is not null
),

meta_amount_findings as (
    {% for check in ['no_exchange_rate', 'outside_calendar', 'amount_too_large'] %}
        select
            {{ finding(check, none, 'column_name', 'currency', 'amount') }}
        from judged
        where check_name = '{{ check }}'
        group by all
        {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from meta_amount_findings
