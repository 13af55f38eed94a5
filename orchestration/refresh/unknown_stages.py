"""Sources of which so many deals are in a stage of unknown meaning that figures lack them.

What belongs here: which sources those are, as long as it is so. What does not: what makes a stage
known (see `landing/translated.py`), each stage with its count (see `summary/uncounted.py`), and the
exit code.
"""

from collections.abc import Sequence

import duckdb

from orchestration.refresh.rejected import LEAST_RECORDS, REJECTED_SHARE
from orchestration.refresh.summary.figures import format_number
from orchestration.refresh.summary.wording import Language

_SAYS = {
    "en": "{source}: of {unknown} of {deals} deals nothing tells whether their stage is open, won "
    "or lost: they count as open, outside the weighted pipeline, until each stage has a line in "
    "reference/funnel_stages.csv (stage,outcome) or in the mapping",
    "fr": "{source} : pour {unknown} des {deals} affaires, rien ne dit si leur étape est ouverte, "
    "gagnée ou perdue : elles comptent comme ouvertes, hors du pipeline pondéré, tant que chaque "
    "étape n'a pas sa ligne dans reference/funnel_stages.csv (stage,outcome) ou dans le mapping",
}


def sources_of_unknown_stages(
    connection: duckdb.DuckDBPyConnection, language: Language
) -> Sequence[str]:
    """Return a line per source of which over a tenth of the deals are in a stage nothing tells.

    Args:
        connection: a warehouse that is built, open.
        language: of the lines.

    """
    rows = connection.execute(
        """
        select
            source,
            count(*) filter (where is_stage_unknown and vanished_on is null) as unknown,
            count(*) as deals
        from core.fct_deals
        where not is_test and not is_after_as_of
        group by source
        having deals >= $least and unknown > $share * deals
        order by source
        """,
        {"least": LEAST_RECORDS, "share": REJECTED_SHARE},
    ).fetchall()
    return [
        _SAYS[language].format(
            source=source,
            unknown=format_number(unknown, 0, language),
            deals=format_number(deals, 0, language),
        )
        for source, unknown, deals in rows
    ]
