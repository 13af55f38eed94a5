"""How fast a large file of activities is landed, counting included.

Run it on a quiet machine:

    python -m tests.benchmarks.landing --rows 10000000 --folder build/benchmark

It prints rows per second, processor seconds and peak memory. A second landing shows what an
unchanged export costs. `--tool` writes the rows as a tool would, so that they are translated, too:
that is to take no more than twice the time.
"""

import argparse
import shutil
from multiprocessing import get_context
from pathlib import Path

import duckdb

from orchestration.landing.loading import land
from orchestration.paths import Paths
from orchestration.refresh.left_out import lines_on_sources
from orchestration.settings.declared import read_settings
from tests.benchmarks.measuring import measured_here

ACTIVITIES = """
    copy (
        select
            'act-' || number as activity_id,
            strftime(moment, '%Y-%m-%d %H:%M:%S') as occurred_at,
            ['call', 'email', 'linkedin', 'meeting'][1 + number % 4] as channel,
            case when number % 9 = 0 then 'inbound' else 'outbound' end as direction,
            ['answered', 'sent', 'opened', 'no_answer', 'reply'][1 + number % 5] as outcome,
            'p' || (number * 7919 % 300000) as prospect_id,
            'c' || (number * 7919 % 40000) as account_id,
            'r' || (number % 60) as rep_id,
            'k' || (number % 200) as campaign_id,
            ['A', 'B', null][1 + number % 3] as message_variant,
            'rep' || (number % 60) || '@example.com' as sender_account,
            {addresses},
            strftime(moment, '%Y-%m-%d %H:%M:%S') as created_at,
            (number * 31 % 900)::varchar as duration_seconds,
            'false' as is_service,
            null as in_reply_to
        from (
            select
                range as number,
                timestamp '2024-01-01' + to_seconds(range * 37 % 60000000) as moment
            from range({rows})
        )
    ) to '{target}' (format csv, header, {options})
"""


NO_ADDRESSES = "null as email, null as linkedin_url, null as phone"
ADDRESSES = """
    case when number % 3 = 0 then 'p' || (number * 7919 % 300000) || '@example.com' end as email,
    case
        when number % 3 = 1 then 'https://linkedin.com/in/ma%C3%ABlle-' || (number * 7919 % 300000)
    end as linkedin_url,
    '06 ' || (10000000 + number * 7919 % 300000) as phone
"""


CALLS = """
    copy (
        select
            'Sales' as line,
            'Europe/Paris' as "number timezone",
            strftime(timestamp '2024-01-01' + to_seconds(number * 37), '%Y-%m-%d %H:%M:%S')
                as "datetime (utc)",
            case when number % 9 = 0 then 'inbound' else 'outbound' end as direction,
            '33187000000' as "from",
            '336' || (10000000 + number * 7919 % 300000) as "to",
            case when number % 3 = 0 then 'Yes' else 'No' end as answered,
            null as missed_call_reason,
            'Rep ' || (number % 60) as "user",
            (number * 31 % 900)::varchar as "duration (total)",
            (number * 31 % 600)::varchar as "duration (in call)",
            null as voicemail,
            'https://calls.example/' || number as recording,
            null as tags,
            'CA' || number as "call id",
            number::varchar as "call id (internal)"
        from (select range as number from range({rows}))
    ) to '{target}' (format csv, header, {options})
"""

MESSAGES = """
    copy (
        select
            'c' || person as "CONVERSATION ID",
            case when is_own then 'Noor Vasseur' else 'Person ' || person end as "FROM",
            case when is_own then own else other end as "SENDER PROFILE URL",
            case when is_own then 'Person ' || person else 'Noor Vasseur' end as "TO",
            case when is_own then other else own end as "RECIPIENT PROFILE URLS",
            strftime(timestamp '2024-01-01' + to_seconds(number * 37), '%Y-%m-%d %H:%M:%S')
                || ' UTC' as "DATE",
            null as "SUBJECT",
            'Hello, may I ask a question? ' || number as "CONTENT",
            'INBOX' as "FOLDER",
            'No' as "IS MESSAGE DRAFT"
        from (
            select
                number,
                number * 7919 % 300000 as person,
                number % 3 != 0 as is_own,
                'https://www.linkedin.com/in/noor-vasseur' as own,
                'https://www.linkedin.com/in/ma%C3%ABlle-' || (number * 7919 % 300000) as other
            from (select range as number from range({rows}))
        )
    ) to '{target}' (format csv, header, {options})
"""

TABLES = {"generic": ACTIVITIES, "aircall": CALLS, "linkedin": MESSAGES}


def main() -> None:
    """Generate the file, land it, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, required=True, help="for the file and the result")
    parser.add_argument("--addresses", action="store_true", help="write whom each was with")
    parser.add_argument("--tool", choices=TABLES, default="generic", help="whose rows to write")
    parser.add_argument("--quoted", action="store_true", help="write every cell in quotes")
    arguments = parser.parse_args()
    target = arguments.folder / "exports" / "crm" / "activities.csv"
    options = "force_quote *" if arguments.quoted else "nullstr ''"
    addresses = ADDRESSES if arguments.addresses else NO_ADDRESSES
    generator = get_context("spawn").Process(
        target=generate, args=(arguments.rows, target, options, addresses, arguments.tool)
    )
    generator.start()
    generator.join()
    size = target.stat().st_size
    print(f"{arguments.rows:,} rows, {size / 1e6:,.0f} MB, {size / arguments.rows:.0f} bytes a row")
    data = arguments.folder / "data"
    shutil.rmtree(data, ignore_errors=True)
    for label in ("first landing", "nothing new"):
        measure(label, arguments.rows, arguments.folder / "exports", Paths(data))


def generate(rows: int, target: Path, options: str, addresses: str, tool: str) -> None:
    """Write the file of activities; in a process of its own, so as not to count its memory."""
    target.parent.mkdir(parents=True, exist_ok=True)
    table = TABLES[tool]
    duckdb.sql(table.format(rows=rows, target=target, options=options, addresses=addresses))


def measure(label: str, rows: int, exports: Path, paths: Paths) -> None:
    """Land once and print what it took."""
    with measured_here() as spent:
        report = land(exports, paths, read_settings(exports))
    print(*lines_on_sources(report, "en"), sep="\n")
    print(
        f"{label}: {rows / spent.wall:,.0f} rows/s, {spent.wall:.1f} s, "
        f"{spent.cpu:.1f} processor seconds, peak {spent.peak / 2**20:,.0f} MiB"
    )


if __name__ == "__main__":
    main()
