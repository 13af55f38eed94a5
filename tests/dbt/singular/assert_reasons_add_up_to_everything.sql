-- A failure means that the reasons of a period and segment do not tell everything: the
-- shares do not add up to 1, or the cumulative share does not end at it.
with reasons as (
    {% for mart in ['kpi_loss_reasons', 'kpi_churn_reasons', 'kpi_complaint_reasons'] %}
        select
            '{{ mart }}' as mart,
            grain,
            period_start,
            dimension,
            dimension_value,
            sum(share) as total_share,
            max_by(cumulative_share, reason_rank) as last_cumulative_share
        from {{ ref(mart) }}
        group by all
        {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from reasons
where
    last_cumulative_share != 1
    or abs(total_share - 1) > 1e-9
