"""The rows of the demo that are wrong on purpose.

Real exports hold such rows, so the demo does: whoever runs it sees them rejected, flagged or set
apart, each under its name. What belongs here: the lines, word for word, and what the contract
says becomes of them. They close their file, after the rows that are right.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Flaw:
    """One wrong line of one file (`crm/deals.csv`): either `line`, or a repeated row.

    `repeats` is the number of the row that comes twice (1 = the first below the header).
    """

    file: str
    record: str
    what: str
    expected: str
    line: str = ""
    repeats: int | None = None


FLAWS = (
    Flaw(
        "crm/accounts.csv",
        "A0000001",
        "an older copy of a record, after the newer one",
        "superseded: the newest `updated_at` wins, not the last line",
        "A0000001,Ancienne raison sociale,,,,,FR,,,,R01,2025-01-06,2025-01-06",
    ),
    Flaw(
        "crm/accounts.csv",
        "A9000001",
        "a company typed in a second time",
        "one company with A0000010, by `crm/links.csv`",
        "A9000001,Saisie en double,,,,,FR,,,,R01,2026-01-12,2026-01-12",
    ),
    Flaw(
        "crm/prospects.csv",
        "P9000001",
        "a test person (`is_test` = oui)",
        "out of every KPI, with the two activities that hang on it",
        "P9000001,,Prospect,D'essai,,,,,,,R01,2026-05-04 09:00,,,,,2026-05-04 09:00,oui",
    ),
    Flaw(
        "crm/prospects.csv",
        "P9000002",
        "a colleague typed in as a prospect (internal e-mail domain)",
        "a test record, by `internal_domains`",
        "P9000002,,Camille,Interne,camille.interne@brelune.example,,,,,Site web,R02,"
        "2026-05-05 10:30,,,,,2026-05-05 10:30,",
    ),
    Flaw(
        "crm/prospects.csv",
        "P9000003",
        "detected on 31 February",
        "rejected: a required value does not parse",
        "P9000003,A0000001,Loïc,Ravenelle,,,,,,Salon,R01,2026-02-31,,,,,2026-03-02 08:45,",
    ),
    Flaw(
        "crm/prospects.csv",
        "P9000004",
        "`qualified_at` is a word",
        "kept; the value is null, with an issue",
        "P9000004,A0000002,Inès,Sombreval,,,,,,Salon,R01,2026-03-25 14:10,bientôt,,,,"
        "2026-03-25 14:10,",
    ),
    Flaw(
        "crm/prospects.csv",
        "P9000005",
        "a comma without quotes: one cell too many",
        "structural reject at landing",
        "P9000005,A0000003,Éloi,Varenges,,,,Directeur, adjoint,,Partenaire,R03,"
        "2026-04-02 11:00,,,,,2026-04-02 11:00,",
    ),
    Flaw(
        "crm/prospects.csv",
        "P9000006",
        "belongs to an account that no file has",
        "kept; the reference is counted and joins to (unknown)",
        "P9000006,A9999999,Solène,Jarnoux,solene.jarnoux@introuvable.example,,,,,LinkedIn,R02,"
        "2026-04-08 16:20,,,,,2026-04-08 16:20,",
    ),
    Flaw(
        "crm/prospects.csv",
        "P9000007",
        "a person typed in a second time, without any address",
        "one person with P0000020, by `crm/links.csv`",
        "P9000007,,Saisie,En double,,,,,,Salon,R02,2026-03-26 10:00,,,,,2026-03-26 10:00,",
    ),
    Flaw("crm/prospects.csv", "row 3", "the same line twice", "a duplicate", repeats=3),
    Flaw(
        "crm/deals.csv",
        "D900001",
        "closed before it was created",
        "kept and counted as lost; left out of the durations",
        "D900001,A0000004,,R04,Nouveaux clients,Perdue,lost,6400.00,EUR,2026-03-10 09:30,"
        "2026-04-30,2026-02-20 17:00,Prix,PR-LOG-01,2026-03-10 09:30",
    ),
    Flaw(
        "crm/deals.csv",
        "D900002",
        "a status outside the closed list",
        "rejected",
        "D900002,A0000005,,R05,Nouveaux clients,Proposition,en attente,3900.00,EUR,"
        "2026-06-03 11:15,2026-09-15,,,PR-MNT-01,2026-06-10 10:00",
    ),
    Flaw(
        "crm/deals.csv",
        "D900003",
        "an amount in words: 12 500 € HT env.",
        "kept; the amount is null, with an issue",
        "D900003,A0000006,,R01,Nouveaux clients,Proposition,open,12 500 € HT env.,EUR,"
        "2026-07-07 15:40,2026-11-15,,,PR-LOG-02,2026-07-20 09:00",
    ),
    Flaw(
        "crm/deal_stages.csv",
        "D999999",
        "a stage of a deal that no file has",
        "kept; the reference is counted",
        "D999999,Qualification,2026-05-12 10:00",
    ),
    Flaw(
        "crm/quotes.csv",
        "DV900001-1",
        "an offer for a deal that no file has",
        "kept; the reference is counted",
        "DV900001-1,D999998,A0000007,,R01,2026-04-14 10:00,rejected,2026-04-30 16:00,4200.00,EUR,"
        "2026-05-14",
    ),
    Flaw(
        "crm/quotes.csv",
        "DV900002-1",
        "a status outside the closed list",
        "rejected",
        "DV900002-1,,A0000008,,R02,2026-05-19 11:30,peut-être,,3100.00,EUR,2026-06-18",
    ),
    Flaw(
        "outreach/activities.csv",
        "T9000001-01",
        "an outcome nobody has defined: à rappeler",
        "a plain touch; the word is reported",
        "T9000001-01;11/05/2026 10:12;call;outbound;à rappeler;P0000007;;R01;;;;;;;;;non;",
    ),
    Flaw(
        "outreach/activities.csv",
        "T9000002-01",
        "a channel nobody uses any more: fax",
        "counts as `other`; the word is reported",
        "T9000002-01;12/05/2026 11:03;fax;outbound;sent;P0000008;;R02;;;;;;;;;non;",
    ),
    Flaw(
        "outreach/activities.csv",
        "T9000003-01",
        "on 32/13/2026",
        "rejected: a required value does not parse",
        "T9000003-01;32/13/2026 10:00;email;outbound;sent;P0000009;;R03;;;;;;;;;non;",
    ),
    Flaw(
        "outreach/activities.csv",
        "T9000004-01",
        "with a prospect that no file has",
        "kept; the reference is counted and joins to (unknown)",
        "T9000004-01;13/05/2026 14:25;call;outbound;answered;P9999999;;R04;;;;;;;;95;non;",
    ),
    Flaw(
        "outreach/activities.csv",
        "T9000005-01",
        "by a rep that no file has",
        "kept; the reference is counted and joins to (unknown)",
        "T9000005-01;13/05/2026 15:10;email;outbound;opened;P0000010;;R99;;;;;;;;;non;",
    ),
    Flaw(
        "outreach/activities.csv",
        "T9000006-01",
        "at 02:30 on the night of the clock change, a time that did not exist",
        "kept at the earlier offset, with an issue",
        "T9000006-01;29/03/2026 02:30;email;outbound;sent;P0000011;;R05;;;;;;;;;non;",
    ),
    Flaw(
        "outreach/activities.csv",
        "T9000007-01",
        "in the year 2062",
        "kept and flagged; after `as_of`, so in no KPI",
        "T9000007-01;14/07/2062 09:00;email;outbound;sent;P0000012;;R01;;;;;;;;;non;",
    ),
    Flaw(
        "outreach/activities.csv",
        "T9000008-01",
        "a semicolon without quotes: one cell too many",
        "structural reject at landing",
        "T9000008-01;18/05/2026 09:41;call;outbound;voicemail;P0000013;;R02;;;;;;;;31;non;;"
        "à revoir",
    ),
    Flaw(
        "outreach/activities.csv",
        "T9000009-01",
        "an e-mail to the test person",
        "out of every KPI",
        "T9000009-01;04/05/2026 09:30;email;outbound;sent;P9000001;;R01;;;;;;;;;non;",
    ),
    Flaw(
        "outreach/activities.csv",
        "T9000009-01R",
        "the test person's answer",
        "out of every KPI",
        "T9000009-01R;04/05/2026 09:35;email;inbound;reply;P9000001;;R01;;;;;;;;;non;T9000009-01",
    ),
    Flaw("outreach/activities.csv", "row 2", "the same line twice", "a duplicate", repeats=2),
    Flaw("outreach/activities.csv", "row 5", "the same line twice", "a duplicate", repeats=5),
    Flaw(
        "finance/orders.csv",
        "CDE900001",
        "from an account that no file has, without a deal",
        "kept: in revenue and basket; its reference is counted",
        "CDE900001;A9999998;;R02;15/06/2026;placed;1180,00;EUR",
    ),
    Flaw(
        "finance/orders.csv",
        "CDE900002",
        "ordered on 30 February",
        "rejected: a required value does not parse",
        "CDE900002;A0000002;;R01;30/02/2026;placed;640,00;EUR",
    ),
    Flaw(
        "finance/order_lines.csv",
        "CDE900001, line 1",
        "a quantity in words: douze",
        "rejected; the order falls back on its own amount",
        "CDE900001;1;PR-MAT-01;douze;149,00;;",
    ),
    Flaw(
        "finance/order_lines.csv",
        "CDE999999, line 1",
        "a line of an order that no file has",
        "kept; the reference is counted",
        "CDE999999;1;PR-MAT-01;2;149,00;;",
    ),
    Flaw("finance/order_lines.csv", "row 4", "the same line twice", "a duplicate", repeats=4),
    Flaw(
        "finance/contracts.csv",
        "CT900001-1",
        "a monthly amount in words: sur devis",
        "kept; the amount is null, with an issue",
        "CT900001-1;A0000009;;01/03/2026;28/02/2027;;;;sur devis;EUR",
    ),
    Flaw(
        "finance/costs.csv",
        "FR90001",
        "in pounds, for which there is no rate",
        "kept in pounds: out of every total in euros, and counted",
        "FR90001;15/06/2026;;tools;other;;;;120,00;GBP",
    ),
    Flaw(
        "finance/costs.csv",
        "FR90002",
        "an amount in words: 350 € TTC",
        "rejected: a required value does not parse",
        "FR90002;17/06/2026;;ads;media;other;;;350 € TTC;EUR",
    ),
    Flaw(
        "finance/rep_time.csv",
        "R03, 2026-05, other",
        "fewer days than none",
        "rejected: out of range",
        "R03;2026-05;other;-2,00;5900,00;18",
    ),
    Flaw(
        "support/tickets.csv",
        "TK900001",
        "a category outside the closed list: plainte",
        "rejected",
        "TK900001,A0000004,2026-05-06 10:10,,plainte,Prix,,Trop cher.",
    ),
    Flaw(
        "support/survey_responses.csv",
        "ENQ900001",
        "11 out of 10",
        "rejected: out of range",
        "ENQ900001,nps,A0000005,,2026-06-10 14:00,11,,",
    ),
    Flaw(
        "support/reviews.csv",
        "AV9000001",
        "six stars of five",
        "rejected: out of range",
        "AV9000001,Google,2026-06-11,6,A0000006,",
    ),
)
