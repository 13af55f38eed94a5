"""Numbers in sentences: the words around them agree with them, in English and French."""

import pytest

from orchestration.counts import counts

ENGLISH = "{rows:row is|rows are} held ({rows:=it|they}, {rows})"
FRENCH = "{rows:ligne est tenue|lignes sont tenues} ({rows:=elle|elles}, {rows})"


@pytest.mark.parametrize(
    ("rows", "english", "french"),
    [
        (0, "0 rows are held (they, 0)", "0 ligne est tenue (elle, 0)"),
        (1, "1 row is held (it, 1)", "1 ligne est tenue (elle, 1)"),
        (2, "2 rows are held (they, 2)", "2 lignes sont tenues (elles, 2)"),
        (
            1234567,
            "1,234,567 rows are held (they, 1,234,567)",
            "1\u202f234\u202f567 lignes sont tenues (elles, 1\u202f234\u202f567)",
        ),
    ],
)
def test_the_words_agree_with_the_number(rows: int, english: str, french: str) -> None:
    assert ENGLISH.format(**counts("en", rows=rows)) == english
    assert FRENCH.format(**counts("fr", rows=rows)) == french
