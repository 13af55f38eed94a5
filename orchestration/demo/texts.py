"""The texts that lie beside the demo's files: `sources.yml`, `README.md` and a reference table.

What belongs here: words. They are made from the same constants as the files, so that they cannot
say anything else than what the files hold.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from orchestration.demo.exports import WrittenFile
from orchestration.demo.flaws import Flaw
from orchestration.demo.plants import TRUTH_NAME

README_TITLE = "# Brelune, the demo company"

INTERNAL_DOMAIN = "brelune.example"

# Whom Brelune wants to sell to, as a reference table of its own: reference/target_criteria.csv
TARGET_CRITERIA = """\
criterion,value
sector,Industrie
sector,BTP
sector,Agroalimentaire
sector,Transport et logistique
company_size,10-49
company_size,50-249
"""


def sources_yml(as_of: date) -> str:
    """Write the settings of the demo's exports, by the export contract."""
    return f"""\
# What each folder is, and the company's own settings.
reporting:
  currency: EUR
  timezone: Europe/Paris
  as_of: {as_of.isoformat()}
  language: fr
  internal_domains: [{INTERNAL_DOMAIN}]
  dashboard_records: true
sources:
  crm:
    format: generic
    mode: full
    links: ["https://crm.brelune.example/deals/{{deal_id}}", "https://crm.brelune.example/quotes/{{quote_id}}"]
  support: {{format: generic, refers_to: [crm, finance]}}
  outreach:
    format: generic
    encoding: cp1252
    delimiter: ";"
    decimal: ","
    date_order: dmy
    refers_to: crm
    links: "https://outreach.brelune.example/activities/{{activity_id}}"
  finance:
    format: generic
    delimiter: ";"
    decimal: ","
    date_order: dmy
    refers_to: [crm, outreach]
"""


def readme(
    command: str, first_day: date, as_of: date, files: Sequence[WrittenFile], flaws: Sequence[Flaw]
) -> str:
    """Write the README of a demo folder: its origin, its files, and what is wrong in them."""
    file_rows = "\n".join(
        f"| {file.path.parent.name}/{file.path.name} | {file.rows:,} | {file.flawed_rows} |"
        for file in files
    )
    flaw_rows = "\n".join(
        f"| {flaw.file} | {flaw.record} | {flaw.what} | {flaw.expected} |" for flaw in flaws
    )
    return f"""\
{README_TITLE}

Brelune sells maintenance software, contracts and training to French SMEs. It does not exist: the
company, its customers and every person are invented; addresses end in `.example`, telephone
numbers are from the ranges kept free for fiction, company numbers fail their checksum.

The data runs from {first_day.isoformat()} to {as_of.isoformat()}. Made by

    {command}

which writes the same bytes again (a larger `--scale` makes a larger company). The files are in
the generic format, as four tools would export them:

| file | rows | and rows wrong on purpose |
| --- | ---: | ---: |
{file_rows}

`crm` is UTF-8 with commas and ISO dates, and each export holds every record. `outreach` is
Windows-1252 with semicolons, decimal commas and French dates; it knows most people by their CRM
id, some by an e-mail address, a profile or a number only. `finance` knows days, not times.
`support` is like `crm`, but each export holds only what is new. All times are those of a clock in
Paris. A few meetings lie after the last day: they are booked. Customers in Switzerland pay in
francs. `reference/target_criteria.csv` says whom Brelune wants as customers.

## Planted to be found

`{TRUTH_NAME}` says what the reports must find here, and nothing in the warehouse reads it: a step
of the funnel that falls in the last months, a message that works far better than the other one of
its campaign while those of other campaigns are as good as each other, and a type of customer that
buys much and leaves little margin. `--without` leaves a plant out; docs/demo.md explains.

## Wrong on purpose

| file | record | what is wrong | what becomes of it |
| --- | --- | --- | --- |
{flaw_rows}

Not wrong, but not tidy either: accounts without sector or size, people without e-mail address or
account, open deals past their expected date or without an amount, lost ones without a reason,
customers that ordered without ever meeting a rep.
"""


def tool_sources_yml(as_of: date) -> str:
    """Write the settings beside the files of one tool: nothing about the tool is needed."""
    return f"""\
# The company's own settings. Whose files these are is told by their headers.
reporting:
  currency: EUR
  timezone: Europe/Paris
  as_of: {as_of.isoformat()}
  language: fr
  internal_domains: [{INTERNAL_DOMAIN}]
"""


def tool_readme(title: str, command: str, rows: Mapping[str, int]) -> str:
    """Write the README of a folder that holds the company as one tool exports it."""
    file_rows = "\n".join(f"| {name} | {count:,} |" for name, count in rows.items())
    return f"""\
{README_TITLE}, as {title} exports it

Brelune sells maintenance software, contracts and training to French SMEs. It does not exist: the
company, its customers and every person are invented; addresses end in `.example`, telephone
numbers are from the ranges kept free for fiction. What {title} cannot carry of the company is not
here. Made by

    {command}

| file | rows |
| --- | ---: |
{file_rows}
"""
