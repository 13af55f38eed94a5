"""Where a record stands in the exports: file and row, and what a customer wrote in it.

What belongs here: looking a record up in the private warehouse. What does not: which records (see
`explaining.py`).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from orchestration.files import read_json
from orchestration.paths import Paths
from orchestration.publication.pseudonyms import pseudonym_sql
from orchestration.publication.rotation import KEY_MARK
from orchestration.publication.versions import Version
from orchestration.quoting import quoted_name
from orchestration.settings.keys import key_of_version
from orchestration.warehouse.database import finished_inputs, open_read_only

RecordId = tuple[str, str, str]
"""Source, entity and id of a record."""

_WRITTEN = {
    "tickets": ("ticket_id", "text"),
    "survey_responses": ("response_id", "comment"),
    "reviews": ("review_id", "comment"),
}
"""Where customers write: the column of a record's id and that of the words."""


@dataclass(frozen=True)
class Place:
    """Where a record stands.

    Attributes:
        record_id: its id in its source, also where a pseudonym is published.
        file: the file of the exports.
        row: its number in the file, the header not counted; None where there is no file.
        written: what a customer wrote; None for any other record.

    """

    record_id: str
    file: str
    row: int | None
    written: str | None = None


def reason_not_to_look(paths: Paths, version: Version) -> str | None:
    """Return why the private warehouse tells nothing of a version: missing, or another build."""
    if not paths.warehouse.exists():
        return "missing"
    note = read_json(paths.state / "published_from.json") or {}
    inputs = finished_inputs(paths)
    is_same = inputs is not None and note == {"version": version.name, "inputs": inputs}
    return None if is_same else "newer"


def find_places(
    paths: Paths, version: Version, records: Iterable[RecordId]
) -> dict[RecordId, Place]:
    """Return where records stand, by what a version says of them; those not found are left out."""
    wanted = sorted(set(records))
    places: dict[RecordId, Place] = {}
    with open_read_only(paths.warehouse) as connection:
        key = key_of_version(paths, version.manifest.get(KEY_MARK))
        identity = pseudonym_sql(key, "source || ':' || prospect_id")
        people = dict(
            connection.execute(
                f"""
                select pseudonym, prospect_id
                from (select {identity} as pseudonym, prospect_id from core.dim_prospects)
                where pseudonym in (select unnest($ids))
                """,
                {"ids": [each[2] for each in wanted if each[1] == "prospects"]},
            ).fetchall()
        )
        for source, entity in sorted({each[:2] for each in wanted}):
            ids = {
                people.get(each[2], each[2]) if entity == "prospects" else each[2]: each
                for each in wanted
                if each[:2] == (source, entity)
            }
            asked = {"source": source, "entity": entity, "ids": list(ids)}
            written = {}
            if entity in _WRITTEN:
                own_id, words = map(quoted_name, _WRITTEN[entity])
                written = dict(
                    connection.execute(
                        f"""
                        select {own_id}, {words} from staging.stg_generic__{entity}
                        anti join (
                            from intermediate.int_record_versions
                            where entity = $entity and status != 'current'
                        ) as replaced using (load_id, load_row)
                        where
                            reject_rule is null and source = $source
                            and {own_id} in (select unnest($ids))
                        """,
                        asked,
                    ).fetchall()
                )
            found = connection.execute(
                """
                select record_id, file, row_number from meta.record_rows
                where
                    entity = $entity and source = $source
                    and record_id in (select unnest($ids))
                order by record_id, file, row_number
                """,
                asked,
            ).fetchall()
            for record_id, file, row in found:
                place = Place(record_id, file, row, written.get(record_id))
                places.setdefault(ids[record_id], place)
    return places
