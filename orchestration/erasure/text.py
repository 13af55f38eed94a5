"""What an erasure, and what is held about somebody, is told as.

What belongs here: the words, in both languages. What does not: finding and erasing.
"""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from orchestration.counts import counts
from orchestration.erasure.forgetting import Forgotten
from orchestration.erasure.holding import Held

_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "erased": "{people:person was|people were} erased from what is landed: {rows:row|rows}",
        "still": "still names them, for you to delete: {file} ({rows:row|rows})",
        "nobody": "nothing is held about whom you named; should they come again, they are landed "
        "erased",
        "held": "{file}, row {row} ({entity})",
        "held_load": "{file}, row {row} ({entity}), held back",
        "count": "{rows:row is|rows are} held about {people:person|people}",
        "none": "nothing is held about whom you named",
        "published": "published versions hold them as a pseudonym: {ids}",
    },
    "fr": {
        "erased": "{people:personne effacée|personnes effacées} des données chargées : "
        "{rows:ligne|lignes}",
        "still": "les nomme encore, à supprimer par vos soins : {file} ({rows:ligne|lignes})",
        "nobody": "rien n'est détenu sur la personne nommée ; si elle revenait, elle serait "
        "chargée effacée",
        "held": "{file}, ligne {row} ({entity})",
        "held_load": "{file}, ligne {row} ({entity}), lot retenu",
        "count": "{rows:ligne est détenue|lignes sont détenues} sur {people:personne|personnes}",
        "none": "rien n'est détenu sur la personne nommée",
        "published": "les versions publiées la connaissent sous un pseudonyme : {ids}",
    },
}


def lines_on_erased(
    erased: Forgotten, exports: Path, language: str, tell: Callable[[str], str] = str
) -> list[str]:
    """Return what was erased, and which files of the exports still name the people.

    `tell` returns what is told in place of a file's name, where it is kept what is told.
    """
    words = _WORDS[language]
    rows = sum(erased.files.values())
    if not erased.files:
        return [words["nobody"]]
    return [
        words["erased"].format(**counts(language, people=erased.people, rows=rows)),
        *(
            words["still"].format(file=tell(file), **counts(language, rows=count))
            for file, count in sorted(erased.files.items())
            if (exports / file.partition("!")[0]).exists()
        ),
    ]


def lines_on_held(held: Iterable[Held], people: int, language: str) -> list[str]:
    """Return everything that is held about people: a line per row, and one per cell of it."""
    words = _WORDS[language]
    lines: list[str] = []
    rows = 0
    for each in held:
        key = "held_load" if each.is_held_back else "held"
        lines.append(words[key].format(file=each.file, row=each.row, entity=each.entity))
        lines += [f"    {name}: {cell}" for name, cell in each.cells.items()]
        rows += 1
    if not rows:
        return [words["none"]]
    return [*lines, words["count"].format(**counts(language, rows=rows, people=people))]
