"""Files of which so much was rejected that what is published lacks a part of the input.

What belongs here: which files those are, of the loads that the last refresh of each source brought.
What does not: why a record is rejected (see staging and landing), and the exit code.
"""

from collections.abc import Sequence

import duckdb

from orchestration.refresh.summary.figures import format_number
from orchestration.refresh.summary.wording import Language

REJECTED_SHARE = 0.1
"""Share of a file's records from which on it counts as held back in part."""

LEAST_RECORDS = 10
"""Records that a file must have for a share of them to say anything."""


_SAYS = {
    "en": "{file}: {rejected} of {records} records of {entity} were rejected; "
    "meta.rejects names row, column and rule of each",
    "fr": "{file} : {rejected} des {records} enregistrements de {entity} ont été rejetés ; "
    "meta.rejects donne la ligne, la colonne et la règle de chacun",
}


def rejected_files(connection: duckdb.DuckDBPyConnection, language: Language) -> Sequence[str]:
    """Return a line per file of its source's newest load of which a tenth or more was rejected.

    Args:
        connection: a warehouse that is built, open.
        language: of the lines.

    """
    rows = connection.execute(
        """
        with files as (
            select
                reconciliation.file,
                reconciliation.entity,
                reconciliation.records,
                reconciliation.structural_rejects + reconciliation.value_rejects as rejected,
                loads.load_order = max(loads.load_order) over (partition by loads.source)
                    as is_newest
            from meta.load_reconciliation as reconciliation
            inner join meta.loads as loads
                on
                    reconciliation.load = loads.load
                    and reconciliation.file = loads.file
        )

        select file, entity, rejected, records
        from files
        where is_newest and records >= $least and rejected >= $share * records
        order by all
        """,
        {"least": LEAST_RECORDS, "share": REJECTED_SHARE},
    ).fetchall()
    return [
        _SAYS[language].format(
            file=file,
            entity=entity,
            rejected=format_number(rejected, 0, language),
            records=format_number(records, 0, language),
        )
        for file, entity, rejected, records in rows
    ]
