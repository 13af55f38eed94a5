"""Why a file is not read, in French: no phrase that landing says is left in English."""

import gzip
import re
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import yaml

from orchestration.formats.descriptions import GENERIC, known_formats
from orchestration.landing.reasons import reason_in
from orchestration.landing.workbooks import Remarks
from orchestration.refresh.left_out import lines_on_left_out, lines_on_nothing
from orchestration.validation import batches
from orchestration.validation.batch_measures import MEASURES
from orchestration.validation.batches import rules

ENGLISH = re.compile(r"\b(the|is|are|was|not|its|and|but|or|it|export it|of)\b")

BATCH_THRESHOLDS = Path(batches.__file__).with_name("batch_thresholds.yml")

FILES = {
    "accounts.csv": "",
    "deals.csv": "deal_id,stage,state\n1,x,won\n",
    "reps.csv": "rep_id,name,NAME\n1,a,b\n",
    "products.csv": "1,Acme\n2,Bolt\n",
    "orders.csv": "\n\n",
    "costs.csv": "Titre,Somme\nSalon,120\n",
    "quotes.csv": "dealname,dealstage\nBig,won\n",
    "tickets.csv": 'ticket_id,opened_at,category\n1,2026-01-01,"complaint\n2,2026-01-02,question\n',
    "reviews.csv.gz": "no gzip",
    "targets.csv.gz": gzip.compress(b""),
    "campaigns.csv": "%PDF-1.4\n",
    "links.csv": "<html><body>Please log in</body></html>",
    "contracts.parquet": "no parquet",
    "referrals.zip": "no zip",
    "activities.xlsx": "PK",
    "deals.xls": "x",
    "deals.xlsb": "x",
    "deals.ods": "x",
    "orders.xlsx": "a,b",
    "costs.xlsx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "reps.xlsx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
    "notes.pdf": "%PDF",
    "prospects.csv.part": "",
    "prospetcs.csv": "prospect_id,detected_at\n",
    "activity.csv": "activity_id,type,due\n",
    "acount.csv": "",
    "Account.csv": "Id,IsDeleted\n1,0\n",
    "other.csv": "a,b\n1,2\n",
    "old/accounts.csv": "account_id,name\n",
}


def test_a_reason_is_wholly_in_french(desk: Any) -> None:
    for name, content in FILES.items():
        desk.put(f"crm/{name}", content)
    found = {file.file: file.reason for file in desk.land().files}
    assert len(found) == len(FILES)
    quoted = re.compile(r"« .*? »|\(.*?\)|'.*?'")
    left = {
        file: reason_in(str(reason), "fr")
        for file, reason in found.items()
        if ENGLISH.search(quoted.sub("", reason_in(str(reason), "fr")))
    }
    assert left == {}
    assert all(reason_in(str(reason), "en") == reason for reason in found.values())


def test_what_a_sheet_does_not_tell_is_said_wholly_in_french() -> None:
    said = reason_in(str(Remarks(["#N/A in A1"] * 9, ["B1"], ["A1:B2"])), "fr")
    assert not ENGLISH.search(re.sub(r"\(.*?\)", "", said))


def test_why_a_batch_is_held_back_is_wholly_in_french() -> None:
    thresholds = yaml.safe_load(BATCH_THRESHOLDS.read_text(encoding="utf-8"))
    said = [f"{rule.says}; here: entity deals, column amount 31%" for rule in rules(thresholds)]
    assert len(said) == len(MEASURES) + 1
    left = [line for line in said if ENGLISH.search(reason_in(line, "fr"))]
    assert left == []
    ending = " ; ici : entité deals, colonne amount 31%"
    assert all(reason_in(line, "fr").endswith(ending) for line in said)


SEEN = (
    "100% of 29 now, 0% of 709 in 35 loads before",
    "12 of 12 records that were lost are won now",
    "amounts of 40 known records are 10 times as large as before",
    "amounts of 40 known records are 10 times as small as before",
    "9 amounts are about 105 times as large as those of 35 loads before",
    "9 amounts are about 105 times as small as those of 35 loads before",
    "40 known records are 24.0 hours earlier than before",
    "40 known records are 24.0 hours later than before",
    "519 moments begin and end at least 3.0 hours later in the day than in 35 loads before",
    "519 moments begin and end at least 3.0 hours earlier in the day than in 35 loads before",
    "in 50 of 50 known records it holds what the column city held before, and the other way round",
    "it holds what the column rep_id held before, and the other way round",
    "its newest record is 14 days older than that of the load before, of which 8 of 8 newer "
    "records are missing",
    "each rep has 18.6 touches a day, 39.3 usually, and all are there from morning to evening",
    "380 of 410 rows stand word for word under another key in this file or one before, 0% in the "
    "load before",
)
"""What is said of a batch, beside the rule that it breaks."""


@pytest.mark.parametrize("seen", SEEN)
def test_what_was_seen_of_a_batch_is_wholly_in_french(seen: str) -> None:
    said = reason_in(f"amounts; here: entity deals, column amount: {seen}", "fr")
    assert not ENGLISH.search(said)
    assert all(number in said for number in re.findall(r"[0-9.]+", seen))


def test_a_reason_keeps_what_it_names() -> None:
    reason = (
        "the required column 'stage' is missing; the nearest header is 'étape': rename it to "
        "'stage' if it is that column; the required column 'status' is missing; the nearest "
        "header is 'étape': rename it to 'status' if it is that column"
    )
    assert reason_in(reason, "fr") == (
        "la colonne obligatoire « stage » manque ; l'en-tête le plus proche est « étape » : "
        "renommez-le en « stage » s'il s'agit de cette colonne; la colonne obligatoire "
        "« status » manque ; l'en-tête le plus proche est « étape » : renommez-le en « status » "
        "s'il s'agit de cette colonne"
    )


def test_what_everybody_may_read_quotes_nothing_of_the_file(desk: Any) -> None:
    """The first row of a file without a header is a person."""
    desk.put("crm/prospects.csv", "Zoé Martin,zoe@example.org\nMax Petit,max@example.org\n")
    desk.put("crm/costs.csv", "cost_id,montant\n1,2\n")
    older = (
        "no header row: the first row ('Zoé Martin', 'zoe@example.org') names no required column "
        "of prospects; it must name at least 'prospect_id'"
    )
    found = {file.file: str(file.reason) for file in desk.land().files}
    assert found["crm/prospects.csv"] == older.replace(
        "'Zoé Martin', 'zoe@example.org'", "cells: 2"
    )
    assert reason_in(found["crm/prospects.csv"], "fr").startswith(
        "pas de ligne d'en-tête : la première ligne (cellules : 2) ne nomme aucune"
    )
    assert reason_in(older, "en", is_quoting=False) == older.replace(
        "'Zoé Martin', 'zoe@example.org'", "…"
    )
    assert reason_in(found["crm/costs.csv"], "fr", is_quoting=False).startswith(
        "la colonne obligatoire « incurred_on » manque"
    )
    assert "montant" not in reason_in(found["crm/costs.csv"], "fr", is_quoting=False)


PERSON = "Zoé Martin"


@pytest.mark.parametrize(
    ("name", "row", "told"),
    [
        ("prospects.csv", "Zoé Martin,zoe@example.org\n", "cells: 2"),
        ("activities.csv", "Zoé Martin,email,Call\n", "'email'"),
        ("links.csv", f"prospect 1d,{PERSON}\n", "cells: 2"),
        ("accounts.csv", f"account_id,{PERSON}\n1,x\n", "header is in cell 2: rename it to 'name'"),
        ("deals.csv", f"dealname,dealstage,amount,{PERSON}\n", "'dealname', 'dealstage', 'amount'"),
        ("reps.csv", f"rep_1d,{PERSON}\n", "; rename cell 1 of it to 'rep_id'"),
        ("contacts_2.csv", f"{PERSON},zoe@example.org\n", "neither the name"),
        ("a.zip", "", "refused"),
    ],
)
def test_no_reason_and_nothing_that_is_kept_quotes_a_cell(
    desk: Any, name: str, row: str, told: str
) -> None:
    """What is kept is published; what is printed of a file that is not read is mailed."""
    desk.put(f"crm/{name}", row * 3 or "no zip")
    desk.put("crm/costs.csv", "cost_id,incurred_on,amount\n1,2026-01-01,2\n")
    report = desk.land()
    (file,) = [each for each in report.files if each.file != "crm/costs.csv"]
    assert told in f"{file.outcome}: {file.reason}"
    texts = [*lines_on_left_out(report, "en"), *lines_on_left_out(report, "fr")]
    texts += lines_on_nothing(report, "exports", known_formats()[GENERIC], "en")
    for kept in ("_loads", "_outside"):
        for path in desk.paths.landing.glob(f"{kept}/*.parquet"):
            texts.append(str(pq.read_table(path).to_pylist()))
    assert texts
    assert not [text for text in texts if "Zoé" in text or "zoe@" in text or "prospect 1d" in text]
