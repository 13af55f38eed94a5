-- grain: one row per source, entity and column whose ids name records that nobody has.
-- Every id that points somewhere, as the description of the entities says; the reps and
-- campaigns of targets; and the ends of links, but for what a tool merged away.
{% set known = {
    'accounts': ('int_account_references', 'account_id'),
    'prospects': ('int_prospect_references', 'prospect_id'),
    'reps': ('int_rep_references', 'rep_id'),
    'campaigns': ('int_campaign_references', 'campaign_id'),
    'deals': ('int_deal_references', 'deal_id'),
    'products': ('int_product_references', 'product_id'),
    'orders': ('int_order_references', 'order_id'),
    'contracts': ('int_contract_references', 'contract_id'),
    'activities': ('int_reply_references', 'in_reply_to'),
} %}
with targets as (
    {{ current_rows('targets') }}
),

links as (
    {{ current_rows('links') }}
),

link_ends as (
    {% for column, source_column in [
        ('id', 'record_source'), ('same_as_id', 'same_as_source'),
    ] %}
        select
            *,
            '{{ column }}' as end_column,
            {{ source_column }} as end_source,
            {{ column }} as end_id
        from links
        {% if column == 'id' -%}
            -- what a tool merged away is in no export of its own any more
            where record_source != same_as_source
        {%- endif %}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

meta_reference_findings as (
    {% for entity in generic_entities() %}
        {% for column, points_to in entity.references.items() %}
            select
                {{ finding('orphan_reference', entity.name, "'" ~ column ~ "'") }}
            from ({{ current_rows(entity.name) }}) as staged
            anti join {{ ref(known[points_to][0]) }} as known
                on
                    staged.source = known.source
                    and staged.{{ column }} = known.{{ known[points_to][1] }}
            where staged.{{ column }} is not null
            group by all
            union all
        {% endfor %}
    {% endfor %}
    {% for dimension, points_to in [('rep', 'reps'), ('campaign', 'campaigns')] %}
        select
            {{ finding(
                'orphan_reference', 'targets', "'dimension_value'", "'%s'" % dimension
            ) }}
        from targets
        anti join {{ ref(known[points_to][0]) }} as known
            on
                targets.source = known.source
                and targets.dimension_value = known.{{ known[points_to][1] }}
        where
            targets.dimension = '{{ dimension }}'
            and targets.dimension_value is not null
        group by all
        union all
    {% endfor %}
    {% for kind, points_to in [
        ('account', 'accounts'), ('prospect', 'prospects'), ('rep', 'reps'),
    ] %}
        select {{ finding('orphan_reference', 'links', 'end_column', "'%s'" % kind) }}
        from link_ends
        anti join {{ ref('int_' ~ points_to ~ '_keyed') }} as known
            on
                link_ends.end_source = known.source
                and link_ends.end_id = known.{{ known[points_to][1] }}
        where link_ends.kind = '{{ kind }}'
        group by all
        {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from meta_reference_findings
