"""A company's exports day by day, as small as wanted, and the mistakes that exports come with.

What belongs here: sound days (some without a rep, holidays, a month end) and what is changed in
them. What does not: what the gate makes of them (see `test_wrong_batches.py`).
"""

import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from orchestration.formats.descriptions import GENERIC
from orchestration.settings.declared import Source

LAST = date(2026, 6, 26)
SOURCES = {
    "crm": Source("crm", 1, GENERIC, "Europe/Paris", default_mode="full"),
    "outreach": Source("outreach", 2, GENERIC, "Europe/Paris", refers_to=("crm",)),
    "finance": Source("finance", 3, GENERIC, "Europe/Paris", refers_to=("crm",)),
}
CITIES = (("Lyon", "Rhône"), ("Lille", "Nord"), ("Nantes", "Loire"), ("Nice", "Var"))
CHANNELS = ("call", "email", "linkedin")
Row = dict[str, str]
Tables = dict[str, list[Row]]
Change = Callable[[list[Row]], list[Row]]


class Case(NamedTuple):
    """A wrong batch: its source and entity, what is wrong, and the rule that names it."""

    source: str
    entity: str
    change: Change
    rule: str


@dataclass(frozen=True)
class Company:
    """A company with so many reps, each of whom has so many activities a day."""

    reps: int
    activities: int
    prospects: int
    deals: int
    orders: int
    growth: float = 0.01

    def of_day(self, day: date) -> dict[str, Tables]:
        """Return what its tools export at the end of a day, by source."""
        outreach = {"activities": self.of_reps(day)}
        return {"crm": self.crm(day), "outreach": outreach, "finance": self.finance(day)}

    def size(self, number: int, day: date) -> int:
        """Return how many there are by a day, of which `number` are there on the last."""
        return max(1, round(number * (1 - self.growth) ** (LAST - day).days))

    def came(self, number: int) -> date:
        """Return the day since which the CRM has a prospect."""
        grown = math.log(self.prospects / (number + 0.51)) / -math.log1p(-self.growth)
        return LAST - timedelta(max(0, math.floor(grown)))

    def crm(self, day: date) -> Tables:
        """Return the CRM as it stands: some new people and deals each day, some deals move on."""
        drawn, of_day = random.Random(0), random.Random(day.toordinal())
        accounts, prospects, deals = [], [], []
        for n in range(self.size(self.prospects, day)):
            city, region = drawn.choice(CITIES)
            accounts.append(
                {"account_id": f"A{n}", "name": f"Company {n}", "city": city, "region": region}
            )
            prospects.append(
                {"prospect_id": f"P{n}", "account_id": f"A{n}", "email": f"p{n}@c{n}.example"}
                | {"detected_at": f"{self.came(n)}"}
            )
        drawn = random.Random(1)
        for n in range(self.size(self.deals, day)):
            status, moves = drawn.choice(["open", "open", "lost", "won"]), drawn.randrange(400)
            created = LAST - timedelta(200 * (self.deals - n) // self.deals)
            if status != "open" and day < LAST - timedelta(moves):
                status = "open"
            deals.append(
                {"deal_id": f"D{n}", "prospect_id": f"P{n}", "currency": "EUR"}
                | {"rep_id": f"R{drawn.randrange(self.reps)}", "status": status}
                | {"stage": "offer" if of_day.random() < 0.5 else "meeting"}
                | {"amount": f"{drawn.lognormvariate(8, 0.8):.2f}", "created_at": f"{created}"}
                | {"closed_at": "" if status == "open" else f"{created + timedelta(30)}"}
            )
        return {"accounts": accounts, "prospects": prospects, "deals": deals}

    def of_reps(self, day: date) -> list[Row]:
        """Return a day's activities from nine to six: some reps are away, some have half a day."""
        drawn = random.Random(day.toordinal())
        found: list[Row] = []
        for rep in range(self.reps):
            if drawn.random() < 0.1:
                continue
            until = 12 if drawn.random() < 0.05 else 18
            count = round(self.activities * drawn.uniform(0.7, 1.3) * (until - 9) / 9)
            for _ in range(count):
                direction = "inbound" if drawn.random() < 0.1 else "outbound"
                at = f"{day} {drawn.randrange(9, until):02}:{drawn.randrange(60):02}"
                found.append(
                    {"activity_id": f"T{day:%m%d}{len(found)}", "occurred_at": at}
                    | {"channel": drawn.choice(CHANNELS), "direction": direction}
                    | {"rep_id": f"R{rep}", "prospect_id": f"P{drawn.randrange(self.prospects)}"}
                )
        return found

    def finance(self, day: date) -> Tables:
        """Return a day's orders and costs, with the wages at the end of a month."""
        drawn = random.Random(day.toordinal())
        orders = [
            {"order_id": f"O{day:%m%d}{n}", "account_id": f"A{drawn.randrange(self.prospects)}"}
            | {"ordered_at": f"{day} {drawn.randrange(9, 18):02}:00", "status": "placed"}
            | {"amount": f"{drawn.lognormvariate(7, 0.8):.2f}", "currency": "EUR"}
            for n in range(round(self.orders * drawn.uniform(0.4, 1.6)))
        ]
        costs = [("ads", 40.0)] + [("wages", 4000.0)] * self.reps * (day.day >= 28)
        return {
            "orders": orders,
            "costs": [
                {"cost_id": f"C{day:%m%d}{n}", "incurred_on": f"{day}", "cost_type": kind}
                | {"amount": f"{amount * drawn.uniform(0.5, 2):.2f}", "currency": "EUR"}
                for n, (kind, amount) in enumerate(costs)
            ],
        }


def put(column: str, to: Callable[[str], str]) -> Change:
    return lambda rows: [{**row, column: to(row[column])} for row in rows]


def swapped(one: str, other: str) -> Change:
    return lambda rows: [{**row, one: row[other], other: row[one]} for row in rows]


def without(column: str) -> Change:
    return lambda rows: [{name: row[name] for name in row if name != column} for row in rows]


def later(hours: int) -> Callable[[str], str]:
    def shifted(text: str) -> str:
        return f"{datetime.fromisoformat(text) + timedelta(hours=hours):%Y-%m-%d %H:%M}"

    return shifted


def times(factor: float) -> Callable[[str], str]:
    return lambda text: f"{float(text) * factor:.2f}"


def won(rows: list[Row]) -> list[Row]:
    return [{**row, "status": "won", "closed_at": row["created_at"]} for row in rows]


def every_second(rows: list[Row]) -> list[Row]:
    return rows[::2]


def again(company: Company) -> Change:
    """Return what adds the activities of the weeks before, under other ids."""
    days = [LAST - timedelta(back) for back in range(1, 20)]
    old = [row for day in days if day.weekday() < 5 for row in company.of_reps(day)]
    return lambda rows: [*rows, *({**row, "activity_id": f"N{row['activity_id']}"} for row in old)]


def twice(rows: list[Row]) -> list[Row]:
    return [*rows, *({**row, "activity_id": f"N{row['activity_id']}"} for row in rows)]


def weeks_ago(company: Company) -> Change:
    return lambda _: company.crm(LAST - timedelta(14))["prospects"]


def cases(company: Company) -> dict[str, Case]:
    """Return the wrong batches, one mistake each."""
    at, day = "activities", "outreach"
    return {
        "amounts emptied": Case("crm", "deals", put("amount", lambda _: ""), "is not emptier"),
        "orders' amounts emptied": Case(
            "finance", "orders", put("amount", lambda _: ""), "is not emptier"
        ),
        "currency column lost": Case("crm", "deals", without("currency"), "is not emptier"),
        "amounts x 100": Case("crm", "deals", put("amount", times(100)), "times as large"),
        "amounts x 10": Case("crm", "deals", put("amount", times(10)), "times as large"),
        "orders x 100": Case("finance", "orders", put("amount", times(100)), "times as large"),
        "all won": Case("crm", "deals", won, "the opposite outcome"),
        "half of the day": Case(day, at, every_second, "fewer touches a day"),
        "three hours later": Case(day, at, put("occurred_at", later(3)), "hours earlier or later"),
        "again under new ids": Case(day, at, again(company), "under another key"),
        "swapped in a day": Case(day, at, swapped("rep_id", "prospect_id"), "another column held"),
        "swapped in a whole": Case(
            "crm", "accounts", swapped("city", "region"), "another column held"
        ),
        "a file of two weeks ago": Case(
            day, at, put("occurred_at", later(-24 * 14)), "a week older than the load"
        ),
        "the whole of two weeks ago": Case(
            "crm", "prospects", weeks_ago(company), "days older than that"
        ),
        "half vanished": Case("crm", "prospects", every_second, "vanish at once"),
        "no row": Case("crm", "deals", lambda _: [], "vanish at once"),
        "ids of nobody": Case(day, at, put("prospect_id", "X{}".format), "match no record"),
        "unknown words": Case(day, at, put("channel", "canal {}".format), "outside their list"),
        "unknown directions": Case(day, at, put("direction", "{}s".format), "that is required"),
        "day and month": Case(
            day,
            at,
            put("occurred_at", lambda text: f"{text[:4]}-{text[8:10]}-{text[5:7]}{text[10:]}"),
            "lie after",
        ),
        "a year to come": Case(
            day, at, put("occurred_at", lambda text: text.replace("2026", "2027")), "lie after"
        ),
        "a century ago": Case(
            day, at, put("occurred_at", lambda text: text.replace("2026", "1926")), "improbable"
        ),
        "other currency": Case(
            "finance", "orders", put("currency", lambda _: "XAF"), "never seen before"
        ),
        "currency as a sign": Case(
            "crm", "deals", put("currency", lambda _: "€"), "are not a currency"
        ),
        "amounts 0": Case("finance", "orders", put("amount", lambda _: "0"), "are zero"),
        "amounts as words": Case("crm", "deals", put("amount", "{} TTC".format), "are not what"),
        "e-mails masked": Case(
            "crm", "prospects", put("email", lambda _: "x@y.example"), "come several times"
        ),
        "no time of day": Case(
            day, at, put("occurred_at", lambda text: text[:10]), "no time of day"
        ),
        "each row twice": Case(day, at, twice, "under another key"),
        "a day earlier": Case(
            "crm", "deals", put("created_at", lambda text: later(-24)(text)[:10]), "hours earlier"
        ),
    }


def half(change: Change) -> Change:
    """Return what changes every second row."""
    return lambda rows: [*change(rows[::2]), *rows[1::2]]


def only(column: str, word: str) -> Change:
    return lambda rows: [row for row in rows if row[column] == word]


SOUND = {
    "half of the deals change stage": Case("crm", "deals", half(put("stage", lambda _: "new")), ""),
    "all stages are called otherwise": Case("crm", "deals", put("stage", "{} (new)".format), ""),
    "all that is open is lost": Case(
        "crm", "deals", put("status", lambda word: "lost" if word == "open" else word), ""
    ),
    "one rep takes over all deals": Case("crm", "deals", put("rep_id", lambda _: "R1"), ""),
    "prices rise by a tenth": Case("crm", "deals", put("amount", times(1.1)), ""),
    "some deals lose their amount": Case(
        "crm", "deals", lambda rows: [*put("amount", lambda _: "")(rows[:4]), *rows[4:]], ""
    ),
    "summer time": Case("outreach", "activities", put("occurred_at", later(1)), ""),
    "a holiday with answers only": Case("outreach", "activities", only("direction", "inbound"), ""),
    "one rep works": Case("outreach", "activities", only("rep_id", "R1"), ""),
    "the morning of a day": Case(
        "outreach",
        "activities",
        lambda rows: [row for row in rows if row["occurred_at"][11:13] < "12"],
        "",
    ),
    "a day of calls to new people": Case(
        "outreach", "activities", half(put("prospect_id", "N{}".format)), ""
    ),
    "no activity": Case("outreach", "activities", lambda _: [], ""),
    "a few late entries": Case(
        "outreach", "activities", lambda rows: put("occurred_at", later(-24 * 20))(rows[:4]), ""
    ),
    "one order in another currency": Case(
        "finance", "orders", lambda rows: put("currency", lambda _: "CHF")(rows[:1]), ""
    ),
    "two large orders": Case(
        "finance", "orders", lambda rows: [*put("amount", times(60))(rows[:2]), *rows[2:]], ""
    ),
    "three orders without an amount": Case(
        "finance", "orders", lambda rows: put("amount", lambda _: "")(rows[:3]), ""
    ),
    "twice as many orders": Case(
        "finance",
        "orders",
        lambda rows: [
            *rows,
            *({**row, "order_id": f"N{n}", "amount": f"{n + 99}"} for n, row in enumerate(rows)),
        ],
        "",
    ),
}
"""What may happen in a company: not one is held."""
