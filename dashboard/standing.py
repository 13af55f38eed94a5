"""Reading the pipeline as it stands: open deals by stage, the deals themselves, whom to call first.

What belongs here: the queries on `bi.open_deals` and `kpi.kpi_lead_scores`. What does not: whether
deals and people may be listed at all (see `building.py`), and the other tables (see `reading.py`).
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from dashboard.encoding import columnar
from dashboard.reading import PublishedVersion

QUIET_DAYS = 30
"""A deal without an activity for so long, or opened so long ago without any, is a quiet one."""

MOST_LISTED = 500
"""Deals that a page lists; how many there are in all is told."""

MOST_CALLED = 100
"""The same for people to call."""

_DEALS = f"""
    deals as (
        select
            open_deals.source,
            open_deals.deal_id,
            coalesce(nullif(open_deals.stage, ''), '(unknown)') as stage,
            coalesce(reps.rep_id, '(unknown)') as rep,
            cast(open_deals.converted_amount as double) as amount,
            $1::date - open_deals.created_on as age_days,
            open_deals.days_in_stage,
            open_deals.median_days_in_stage as usual_days,
            open_deals.expected_close_on,
            open_deals.last_activity_on,
            open_deals.next_activity_on,
            open_deals.is_late,
            open_deals.is_stuck,
            coalesce(open_deals.last_activity_on, open_deals.created_on) < $1::date - {QUIET_DAYS}
                as is_quiet,
            open_deals.next_activity_on is null as is_without_step
        from bi.open_deals
        left join core.dim_reps as reps on open_deals.rep_key = reps.rep_key
    )
"""

_NEEDED = ("bi.open_deals", "core.dim_reps")


def stages(version: PublishedVersion, as_of: date | None) -> dict[str, Any] | None:
    """Return the open deals by stage and rep, each with its total (`all`); None without any.

    Stages come in the order of their chance to be won. A check that nothing can tell of (no deal
    has an expected day, no activity is planned) is null everywhere.
    """
    if as_of is None or not _has(version, _NEEDED):
        return None
    chances = "select null::varchar as stage, null::double as probability limit 0"
    if "kpi.kpi_stage_probabilities" in version.columns:
        chances = """
            select stage, max_by(probability, day) as probability
            from kpi.kpi_stage_probabilities where day <= $1::date group by all
        """
    table = version.table(
        f"""
        with {_DEALS},

        chances as ({chances}),

        supplied as (
            select
                count(is_late) > 0 as has_days, count(is_stuck) > 0 as has_stays,
                count(last_activity_on) > 0 as has_activities,
                count(next_activity_on) > 0 as has_steps
            from deals
        ),

        summed as (
            select
                case grouping(stage) when 0 then stage else 'all' end as stage,
                case grouping(rep) when 0 then rep else 'all' end as rep,
                count(*) as deals,
                count(amount) as valued_deals,
                sum(amount) as amount,
                median(age_days) as age_days,
                median(days_in_stage) as days_in_stage,
                case grouping(stage) when 0 then any_value(usual_days) end as usual_days,
                count(*) filter (where is_late) as late,
                count(*) filter (where is_stuck) as stuck,
                count(*) filter (where is_quiet) as quiet,
                count(*) filter (where is_without_step) as without_step
            from deals
            group by grouping sets ((), (stage), (rep), (stage, rep))
            having count(*) > 0
        )

        select
            summed.* replace (
                case when has_days then late end as late,
                case when has_stays then stuck end as stuck,
                case when has_activities then quiet end as quiet,
                case when has_steps then without_step end as without_step
            )
        from summed
        cross join supplied
        left join chances using (stage)
        order by
            rep != 'all', rep, stage = 'all', stage = '(unknown)', probability nulls first,
            summed.days_in_stage, stage
        """,
        [as_of],
    )
    return columnar(table) if table else None


def deals(version: PublishedVersion, as_of: date | None) -> dict[str, Any] | None:
    """Return the open deals, those with most to look after first; None without any."""
    if as_of is None or not _has(version, _NEEDED):
        return None
    table = version.table(
        f"""
        with {_DEALS}
        select * from deals
        order by
            len(list_filter([is_late, is_stuck, is_quiet], lambda each: each)) desc,
            amount desc nulls last, source, deal_id
        limit {MOST_LISTED}
        """,
        [as_of],
    )
    return columnar(table, version.row_count("bi.open_deals")) if table else None


def calls(version: PublishedVersion, linked: Sequence[str] = ()) -> dict[str, dict[str, Any]]:
    """Return whom to call first (`call_first`) and what the rules of the scores are called.

    Of one score those come first whose points add up to more; the score itself ends at 100. People
    are pseudonyms, as in the lists of records.

    Args:
        version: the published version.
        linked: the sources whose people are linked to, for which their CRM id is told.

    """
    scores, rules = "kpi.kpi_lead_scores", "kpi.kpi_lead_score_rules"
    if not _has(version, (scores, rules)) or "prospect_id" not in version.columns[scores]:
        return {}
    people = version.table(
        f"""
        select
            scores.source,
            scores.prospect_key as person,
            case when list_contains($1::varchar[], scores.source) then scores.prospect_id end
                as link_id,
            coalesce(scores.owner_rep, '(unknown)') as rep,
            scores.score,
            scores.rule_ids
        from {scores} as scores
        inner join {rules} as rules
            on list_contains(string_split(scores.rule_ids, ', '), rules.rule_id)
        where
            scores.score > 0
            and scores.score >= (
                select min(score) from (
                    select score from {scores} order by score desc limit {MOST_CALLED}
                )
            )
        group by all
        order by scores.score desc, sum(rules.points) desc, scores.source, scores.prospect_key
        limit {MOST_CALLED}
        """,
        [list(linked)],
    )
    if not people:
        return {}
    return {
        "call_first": columnar(people, version.row_count(scores)),
        "score_rules": columnar(version.table(f"select * from {rules} order by rule_id")),
    }


def _has(version: PublishedVersion, tables: Sequence[str]) -> bool:
    return all(table in version.columns for table in tables)
