-- grain: one row per KPI, statistic, grain, period and fact: the dimension and value
-- that it is told of.
-- One fact has many names: a value that is the whole of its dimension (but for what is
-- unknown) is everything, a rep may be the whole of a team. It is told once, of
-- everything, else of the first dimension in the order of the catalogue; of what has no
-- name nothing is told. Figures are the same when they are in seven digits.
with baselines as (select * from {{ ref('kpi_signal_baselines') }}),

wholes as (
    select * from baselines
    where dimension = 'all'
),

parts as (
    select
        *,
        count(*) over (
            partition by kpi_id, statistic, grain, period_start, dimension
        ) as values_beside
    from baselines
    where {{ is_named('dimension_value') }}
),

kpi_signal_facts as (
    select
        {% for column in [
            'kpi_id', 'statistic', 'grain', 'period_start', 'dimension',
            'dimension_value', 'dimension_label', 'value', 'numerator', 'denominator',
            'sample_size', 'is_reliable', 'name_en', 'name_fr', 'is_proportion',
            'better', 'lever', 'advice_en', 'advice_fr', 'is_current', 'earlier_values',
            'earlier_numerator', 'earlier_denominator', 'earlier_mean',
        ] %}
            parts.{{ column }},
        {% endfor %}
        parts.earlier_spread
    from parts
    left join wholes
        on
            parts.kpi_id = wholes.kpi_id
            and parts.statistic = wholes.statistic
            and parts.grain = wholes.grain
            and parts.period_start = wholes.period_start
    where
        parts.is_reliable
        and (
            parts.dimension = 'all'
            or (
                parts.values_beside > 1
                and coalesce(
                    parts.sample_size != wholes.sample_size
                    or cast(parts.value as real) != cast(wholes.value as real),
                    true
                )
            )
        )
    qualify
        row_number() over (
            partition by
                parts.kpi_id,
                parts.statistic,
                parts.grain,
                parts.period_start,
                parts.dimension = 'all',
                parts.sample_size,
                cast(parts.value as real),
                cast(parts.earlier_denominator as real),
                cast(parts.earlier_mean as real)
            order by
                list_position(
                    [{{ quoted_values(kpi_dimensions()) }}], parts.dimension
                ),
                parts.dimension_value
        ) = 1
)

select * from kpi_signal_facts
