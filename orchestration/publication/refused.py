"""The files that were refused whole, as everybody may read why.

What belongs here: which files of a version's `meta.loads` are still not read, and the reason
without what stands in the file. What does not: the reasons themselves (see `landing/`).
"""

from pathlib import Path
from typing import Any

import duckdb

from orchestration.landing.reasons import reason_in

_LANGUAGES = ("en", "fr")

_REFUSED = """
    select entity, source, file, outcome, reason
    from meta.loads
    where outcome in ('refused', 'held_back') and entity is not null and reason is not null
    qualify
        row_number() over (partition by source, file order by load_order desc nulls first) = 1
        and not exists (
            select 1 from meta.loads as later
            where
                later.source = loads.source
                and later.file = loads.file
                and later.outcome = 'landed'
                and later.load_order > loads.load_order
        )
    order by entity, source, file
"""


def refused_files(database: Path) -> list[dict[str, Any]]:
    """Return the files of a published version that were refused or held back, and not read since.

    Returns: entity, source, file, outcome, and `reason_en` and `reason_fr`, which quote no cell.
    """
    with duckdb.connect(str(database), read_only=True) as connection:
        if not connection.execute(_HAS_LOADS).fetchone():
            return []
        rows = connection.execute(_REFUSED).fetchall()
    return [
        {
            "entity": entity,
            "source": source,
            "file": file,
            "outcome": outcome,
            **{
                f"reason_{language}": reason_in(reason, language, is_quoting=False)
                for language in _LANGUAGES
            },
        }
        for entity, source, file, outcome, reason in rows
    ]


_HAS_LOADS = """
    select 1 from duckdb_columns()
    where schema_name = 'meta' and table_name = 'loads' and column_name = 'reason'
"""
