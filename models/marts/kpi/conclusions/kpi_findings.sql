-- grain: one row per month and finding: a kind, subject, dimension and value.
-- What the subject marts find besides movements, as it was known at the end of the
-- month; of findings about the same segment that of the longest period.
{% set shared = [
    'page', 'kind', 'subject', 'grain', 'period_start', 'dimension',
    'dimension_value', 'value', 'expected_value', 'sample_size', 'worth_customers',
    'worth_amount', 'worth_cases',
] %}
with segment_findings as (select * from {{ ref('kpi_segment_findings') }}),

variant_findings as (select * from {{ ref('kpi_variant_findings') }}),

cost_findings as (select * from {{ ref('kpi_cost_findings') }}),

pipeline_findings as (select * from {{ ref('kpi_pipeline_findings') }}),

rep_findings as (select * from {{ ref('kpi_rep_findings') }}),

months as (
    select * from {{ ref('kpi_periods') }}
    where grain = 'month'
),

findings as (
    {% for table in ['segment', 'variant', 'cost', 'pipeline', 'rep'] %}
        select
            {% for column in shared %}
                {{ column }},
            {% endfor %}
            {% for column in ['standard_errors', 'chance'] %}
                {{ column if table == 'rep' else 'cast(null as double)' }}
                    as {{ column }},
            {% endfor %}
            known_from,
            known_until
        from {{ table }}_findings
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

kpi_findings as (
    select
        months.period_start as month,
        {% for column in shared %}
            findings.{{ column }},
        {% endfor %}
        cast(null as date) as since,
        findings.standard_errors,
        findings.chance,
        findings.kind not in ('variant', 'rep_better') as is_worse,
        false as is_part_of_whole,
        cast(null as varchar) as advice_en,
        cast(null as varchar) as advice_fr
    from findings
    inner join months
        on
            findings.known_from <= months.period_end
            and coalesce(findings.known_until > months.period_end, true)
    qualify
        row_number() over (
            partition by
                months.period_start,
                findings.kind,
                findings.subject,
                findings.dimension,
                findings.dimension_value
            order by
                case findings.grain
                    when 'year' then 1 when 'quarter' then 2 when 'month' then 3 else 4
                end,
                findings.period_start desc
        ) = 1
)

select * from kpi_findings
