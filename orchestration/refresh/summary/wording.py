"""The words of the text that ends a refresh, in both languages.

What belongs here: short texts and which language they are in. What does not: what is said of a
rule (see `dashboard/texts/`), and numbers (see `figures.py`).
"""

from typing import Literal

Language = Literal["fr", "en"]

_WORDS: dict[str, dict[Language, str]] = {
    "source": {"fr": "Source", "en": "Source"},
    "records": {"fr": "enregistrements", "en": "records"},
    "unreadable": {"fr": "illisibles", "en": "unreadable"},
    "landed": {"fr": "chargés", "en": "landed"},
    "rejected": {"fr": "dont rejetés", "en": "of which rejected"},
    "kpi": {"fr": "Indicateur", "en": "KPI"},
    "month": {"fr": "mois", "en": "month"},
    "value": {"fr": "valeur", "en": "value"},
    "change": {"fr": "évolution", "en": "change"},
    "days": {"fr": "j", "en": "days"},
    "hours": {"fr": "h", "en": "h"},
    "months": {"fr": "mois", "en": "months"},
    "point": {"fr": "pt", "en": "pt"},
    "points": {"fr": "pts", "en": "pts"},
    "input": {"fr": "Données reçues", "en": "What came in"},
    "headlines": {"fr": "Chiffres clés (au {as_of})", "en": "Headline figures (as of {as_of})"},
    "no_figures": {
        "fr": "Aucun mois complet : pas encore de chiffres clés.",
        "en": "No complete month: no headline figures yet.",
    },
    "to_check": {
        "fr": "À vérifier : ce qui n'a pas été lu, ou n'est pas compté",
        "en": "To check: what was not read, or is not counted",
    },
    "unread_rows": {
        "fr": "{rows} sur {landed:ligne|lignes}",
        "en": "{rows} of {landed:row|rows}",
    },
    "rejected_rows": {"fr": "lignes rejetées", "en": "rows rejected"},
    "left_empty": {"fr": "laissées vides", "en": "left empty"},
    "kept": {"fr": "gardées telles quelles", "en": "kept as they are"},
    "hint_date_order": {
        "fr": "indiquez date_order pour la source dans sources.yml : iso, dmy ou mdy",
        "en": "set the source's date_order in sources.yml: iso, dmy or mdy",
    },
    "hint_two_digit_year": {
        "fr": "indiquez two_digit_years: true et date_order dans sources.yml, ou exportez en "
        "AAAA-MM-JJ",
        "en": "set the source's two_digit_years: true and date_order in sources.yml, or export as "
        "YYYY-MM-DD",
    },
    "hint_excel_date": {
        "fr": "indiquez excel_dates: true dans sources.yml (46270 est alors le 2026-09-05 ; "
        "1904 pour un ancien Mac), ou exportez en AAAA-MM-JJ",
        "en": "set the source's excel_dates: true in sources.yml (46270 is then 2026-09-05; 1904 "
        "for an old Mac), or export as YYYY-MM-DD",
    },
    "hint_no_date": {
        "fr": "exportez en AAAA-MM-JJ ; ce jour n'existe peut-être pas",
        "en": "export as YYYY-MM-DD; the day may not exist",
    },
    "hint_point_zero": {
        "fr": "exportez la colonne comme du texte : 1.0 et 1 sont deux enregistrements",
        "en": "export the column as text: 1.0 and 1 are two records",
    },
    "hint_decimal": {
        "fr": "montants sans devise ; si 1.500 ou 1,500 peut se lire de deux façons, indiquez "
        "decimal pour la source dans sources.yml",
        "en": "amounts carry no currency; where 1.500 or 1,500 reads two ways, set the source's "
        "decimal in sources.yml",
    },
    "restated": {
        "fr": "Périodes closes : {changed:valeur|valeurs} sur {closed} "
        "{changed:=n'est plus celle|ne sont plus celles} de la version {version}",
        "en": "Closed periods: {changed} of {closed} values {changed:=is not that|are not those} "
        "of version {version}",
    },
    "restated_by": {"fr": "  {count} : {reason}", "en": "  {count}: {reason}"},
    "restated_unexplained": {
        "fr": "  {unexplained} : rien de déclaré ne l'explique, en deçà des limites de gates.yml",
        "en": "  {unexplained}: nothing declared explains it, within the limits of gates.yml",
    },
    "own_without_value": {
        "fr": "Indicateurs de kpis.yml sans valeur",
        "en": "KPIs of kpis.yml without a value",
    },
    "own_not_supplied": {"fr": "il manque {files}", "en": "{files} is missing"},
    "own_not_seen": {"fr": "jamais observé ({event})", "en": "never seen yet ({event})"},
    "own_no_value": {"fr": "pas encore de valeur", "en": "no value yet"},
    "or": {"fr": " ou ", "en": " or "},
    "first_case": {
        "fr": "par exemple dans {file}, ligne {row}",
        "en": "first in {file}, row {row}",
    },
    "more_to_check": {
        "fr": "et {n:autre|autres} : meta.data_quality et meta.rejects",
        "en": "and {n} more: meta.data_quality and meta.rejects",
    },
    "hint_rounded_id": {
        "fr": "exportez-le à nouveau sans passer par un tableur",
        "en": "export it again, not through a spreadsheet",
    },
    "hint_encoding": {
        "fr": "indiquez encoding pour la source dans sources.yml",
        "en": "set the source's encoding in sources.yml",
    },
    "hint_closed_list": {
        "fr": "les mots permis sont dans orchestration/formats/generic.yml",
        "en": "the words allowed are in orchestration/formats/generic.yml",
    },
    "hint_cell_count": {
        "fr": "exportez le fichier à nouveau avec chaque cellule entre guillemets",
        "en": "export the file again with every cell in quotes",
    },
    "hint_no_exchange_rate": {
        "fr": "ajoutez son taux à fx_rates.csv",
        "en": "add its rate to fx_rates.csv",
    },
    "hint_same_key_in_one_load": {
        "fr": "une seule de ces lignes compte ; la colonne clé est-elle la bonne ?",
        "en": "only one of these rows counts; is the key column the right one?",
    },
    "hint_amount_too_large": {
        "fr": "vérifiez le montant à la source",
        "en": "check the amount at its source",
    },
    "hint_outside_calendar": {
        "fr": "vérifiez les dates à la source",
        "en": "check the dates at their source",
    },
    "hint_decided_after_its_load": {
        "fr": "vérifiez la date de décision à la source",
        "en": "check the day of the decision at its source",
    },
    "more_kinds": {"fr": "et {n:autre|autres}", "en": "and {n} more"},
    "hint_unknown_stage": {
        "fr": "ouvertes, hors du pipeline pondéré ; dites ce que signifie chaque étape dans "
        "reference/funnel_stages.csv (stage,outcome : open, won ou lost) ou dans le mapping",
        "en": "open, outside the weighted pipeline; say what each stage means in "
        "reference/funnel_stages.csv (stage,outcome: open, won or lost) or in the mapping",
    },
    "hint_closed_without_a_day": {
        "fr": "exportez la date de fermeture, ou complétez-la à la source",
        "en": "export the closing date, or fill it in at the source",
    },
    "hint_orphan_reference": {
        "fr": "exportez ce qui est désigné, ou indiquez refers_to pour la source dans sources.yml",
        "en": "export what is referred to, or set the source's refers_to in sources.yml",
    },
    "hint_undated_detection": {
        "fr": "exportez aussi leur date de création, en colonne detected_at",
        "en": "export the day of their creation, too, as the column detected_at",
    },
    "hint_nobody_found": {
        "fr": "exportez les prospects avec leur e-mail ou leur téléphone",
        "en": "export the prospects with their e-mail or phone",
    },
    "remark": {"fr": "remarque", "en": "remark"},
    "unusual": {"fr": "Inhabituel", "en": "Unusual"},
    "unusual_kpi": {
        "fr": "{name} : {value} en {month}, contre {usual} d'habitude",
        "en": "{name}: {value} in {month}, usually about {usual}",
    },
    "nothing_counted": {
        "en": "None of what came in is counted by any KPI: companies and reps alone make no "
        "figures, and neither do rows that were all rejected. There is no dashboard yet.",
        "fr": "Rien de ce qui a été reçu n'entre dans un indicateur : ni des sociétés et des "
        "commerciaux seuls, ni des lignes toutes rejetées. Il n'y a pas encore de tableau de bord.",
    },
    "silent_source": {
        "fr": "Source {source} : dernier événement le {day}, il y a {days} jours ; "
        "l'export est-il toujours déposé ?",
        "en": "Source {source}: its latest event is of {day}, {days} days ago; "
        "is it still exported?",
    },
    "silent": {
        "fr": "Aucune source n'a d'événement depuis le {day}, il y a {days} jours ; "
        "les exports sont-ils toujours déposés ?",
        "en": "No source has an event since {day}, {days} days ago; are they still exported?",
    },
    "shrunk_table": {
        "fr": "Table {name} : {now:ligne|lignes}, contre {then} dans la version précédente",
        "en": "Table {name}: {now:row|rows}, where the previous version had {then}",
    },
    "more_unusual": {
        "fr": "et {count:autre|autres} : voir « Qualité des données » dans le tableau de bord",
        "en": "and {count} more: see “Data quality” in the dashboard",
    },
    "unchanged": {
        "fr": "Rien de nouveau : la version publiée reste (`--full-refresh` la reconstruit).",
        "en": "Nothing new: the published version stays (`--full-refresh` builds it again).",
    },
    "published": {"fr": "Publié", "en": "Published"},
    "held_back": {
        "fr": "Publié sans une partie des données :",
        "en": "Published without part of the input:",
    },
}


def words(language: Language) -> dict[str, str]:
    """Return the words in one language, by key."""
    return {key: texts[language] for key, texts in _WORDS.items()}
