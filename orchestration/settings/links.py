"""Links from a record to its page in the tool that it comes from, as `sources.yml` declares them.

What belongs here: checking a link and telling which records it is for. What does not: writing ids
into it, which a page does where it shows the record (see `dashboard/assets/blocks/records.js`).
"""

import re
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from orchestration.errors import ConfigurationError
from orchestration.formats.descriptions import GENERIC, known_formats, nearest

SCHEMES = ("http", "https")
"""Of anything else, such as `javascript:`, a click would run what somebody wrote."""

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_NOT_IN_ADDRESS = re.compile(r"[\s\"'<>\\^`|\x00-\x1f\x7f]")


def record_links(declared: Iterable[str], place: str) -> dict[str, str]:
    """Return the link of each entity; the placeholder says which one it is for.

    Args:
        declared: addresses such as `https://crm.example/deal/{deal_id}`.
        place: where they are declared, for messages.

    Raises:
        ConfigurationError: one is no web address, or names no record's id.

    """
    entities = _entities()
    links: dict[str, str] = {}
    for link in declared:
        named = _PLACEHOLDER.findall(link)
        if len(named) != 1:
            raise _wrong(place, link, "name one id, such as https://crm.example/deal/{deal_id}")
        address = urlsplit(_PLACEHOLDER.sub("", link))
        host = urlsplit(_PLACEHOLDER.sub("x", link)).netloc
        if (
            address.scheme.casefold() not in SCHEMES
            or not address.netloc
            or address.netloc != host
            or _NOT_IN_ADDRESS.search(_PLACEHOLDER.sub("", link))
        ):
            raise _wrong(
                place,
                link,
                "be a web address, http:// or https:// and a host, with the id behind the host",
            )
        if named[0] not in entities:
            near = nearest(named[0], entities)
            hint = f"did you mean {{{near}}}?" if near else f"one of {', '.join(entities)}"
            raise _wrong(place, link, f"name the id of a record; {hint}")
        entity = entities[named[0]]
        if entity in links:
            raise _wrong(place, link, f"be the only one for {{{named[0]}}}")
        links[entity] = link
    return links


def _entities() -> Mapping[str, str]:
    """Return the entity that each id is of: those whose key it is alone."""
    return {
        keys[0]: entity.name
        for entity in known_formats()[GENERIC].entities.values()
        if len(keys := [column.name for column in entity.columns if column.is_key]) == 1
    }


def _wrong(place: str, link: str, wanted: str) -> ConfigurationError:
    return ConfigurationError(f"sources.yml: {place} is {link!r}; it must {wanted}")
