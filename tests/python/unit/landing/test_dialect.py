"""A file that is no UTF-8 is read in the encoding in which it was written, or it is said."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.landing.dialect import LEGACY_ENCODINGS, file_encoding, legacy_encoding
from orchestration.landing.evidence import gather

WORDS = [
    *("Société", "Générale", "Étoile", "Hôtel", "Éducation", "Santé", "Crème", "Façade", "Noël"),
    *(
        "Besançon",
        "Orléans",
        "Évry",
        "Nîmes",
        "août",
        "février",
        "Hélène",
        "Zoé",
        "Maëlle",
        "HÔTEL",
    ),
    *("Jérôme", "François", "Châlons", "Angoulême", "Béziers", "où", "ça", "très", "prêt", "forêt"),
    *("maïs", "canoë", "naïf", "garçon", "reçu", "déjà", "Gaëtan", "Anaïs", "Loïc", "événement"),
]
"""No word of which only a small first letter tells: `île` in CP850 is as good as `Œle`."""

PLAIN = ["Paris", "deals", "2026", "won", "account_id;name", "prospect", "Lyon", "SA", "&", "Cie"]


def written_in(encoding: str) -> list[str]:
    """Return the words that an encoding can write: CP437 has no capital Ô."""
    return [word for word in WORDS if word.encode(encoding, "ignore").decode(encoding) == word]


def texts_in(encoding: str) -> st.SearchStrategy[str]:
    words = st.sampled_from([*written_in(encoding), *PLAIN])
    return st.lists(words, min_size=1, max_size=60).map(" ".join)


@settings(max_examples=200, deadline=None)
@given(data=st.data())
@pytest.mark.parametrize("encoding", LEGACY_ENCODINGS)
def test_french_is_read_as_it_was_written_or_the_encoding_is_in_doubt(
    encoding: str, data: st.DataObject
) -> None:
    text = data.draw(texts_in(encoding))
    content = text.encode(encoding)
    found = legacy_encoding(gather(io.BytesIO(content)).letters)
    read = content.decode(found.name, "replace")
    assert read == text or found.doubt is not None
    if encoding == "cp1252":
        assert (read, found.doubt) == (text, None)


@pytest.mark.parametrize("encoding", LEGACY_ENCODINGS)
def test_a_page_of_french_is_read_without_a_doubt(encoding: str) -> None:
    text = " ".join(written_in(encoding))
    content = text.encode(encoding)
    found = legacy_encoding(gather(io.BytesIO(content)).letters)
    assert (content.decode(found.name), found.doubt) == (text, None)


def test_a_doubt_names_the_bytes_and_the_setting() -> None:
    doubt = legacy_encoding(gather(io.BytesIO(b"Caf\x8e")).letters).doubt
    assert doubt is not None
    assert "0x8E" in doubt
    assert "encoding: cp1252, macroman, cp850, cp437" in doubt


def test_each_file_of_a_source_is_judged_by_its_own_letters() -> None:
    mac, windows, plain = (
        gather(io.BytesIO(text.encode(encoding)))
        for text, encoding in (
            (" ".join(WORDS), "mac-roman"),
            (" ".join(WORDS), "cp1252"),
            ("Lyon 5 €", "cp1252"),
        )
    )
    read_as = [file_encoding(each, None, mac.letters).name for each in (mac, windows, plain)]
    assert read_as == ["macroman", "cp1252", "macroman"]
    assert file_encoding(mac, "cp850", mac.letters).name == "cp850"
