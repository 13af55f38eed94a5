"""The words of an inspection, in both languages.

What belongs here: short texts. What does not: which are said (see `text.py` and `decisions.py`);
hints that a refresh gives, too (see `refresh/summary/wording.py`).
"""

from collections.abc import Mapping

from orchestration.refresh.summary.wording import Language

_WORDS: Mapping[str, Mapping[Language, str]] = {
    "title": {
        "en": "{exports}: {files:file|files} in {seconds} s; nothing was built or kept",
        "fr": "{exports} : {files:fichier|fichiers} en {seconds} s ; rien n'a été construit ni "
        "conservé",
    },
    "generic": {"en": "files of the generic format", "fr": "fichiers du format générique"},
    "mapped": {"en": "tables read by its mapping", "fr": "tables lues par son mapping"},
    "file": {"en": "file", "fr": "fichier"},
    "table": {"en": "table", "fr": "table"},
    "rows": {"en": "rows", "fr": "lignes"},
    "sure": {"en": "columns known", "fr": "colonnes connues"},
    "written": {"en": "written in", "fr": "écriture"},
    "comma": {"en": "comma", "fr": "virgule"},
    "semicolon": {"en": "semicolon", "fr": "point-virgule"},
    "tab": {"en": "tab", "fr": "tabulation"},
    "pipe": {"en": "pipe", "fr": "barre"},
    "header_row": {"en": "header in row {row}", "fr": "en-tête en ligne {row}"},
    "around": {"en": "no rows: {rules}", "fr": "hors lignes : {rules}"},
    "workbook": {"en": "workbook", "fr": "classeur"},
    "rejected": {
        "en": "rows with a wrong number of cells: {n}",
        "fr": "lignes au mauvais nombre de cellules : {n}",
    },
    "competing": {"en": "also like {tables}", "fr": "ressemble aussi à {tables}"},
    "more_files": {
        "en": "and {n} more, {rows:row|rows} (--all lists {n:=it|them})",
        "fr": "et {n} de plus, {rows:ligne|lignes} (--all {n:=l'énumère|les énumère})",
    },
    "becomes": {"en": "becomes", "fr": "devient"},
    "merged": {"en": "{n} merged", "fr": "{n} fusionnées"},
    "left_out": {"en": "left out: {rules}", "fr": "laissées de côté : {rules}"},
    "columns": {"en": "Columns", "fr": "Colonnes"},
    "empty": {"en": "{share} empty", "fr": "{share} vide"},
    "example": {"en": "e.g. {cell}", "fr": "p. ex. {cell}"},
    "decimal_comma": {"en": "decimal comma", "fr": "virgule décimale"},
    "decimal_point": {"en": "decimal point", "fr": "point décimal"},
    "form_excel": {"en": "a spreadsheet's number", "fr": "numéro de tableur"},
    "form_month_name": {"en": "month in letters", "fr": "mois en lettres"},
    "form_other": {"en": "no known form of a day", "fr": "forme de date inconnue"},
    "form_unclear": {
        "en": "day or month first? no cell tells",
        "fr": "jour ou mois d'abord ? rien ne le dit",
    },
    "unused": {
        "en": "kept but not used ({n}): {names}",
        "fr": "gardées mais non utilisées ({n}) : {names}",
    },
    "others": {"en": "Not read", "fr": "Non lus"},
    "ignored": {
        "en": "no tables ({n}): {names}",
        "fr": "pas des tables ({n}) : {names}",
    },
    "members": {
        "en": "tables that become nothing here, beside those that are read ({n}): {names}",
        "fr": "tables sans usage ici, à côté de celles qui sont lues ({n}) : {names}",
    },
    "nearest": {
        "en": "nearest: {table}, which lacks {columns}",
        "fr": "la plus proche : {table}, où il manque {columns}",
    },
    "has_columns": {"en": "columns: {names}", "fr": "colonnes : {names}"},
    "and_more": {"en": "and {n} more", "fr": "et {n} de plus"},
    "decide": {"en": "For you to decide", "fr": "À vous de décider"},
    "remarks": {"en": "Remarks", "fr": "Remarques"},
    "understood": {"en": "Everything is understood.", "fr": "Tout est compris."},
    "unknown_stages": {
        "en": "{source}: nothing tells what some stages mean ({stages}); {deals} of its deals "
        "({share}) {deals:=counts|count} as open by them. Write into reference/funnel_stages.csv, "
        "with open, won or lost:",
        "fr": "{source} : rien ne dit ce que {stages:=signifie|signifient} {stages:étape|étapes} ; "
        "{deals:affaire compte|affaires comptent} ({share}) comme {deals:=ouverte|ouvertes}. "
        "Écrivez dans reference/funnel_stages.csv, avec open, won ou lost :",
    },
    "stages": {"en": "Stages", "fr": "Étapes"},
    "stage": {"en": "stage", "fr": "étape"},
    "open": {"en": "open", "fr": "ouvertes"},
    "won": {"en": "won", "fr": "gagnées"},
    "lost": {"en": "lost", "fr": "perdues"},
    "unknown": {"en": "unknown", "fr": "inconnues"},
    "unknown_outcomes": {
        "en": "{source}: {outcomes:outcome has|outcomes have} no meaning "
        "({rows:activity counts|activities count} as plain touches). Write into "
        "reference/activity_outcomes.csv:",
        "fr": "{source} : {outcomes:résultat n'a|résultats n'ont} pas de sens défini "
        "({rows:activité compte|activités comptent} comme simples actions). Écrivez dans "
        "reference/activity_outcomes.csv :",
    },
    "meaning": {"en": "<meaning>", "fr": "<sens>"},
    "no_rate": {
        "en": "{source}: {rows:amount|amounts} in {currency} {rows:=has|have} no exchange rate. "
        "Write into a fx_rates.csv of any source:",
        "fr": "{source} : {rows:montant|montants} en {currency} {rows:=n'a|n'ont} pas de taux de "
        "change. Écrivez dans un fx_rates.csv d'une source :",
    },
    "unread": {
        "en": "{source}: {column}: {rows} of {of:cell|cells}: {rule} ({examples}); {outcome}",
        "fr": "{source} : {column} : {rows:cellule|cellules} sur {of} : {rule} ({examples}) ; "
        "{outcome}",
    },
    "row_rejected": {"en": "the rows are rejected", "fr": "les lignes sont rejetées"},
    "cell_empty": {"en": "the cells count as empty", "fr": "les cellules comptent comme vides"},
    "id_kept": {"en": "ids are kept as they are", "fr": "les identifiants sont gardés tels quels"},
    "word_other": {"en": "counted as “{word}”", "fr": "comptés comme « {word} »"},
    "rule_other_word": {"en": "words not in the list", "fr": "mots hors de la liste"},
    "write_settings": {"en": "write into sources.yml:", "fr": "écrivez dans sources.yml :"},
    "or_other": {"en": "# or {other}", "fr": "# ou {other}"},
    "refused": {"en": "{file} is refused: {reason}", "fr": "{file} est refusé : {reason}"},
    "doubtful": {
        "en": "{file} is taken for {table}, of which it has {matched} of {columns} columns; "
        "if it is another table, put it into a folder of its own with a mapping (docs/mapping.md)",
        "fr": "{file} est pris pour {table}, dont il a {matched} des {columns} colonnes ; si c'est "
        "une autre table, mettez-la dans un dossier à part avec un mapping (docs/mapping.md)",
    },
    "nothing_read": {
        "en": "no file of this folder is read",
        "fr": "aucun fichier de ce dossier n'est lu",
    },
    "stranger": {
        "en": "{file} is of no table that is known: {reason}",
        "fr": "{file} ne correspond à aucune table connue : {reason}",
    },
    "mapping_written": {
        "en": "a starting mapping is written: {mapping} ({files})",
        "fr": "un premier mapping est écrit : {mapping} ({files})",
    },
    "write_mapping": {
        "en": "--write-mapping writes a starting mapping for them beside the exports",
        "fr": "--write-mapping écrit un premier mapping pour eux à côté des exports",
    },
    "mapping_head": {
        "en": "A mapping to start from, guessed from headers and first rows: docs/mapping.md says "
        "what the words mean.\nDecide the lines that end in “# ? …”, then inspect again.",
        "fr": "Un mapping pour commencer, deviné d'après les en-têtes et les premières lignes : "
        "docs/mapping.md explique les mots.\nTranchez les lignes finissant par « # ? … », puis "
        "inspectez à nouveau.",
    },
    "mapping_unused": {"en": "not used", "fr": "non utilisées"},
    "decide_stage": {"en": "open, won or lost?", "fr": "open, won ou lost ?"},
    "decide_status": {
        "en": "which are won, which lost?",
        "fr": "lesquelles won, lesquelles lost ?",
    },
    "decide_order": {"en": "in this order?", "fr": "dans cet ordre ?"},
    "decide_created": {
        "en": "is this when the row begins?",
        "fr": "est-ce la date d'entrée de la ligne ?",
    },
    "decide_days": {
        "en": "day first or month first? no cell tells",
        "fr": "jour ou mois d'abord ? aucune cellule ne le dit",
    },
    "decide_id": {
        "en": "what tells one deal from another?",
        "fr": "qu'est-ce qui distingue une affaire d'une autre ?",
    },
    "links": {
        "en": "References that find their record",
        "fr": "Références qui trouvent leur fiche",
    },
    "link": {"en": "reference", "fr": "référence"},
    "to": {"en": "to", "fr": "vers"},
    "filled": {"en": "filled", "fr": "remplies"},
    "found": {"en": "found", "fr": "trouvées"},
    "person": {"en": "by id or address", "fr": "par id ou adresse"},
    "all_found": {
        "en": "all others find all their records ({n})",
        "fr": "toutes les autres trouvent toutes leurs fiches ({n})",
    },
    "kpis": {
        "en": "KPIs supplied: {n} of {of}",
        "fr": "Indicateurs alimentés : {n} sur {of}",
    },
    "no_kpis": {
        "en": "This supplies no KPI.",
        "fr": "Cela n'alimente aucun indicateur.",
    },
    "of": {"en": "{n} of {of}", "fr": "{n} sur {of}"},
    "pages": {"en": "Pages", "fr": "Pages"},
    "without": {"en": "{page} (without {kinds})", "fr": "{page} (sans {kinds})"},
    "more": {
        "en": "What would supply more KPIs, each counted beyond those above it",
        "fr": "Ce qui alimenterait d'autres indicateurs, chacun en plus des précédents",
    },
    "advice": {
        "en": "+{n}: {table} of {tool} ({click_path}): {names}",
        "fr": "+{n} : {table} de {tool} ({click_path}) : {names}",
    },
    "advice_connector": {
        "en": "+{n}: {table} of {tool}, through the connector: {names}",
        "fr": "+{n} : {table} de {tool}, par le connecteur : {names}",
    },
    "advice_entity": {
        "en": "+{n}: {what}, from {tools} or as {entity}.csv: {names}",
        "fr": "+{n} : {what}, de {tools} ou en {entity}.csv : {names}",
    },
    "advice_file": {
        "en": "+{n}: {what}, as {entity}.csv: {names}",
        "fr": "+{n} : {what}, en {entity}.csv : {names}",
    },
    "days_written": {"en": "days: {forms}", "fr": "dates : {forms}"},
    "numbers_written": {"en": "numbers: {forms}", "fr": "nombres : {forms}"},
    "of_columns": {
        "en": "{form} ({n:column|columns}, e.g. {place} {cell})",
        "fr": "{form} ({n:colonne|colonnes}, p. ex. {place} {cell})",
    },
    "all_columns": {
        "en": "{n:column|columns} in use; --all says what {n:=it|each} becomes",
        "fr": "{n:colonne utilisée|colonnes utilisées} ; --all dit ce que devient chacune",
    },
}


def inspection_words(language: Language) -> dict[str, str]:
    """Return the words in one language, by key."""
    return {key: texts[language] for key, texts in _WORDS.items()}
