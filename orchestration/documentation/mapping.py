"""The page about mapping files: the vocabulary with its examples, and one whole mapping.

What belongs here: `docs/mapping.md`, written from the vocabulary. What does not: what a word does
(see `orchestration/landing/mapping`).
"""

from collections.abc import Mapping

from orchestration.formats.descriptions import GENERIC, known_formats
from orchestration.landing.mapping.vocabulary import (
    CONDITIONS,
    DATE_EXAMPLES,
    MAKE,
    NUMBER_EXAMPLES,
    OPERATIONS,
    OPTIONS,
    OPTIONS_OF,
    SPECIAL,
    TABLE,
    TOP,
    Say,
)

_PREAMBLE = """\
# A mapping: any other table, and adjustments

Written by `make docs` from [`orchestration/landing/mapping`](../orchestration/landing/mapping);
do not edit it by hand. In French: [what is needed in short](#en-bref).

A sheet of your own, or the export of a tool that [is not read by itself](formats.md), is read
with a file `<source>.mapping.yml` **beside** the folder of that name in the exports. It says in a
few words which column means what; it holds no SQL. The same file adjusts a tool that is read
anyway.

## An example

`exports/suivi/suivi 2026.csv` (any name; `.xlsx` and zips just the same):

```csv
Suivi commercial 2026;;;;;;;
;;;;;;;
Entreprise;Contact;E-mail;Date d'entrée;RDV;Signé;Perdu;Montant HT
Kervanel SAS;Maëlle Kerguen;m@kervanel.example;05/01/26;07/01/26;20/01/26;-;12 500,50
KERVANEL SAS;Jonas Ehrlich;j@kervanel.example;06/01/26;08/01/26;-;22/01/26;3 000 €
Norvent Oy;Tomás Vidigal;;09/01/26;-;-;-;
```

`exports/suivi.mapping.yml`:

```yaml
empty: ["-", n/a]
dates: [dd/mm/yy]
numbers: ["1 234,56", "1 234,56 €"]
make:
  accounts:
    account_id: {id: [Entreprise]}
    name: Entreprise
  prospects:
    prospect_id: {id: [E-mail, Contact]}
    account_id: {id: [Entreprise]}
    last_name: Contact
    email: E-mail
    detected_at: Date d'entrée
  deals:
    leave_out: {no meeting yet: {empty: RDV}}
    deal_id: {id: [E-mail, Contact, Entreprise]}
    account_id: {id: [Entreprise]}
    prospect_id: {id: [E-mail, Contact]}
    stage: {last_filled_header: [RDV, Signé, Perdu]}
    status: {filled: {Signé: won, Perdu: lost}, otherwise: open}
    amount: Montant HT
    created_at: RDV
    closed_at: {first_filled: [Signé, Perdu]}
  deal_stages:
    each: [RDV, Signé, Perdu]
    deal_id: {id: [E-mail, Contact, Entreprise]}
    stage: $header
    entered_at: $cell
```

Two companies, three people and two deals come of it: one won with 12,500.50, one lost with 3,000.
The person without a meeting is no deal, and `meta.load_reconciliation` counts the row as left out
by `no meeting yet`.

## A tool that is read anyway

`exports/crm.mapping.yml`, when `exports/crm/` holds HubSpot's files. What your own stages mean is
what most people need; a property of your own goes where you want it. Where an adjustment says
nothing (an empty cell, a word that `values` does not name) the tool's format counts. A header is
one of the file's, or a column of the tool's table.

```yaml
stages: {Démo planifiée: open, Signé: won, Sans suite: lost}
adjust:
  accounts: {sector: Secteur NAF}
  deals: {status: {column: stage, values: {Abandonné: lost}}}
```

## Rules

- The names of entities and columns are those of the generic format: {entities}. A block needs
  the columns that a record of it must have. `status` of deals may be left out: it is then that
  of the stage, by `stages` or the reference table `funnel_stages`; a stage that neither knows
  makes an open deal that is told.
- A file is told by its headers, wherever in its first rows they stand: by `headers`, else by
  all single headers that the mapping uses. Of a list of headers one must be there. Headers that
  are not used are no error.
- Case, blanks around and the form of the apostrophe do not count in headers and words.
- Of `accounts`, `prospects`, `reps`, `campaigns` and `products` one row per id is made, the
  first; not where `updated_at` or `valid_from` is given. Of two tables, one of which tells all
  that the other does and more, the other only mentions: it counts for ids that the first lacks.
- A cell in none of the forms for days or numbers stays as it is: it is read when it reads one
  way only, else rejected or counted, and told. A word that `values` does not name stays as it
  is when there is no `otherwise`.
- Ids made of values are hashes: no name becomes an id. The same values give the same id in
  every table of the source.
- A mapping decides about nothing that is landed. Changed, it applies to all loads of its source
  at once, also to those whose exports are gone. What is wrong with it is said before anything
  is landed, all at once, with line and nearest word; the exit code is 2.
- A table may be several files, and a folder may hold several tables: `tables` names them, and
  each block of `make` says of which it is (`from`). A row may become rows of several entities.
- `<folder>.<name>.mapping.yml` is about those files of `<folder>` that it recognises, which are
  then the source `<folder>.<name>`; `downloads.hubspot.mapping.yml` adjusts HubSpot's files
  among others in `downloads`.
"""

_FRENCH = """\
## En bref

Un tableau maison, ou l'export d'un outil qui n'est pas lu tel quel, se lit avec un fichier
`<source>.mapping.yml` posé à côté du dossier de ce nom. `make` dit quelles lignes deviennent quoi
(`accounts` : entreprises, `prospects` : personnes, `deals` : affaires, `deal_stages` : passages
d'étape, `activities` : appels et messages) et quelle colonne du tableau remplit quelle colonne ;
`stages` dit ce que valent vos étapes ; `adjust` ajoute une propriété à un outil déjà lu. Les
formes `jj/mm/aaaa` et `jj/mm/aa` s'écrivent aussi en français. Une erreur donne la ligne et le
mot le plus proche, et rien n'est chargé tant qu'il en reste une.
"""


def mapping_page() -> str:
    """Return the page."""
    entities = ", ".join(f"`{name}`" for name in known_formats()[GENERIC].entities)
    options = {
        name: Say(f"{say.means} (of {_operations_with(name)})", say.example)
        for name, say in OPTIONS.items()
    }
    forms = (
        "Forms of days: "
        + ", ".join(f"`{form}`" for form in DATE_EXAMPLES)
        + ", and any other order of `dd`, `mm`, `yyyy` or `yy` with `/`, `.`, `-` or a blank "
        "between; a time of day may follow. Forms of numbers are 1234.56 as it would be written: "
        + ", ".join(f"`{form}`" for form in NUMBER_EXAMPLES)
        + "; `12,5 %` is 0.125.\n"
    )
    return "\n".join(
        [
            _PREAMBLE.replace("{entities}", entities),
            _table("The file", TOP),
            _table("A table (`tables`)", TABLE),
            _table("A block of `make`, besides the entity's columns", MAKE),
            _table("A value", {"a header": _HEADER, **OPERATIONS}),
            _table("What may stand beside it", options),
            _table("A condition (`leave_out`)", CONDITIONS),
            _table("Words with a meaning of their own", {w: Say(t, w) for w, t in SPECIAL.items()}),
            forms,
            _FRENCH,
        ]
    )


def _operations_with(option: str) -> str:
    return ", ".join(f"`{name}`" for name, own in OPTIONS_OF.items() if option in own)


_HEADER = Say("the cell below that header; of a list the first that is filled", "[E-mail, Email]")


def _table(title: str, words: Mapping[str, Say]) -> str:
    rows = [f"| `{word}` | {say.means} | `{say.example}` |" for word, say in words.items()]
    lines = [f"## {title}", "", "| word | what it means | example |", "| --- | --- | --- |", *rows]
    return "\n".join(lines).replace("| `a header` |", "| a header |") + "\n"
