{#-
    Fails with each load of which there are not as many staged rows as landing landed: a join that drops or doubles
    rows, or a file of another load that was read along; and with each in which an accepted row lacks a value that
    every row must have.
-#}
{% test keeps_every_landed_row(model, entity, required=[], loads=ref('stg_landing__made')) %}

with landed as (
    select
        load_id,
        sum(made) as row_count
    from {{ loads }}
    where entity = '{{ entity }}'
    group by load_id
),

staged as (
    select
        load_id,
        count(*) as row_count,
        {% if required %}
            count(*) filter (
                where
                    reject_rule is null
                    and ({{ required | join(' is null or ') }} is null)
            ) as lacking_rows
        {% else %}
            0 as lacking_rows
        {% endif %}
    from {{ model }}
    group by load_id
)

select
    coalesce(landed.load_id, staged.load_id) as load_id,
    coalesce(landed.row_count, 0) as landed_rows,
    coalesce(staged.row_count, 0) as staged_rows,
    staged.lacking_rows
from landed
full outer join staged on landed.load_id = staged.load_id
where
    coalesce(landed.row_count, 0) != coalesce(staged.row_count, 0)
    or staged.lacking_rows > 0

{% endtest %}
