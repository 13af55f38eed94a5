-- grain: one row per source, entity, column and rule of names that lead to nobody.
-- Names of reps and companies that stand where no id does, as the description of the
-- entities says; one that two records bear finds nothing.
{% set known = {
    'accounts': ('int_account_names', 'account_key'),
    'reps': ('int_rep_names', 'rep_key'),
} %}
{% set names = [] %}
{% for entity in generic_entities() %}
    {% for column, points_to in entity.names.items() %}
        {% do names.append((entity.name, column, known[points_to])) %}
    {% endfor %}
{% endfor %}
with unresolved as (
    {% for entity, column, (names_known, key) in names %}
        select
            staged.source,
            staged.load_id,
            staged.file,
            staged.load_row,
            '{{ entity }}' as entity,
            '{{ column }}' as name_column,
            known.name is not null as is_ambiguous
        from ({{ current_rows(entity) }}) as staged
        left join {{ ref(names_known) }} as known
            on
                staged.source = known.source
                and {{ folded_word('staged.' ~ column) }} = known.name
        where
            staged.{{ column }} is not null
            and staged.{{ column | replace('_name', '_id') }} is null
            and known.{{ key }} is null
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

meta_name_findings as (
    select
        {{ finding(
            'orphan_reference', none, 'name_column',
            "case when is_ambiguous then 'two records bear the name' end"
        ) }}
    from unresolved
    group by all
)

select * from meta_name_findings
