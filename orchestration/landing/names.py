"""People's names in the form in which they are compared.

What belongs here: folding a name. What does not: addresses (see `addresses.py`).
"""

import re
import unicodedata


def folded_words(text: str) -> list[str]:
    """Return the words of a name as they are compared: letters only, no case, no accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return re.findall(r"[^\W\d_]+", plain)


def full_name(*names: str | None) -> str | None:
    """Return a full name as it is compared: its words in one order; None for fewer than two."""
    words = [word for name in names if name for word in folded_words(name)]
    return " ".join(sorted(words)) if len(words) > 1 else None
