"""Text that was encoded twice: UTF-8 that some program took for cp1252 and wrote as UTF-8 again.

What belongs here: telling such text (`dÃ©pensÃ©` for `dépensé`) and reading it as it was meant, be
it a header or, as the codec `utf-8-twice`, a whole file. What does not: deciding about a file (see
`dialect.py`).

Only runs of characters that are one character of UTF-8 in cp1252 are read otherwise: an `Ã` that is
meant stands before no such character, and stays.
"""

import codecs
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

TWICE = "utf-8-twice"

_LONGEST = 3
_BYTES = {
    bytes([byte]).decode("cp1252", "ignore") or chr(byte): byte for byte in range(0x80, 0x100)
}
_CHARACTERS = {byte: character for character, byte in _BYTES.items()}
_CONTINUING = "".join(re.escape(_CHARACTERS[byte]) for byte in range(0x80, 0xC0))
_RUN = re.compile(f"[\u00c2-\u00df][{_CONTINUING}]|[\u00e2\u00ef][{_CONTINUING}]{{2}}")
_OPEN_RUN = re.compile(f"(?:[\u00c2-\u00ef]|[\u00e2\u00ef][{_CONTINUING}])\\Z")
_SIGNS = ("\u00c3", "\u00c2", "\u00e2\u20ac")
"""What any such text of a language of Western Europe has: looked for first, as it is quick."""


def count_twice(text: str) -> int:
    """Return how many characters belong to such runs."""
    if not any(sign in text for sign in _SIGNS):
        return 0
    return sum(len(run) for run in _RUN.findall(text))


def meant(text: str) -> str:
    """Return a text with such runs as they were meant."""
    return _RUN.sub(_meant, text)


def _meant(run: re.Match[str]) -> str:
    try:
        return bytes(_BYTES[character] for character in run.group()).decode()
    except UnicodeDecodeError:
        return run.group()


class _Decoder(codecs.BufferedIncrementalDecoder):
    """Decodes piece by piece; a run that a piece cuts is held until it is whole."""

    def _buffer_decode(self, data: "ReadableBuffer", errors: str, final: bool) -> tuple[str, int]:
        text, used = codecs.utf_8_decode(data, errors, final)
        cut = None if final else _OPEN_RUN.search(text[-_LONGEST:])
        if cut is not None:
            used -= len(cut.group().encode())
            text = text[: -len(cut.group())]
        return meant(text), used


def _decode(data: "ReadableBuffer", errors: str = "strict") -> tuple[str, int]:
    text, used = codecs.utf_8_decode(data, errors, True)
    return meant(text), used


def _codec(name: str) -> codecs.CodecInfo | None:
    if name.replace("_", "-") != TWICE:
        return None
    return codecs.CodecInfo(
        name=TWICE, encode=codecs.utf_8_encode, decode=_decode, incrementaldecoder=_Decoder
    )


codecs.register(_codec)
