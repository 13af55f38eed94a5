"""Erasing people from a company with four sources: the same KPI values, and no trace of them.

One data folder, in which each test goes on from where the one before has ended.
"""

import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from orchestration.erasure.places import place_of
from orchestration.paths import Paths
from tests.python.conftest import refresh

from .every_byte import texts_of

pytestmark = pytest.mark.erasure

COMPANIES = range(1, 9)
NAMES = {
    1: "Zélie Quatrevaux",
    2: "Odilon Brisefer",
    **{n: f"Prénom Nom{'abcdefgh'[n - 1]}" for n in range(3, 9)},
}
TRACES_OF = {
    1: ("zelie", "zélie", "quatrevaux", "12345601", "12 34 56 01"),
    2: ("odilon", "brisefer", "12345602", "12 34 56 02"),
}
TRACES = (*TRACES_OF[1], *TRACES_OF[2])
VALUES = "select * from kpi.kpi_values order by all"


def email(number: int) -> str:
    first, last = NAMES[number].replace("é", "e").lower().split()
    return f"{first}.{last}@company{number}.example"


def write_company(exports: Path) -> None:
    """Write people of sources who are one by e-mail, and calls that only a number tells.

    Two of them are wherever a file can hold them: in texts of others, in lines that cannot be read,
    in columns and files that nobody knows, in a batch that is held back, in names.
    """
    people = ["prospect_id,account_id,first_name,last_name,email,phone,detected_at"]
    activities = ["activity_id,occurred_at,channel,direction,outcome,rep_id,email,phone"]
    deals = ["deal_id,account_id,prospect_id,stage,status,amount,created_at,closed_at,lost_reason"]
    for n in COMPANIES:
        name = NAMES[n].replace(" ", ",")
        people.append(f"P{n},A{n},{name},{email(n)},06 12 34 56 0{n},2026-01-0{n}")
        deals.append(f"D{n},A{n},P{n},Won,won,{n}000,2026-05-0{n},2026-06-0{n},")
        activities += [
            f"S{n},2026-02-0{n} 10:00,email,outbound,sent,R1,{email(n).upper()},",
            f"R{n},2026-02-1{n} 10:00,email,inbound,reply,R1,{email(n)},",
            f"C{n},2026-03-0{n} 10:00,call,outbound,answered,R1,,+33 6 12 34 56 0{n}",
        ]
    deals.append(
        "D9,A3,P3,Lost,lost,500,2026-05-01,2026-06-01,"
        f'"Quatrevaux Zélie ({email(1)}) est moins chère"'
    )
    people += [f"P1{n},A3,{NAMES[n]},{email(n)},too,many,cells,here" for n in (1, 2)]
    write(
        exports / "sources.yml",
        "reporting: {as_of: 2026-08-31, language: fr, country: FR}\nsources: {crm: {mode: full}}",
    )
    write(
        exports / "gates.yml",
        "sources: {web: {least_rows: 1, structural_reject_share: 0.1}}",
    )
    write(
        exports / "crm/accounts.csv", "account_id,name", *(f"A{n},Company {n}" for n in COMPANIES)
    )
    write(exports / "crm/prospects.csv", *people)
    write(exports / "crm/deals.csv", *deals)
    write(exports / "crm/reps.csv", "rep_id,name", "R1,Rep One")
    write(
        exports / f"crm/tickets_{NAMES[1]}.csv",
        f"ticket_id,account_id,opened_at,category,reason,Avis de {NAMES[2]},text",
        f"I1,A3,2026-06-01,complaint,Panne,{NAMES[1]} le dit,Voir {email(2)}",
    )
    write(exports / f"crm/Notes {NAMES[2]}.txt", "no table")
    write(exports / f"crm/Liste {NAMES[1]}.csv", "a,b", "1,2")
    write(exports / "outreach/activities.csv", *activities)
    write(
        exports / "outreach/prospects.csv",
        "prospect_id,first_name,last_name,email",
        f"O1,Zélie,Quatrevaux,{email(1)}",
    )
    with zipfile.ZipFile(exports / "outreach/more.zip", "w") as several:
        several.writestr(
            f"prospects_{email(2)}.csv",
            f"prospect_id,last_name,email\n{email(2)},Brisefer,{email(2)}\n",
        )
    write(
        exports / "web/prospects.csv",
        "prospect_id,first_name,last_name,email",
        *(f"W{n},{NAMES[n].replace(' ', ',')},{email(n)},too,many" for n in COMPANIES),
        *(f"V{n},{NAMES[n].replace(' ', ',')},{email(n)}" for n in COMPANIES),
    )
    write(
        exports / "apollo/apollo-contacts-export.csv",
        "First Name,Last Name,Title,Company Name,Company Name for Emails,Email,Email Status,"
        "Work Direct Phone,Stage,Last Contacted,Account Owner,# Employees,Email Sent,Replied,"
        "Apollo Contact Id,Apollo Account Id",
        *(
            f"{NAMES[n].replace(' ', ',')},Buyer,Company {n},Company {n},{email(n)},Verified,"
            f"'+33 6 12 34 56 0{n},Cold,,rep@us.example,9,,,6855d1b6668622000140000{n},6855{n}"
            for n in COMPANIES
        ),
    )


def write(path: Path, *lines: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def export_again(exports: Path) -> None:
    """Add an empty line to a file of each source: all of it is landed once more, as it was."""
    for source in ("crm", "outreach", "web", "apollo"):
        with min((exports / source).glob("*.csv")).open("a", encoding="utf-8") as file:
            file.write("\n")


def query(paths: Paths, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(paths.current / "prospection.duckdb"), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def found_in(folder: Path, wanted: Iterable[str]) -> dict[str, set[str]]:
    """Return by file below a folder which texts stand in a byte of it, or in its name."""
    found: dict[str, set[str]] = {}
    for file in sorted(folder.rglob("*")):
        if file.is_file() and not file.is_symlink():
            name = file.relative_to(folder).as_posix()
            text = " ".join((name, *texts_of(file))).casefold()
            there = {each for each in wanted if each in text}
            if there:
                found[name] = there
    return found


@dataclass(frozen=True)
class Company:
    """The company, what was published of it at first, and its database files of then."""

    exports: Path
    paths: Paths
    values: list[tuple[object, ...]]
    pseudonyms: set[str]
    databases: list[Path]

    def people(self) -> set[str]:
        """Return the pseudonyms in what is published."""
        sql = "select prospect_key from core.dim_prospects where not is_placeholder"
        return {str(pseudonym) for (pseudonym,) in query(self.paths, sql)}


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """Refresh the company for the first time."""
    folder = tmp_path_factory.mktemp("erasure")
    exports, paths = folder / "exports", Paths(folder / "data")
    write_company(exports)
    first = refresh(exports, paths.data)
    assert first.returncode == 5, first.stdout  # a batch is held back, the rest is published
    databases = []
    for file in (paths.warehouse, (paths.current / "prospection.duckdb").resolve()):
        databases.append(folder / file.name)
        databases[-1].hardlink_to(file)  # so that no later file has its place on the disk
    made = Company(exports, paths, query(paths, VALUES), set(), databases)
    made.pseudonyms.update(made.people())
    return made


def test_before_they_are_wherever_data_lie_and_nowhere_in_what_is_published(
    company: Company,
) -> None:
    found = found_in(company.paths.data, TRACES)
    assert set().union(*found.values()) == set(TRACES)
    for place in (
        "landing/generic/", "landing/_rejects/", "landing/_held/generic/",
        "landing/_held/_rejects/", "landing/_loads/", "landing/_outside/",
        "landing/_addresses/", "landing/apollo/people/", "translated/prospects/", "state/",
        "warehouse.duckdb",
    ):  # fmt: skip
        assert [name for name in found if name.startswith(place)], place
    assert not [name for name in found if name.startswith(("published/", "reports/", "dagster/"))]
    assert b"quatrevaux" in company.paths.warehouse.read_bytes().lower()  # without a query
    files = [file for file in company.paths.data.rglob("*") if file.is_file()]
    assert not [file for file in files if not place_of(file, company.paths)]


def test_whom_the_command_erases_is_gone_and_every_value_stays(company: Company) -> None:
    erased = refresh(company.exports, company.paths.data, f"forget --email {email(1)}")

    assert erased.returncode == 5, erased.stdout
    assert "1 personne effacée des données chargées : " in erased.stdout
    for file in ("outreach/prospects.csv (1 ligne)", f"crm/Liste {NAMES[1]}.csv (0 ligne)"):
        assert f"les nomme encore, à supprimer par vos soins : {file}" in erased.stdout
    assert query(company.paths, VALUES) == company.values
    assert found_in(company.paths.data, TRACES_OF[1]) == {}
    now = (company.paths.warehouse, company.paths.current / "prospection.duckdb")
    assert not any(new.samefile(old) for new, old in zip(now, company.databases, strict=True))


def test_who_asks_in_the_exports_is_gone_and_who_is_exported_again_too(company: Company) -> None:
    write(
        company.exports / "crm" / "suppressions.csv",
        "requested_at,kind,prospect_id,email",
        f"2026-09-15,erasure,,{email(2)}",
    )
    export_again(company.exports)
    loads = len(list(company.paths.landing.glob("**/_loads/[!_]*.parquet")))

    asked = refresh(company.exports, company.paths.data)

    assert asked.returncode == 5, asked.stdout
    assert len(list(company.paths.landing.glob("**/_loads/[!_]*.parquet"))) == loads + 4
    assert query(company.paths, VALUES) == company.values  # the request is of after as_of
    assert found_in(company.paths.data, TRACES) == {}
    assert not any(trace in asked.stdout.casefold() for trace in TRACES)
    assert len(list(company.paths.published.glob("[0-9]*"))) == 1


def test_another_key_gives_everybody_another_pseudonym_and_erases_no_less(
    company: Company,
) -> None:
    assert company.people() == company.pseudonyms  # an erasure changes none
    export_again(company.exports)

    rotated = refresh(company.exports, company.paths.data, "rotate-key")

    assert rotated.returncode == 5, rotated.stdout
    assert len(company.people()) == len(company.pseudonyms)
    assert not company.people() & company.pseudonyms
    assert found_in(company.paths.data, company.pseudonyms) == {}
    assert query(company.paths, VALUES) == company.values
    assert found_in(company.paths.data, TRACES) == {}
    for number, says in ((3, "lignes sont détenues sur 1 personne"), (1, "rien n'est détenu")):
        told = refresh(company.exports, company.paths.data, f"person --email {email(number)}")
        assert says in told.stdout
    again = refresh(company.exports, company.paths.data, "person --id crm:P1").stdout
    assert "erased-" in again
    assert not any(trace in again.casefold() for trace in TRACES)
