"""What the process environment says: exports, data folder, time of the refresh, who is told.

What belongs here: the only reading of `PROSPECTION_*` in the project, and the place of the
project's own files. What does not: the settings of `sources.yml` (see `settings/`) and anything
that writes.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from orchestration.errors import ConfigurationError
from orchestration.paths import Paths

PROJECT_DIR = Path(__file__).resolve().parents[1]
"""The folder of `dbt_project.yml`; may be read-only."""

EXPORTS_VARIABLE = "PROSPECTION_EXPORTS"
DATA_VARIABLE = "PROSPECTION_DATA"
REFRESH_AT_VARIABLE = "PROSPECTION_REFRESH_AT"
MEMORY_VARIABLE = "PROSPECTION_MEMORY_LIMIT"
ENGINE_VARIABLE = "PROSPECTION_ENGINE"

WEBHOOK_VARIABLE = "PROSPECTION_NOTIFY_WEBHOOK"
EMAIL_VARIABLE = "PROSPECTION_NOTIFY_EMAIL"
REPORT_WEBHOOK_VARIABLE = "PROSPECTION_REPORT_WEBHOOK"
REPORT_EMAIL_VARIABLE = "PROSPECTION_REPORT_EMAIL"
SENDER_VARIABLE = "PROSPECTION_NOTIFY_FROM"
SMTP_VARIABLE = "PROSPECTION_SMTP"

POSTGRES_VARIABLE = "PROSPECTION_POSTGRES"
POSTGRES_ROLE_VARIABLE = "PROSPECTION_POSTGRES_ROLE"
POSTGRES_PREFIX_VARIABLE = "PROSPECTION_POSTGRES_PREFIX"

_MEMORY = re.compile(r"(?=.*[1-9])\d+(\.\d+)? ?[KMGT]i?B", re.IGNORECASE)
_PREFIX = re.compile(r"(?!pg_)[a-z_][a-z0-9_]{0,30}")
_TIME_OF_DAY = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True)
class Recipients:
    """Who is told when a refresh needs people, or gets the reports.

    Attributes:
        webhook: the address that gets a POST of JSON, or None. Its key `text` is what chat
            programs show.
        email: addresses of people.
        sender: the address that the e-mail comes from.
        smtp: `smtp://user:password@host:port` (with STARTTLS where the server offers it) or
            `smtps://…`, or None.

    """

    webhook: str | None = None
    email: tuple[str, ...] = ()
    sender: str = "prospection@localhost"
    smtp: str | None = None


@dataclass(frozen=True)
class MirrorTarget:
    """The PostgreSQL database that gets a copy of each published version.

    Attributes:
        dsn: how it is reached, `postgresql://…` or `host=… dbname=…`. It may hold a password: it
            is shown nowhere.
        role: who may read the copy, or None.
        prefix: what the names of the schemas begin with.

    """

    dsn: str = field(repr=False)
    role: str | None = None
    prefix: str = ""


@dataclass(frozen=True)
class Environment:
    """Where a refresh reads and writes, and when the schedule starts it.

    Attributes:
        exports: the folder of exports, absolute.
        paths: the data folder, absolute.
        refresh_at: time of day of the scheduled refresh, `HH:MM` in the reporting time zone.
        memory_limit: the memory that DuckDB may take before it goes on in files on the disk, such
            as `2GB`; None for what each stage takes by itself.
        engine: where the models run, in place of what `sources.yml` says, or None.

    """

    exports: Path
    paths: Paths
    refresh_at: str = "06:00"
    memory_limit: str | None = None
    engine: str | None = None

    @property
    def variables(self) -> dict[str, str]:
        """The environment variables that say the same to dbt and to Dagster's own processes."""
        return {
            EXPORTS_VARIABLE: str(self.exports),
            DATA_VARIABLE: str(self.paths.data),
            REFRESH_AT_VARIABLE: self.refresh_at,
            **({MEMORY_VARIABLE: self.memory_limit} if self.memory_limit else {}),
            **({ENGINE_VARIABLE: self.engine} if self.engine else {}),
        }


def read_environment(
    variables: Mapping[str, str],
    exports: Path | None = None,
    data: Path | None = None,
    engine: str | None = None,
) -> Environment:
    """Return the environment that `variables` describe; explicit arguments win over them.

    Raises:
        ConfigurationError: `PROSPECTION_REFRESH_AT` is no time of day, or
            `PROSPECTION_MEMORY_LIMIT` no size.

    """
    refresh_at = variables.get(REFRESH_AT_VARIABLE) or "06:00"
    if not _TIME_OF_DAY.fullmatch(refresh_at):
        raise ConfigurationError(
            f"{REFRESH_AT_VARIABLE} is {refresh_at!r}: write a time of day as HH:MM, e.g. 06:00"
        )
    memory_limit = (variables.get(MEMORY_VARIABLE) or "").strip() or None
    if memory_limit is not None and not _MEMORY.fullmatch(memory_limit):
        raise ConfigurationError(
            f"{MEMORY_VARIABLE} is {memory_limit!r}: write a size with its unit, e.g. 2GB or 800MB"
        )
    return Environment(
        exports=(exports or Path(variables.get(EXPORTS_VARIABLE) or "exports")).absolute(),
        paths=Paths((data or Path(variables.get(DATA_VARIABLE) or "data")).absolute()),
        refresh_at=refresh_at,
        memory_limit=memory_limit,
        engine=engine or variables.get(ENGINE_VARIABLE) or None,
    )


def read_recipients(variables: Mapping[str, str]) -> Recipients:
    """Return who is told when a refresh needs people; nobody when nothing is said."""
    return _recipients(
        variables, variables.get(WEBHOOK_VARIABLE) or "", variables.get(EMAIL_VARIABLE) or ""
    )


def read_report_recipients(variables: Mapping[str, str]) -> Recipients:
    """Return who gets the reports and what is newly found.

    Those who are told when a refresh needs people, unless somebody else is named, or with an empty
    variable nobody.
    """
    webhook = variables.get(REPORT_WEBHOOK_VARIABLE, variables.get(WEBHOOK_VARIABLE) or "")
    email = variables.get(REPORT_EMAIL_VARIABLE, variables.get(EMAIL_VARIABLE) or "")
    return _recipients(variables, webhook, email)


def _recipients(variables: Mapping[str, str], webhook: str, email: str) -> Recipients:
    addresses = email.replace(";", ",").split(",")
    return Recipients(
        webhook=webhook.strip() or None,
        email=tuple(address.strip() for address in addresses if address.strip()),
        sender=variables.get(SENDER_VARIABLE) or Recipients.sender,
        smtp=variables.get(SMTP_VARIABLE) or None,
    )


def read_mirror_target(variables: Mapping[str, str]) -> MirrorTarget | None:
    """Return the PostgreSQL database that gets a copy of each version; None when none is named.

    Raises:
        ConfigurationError: `PROSPECTION_POSTGRES_PREFIX` cannot begin the name of a schema.

    """
    dsn = (variables.get(POSTGRES_VARIABLE) or "").strip()
    prefix = (variables.get(POSTGRES_PREFIX_VARIABLE) or "").strip()
    if prefix and not _PREFIX.fullmatch(prefix):
        raise ConfigurationError(
            f"{POSTGRES_PREFIX_VARIABLE} is {prefix!r}: write up to 31 small letters, digits and "
            "_, not beginning with pg_ or a digit, e.g. prospection_"
        )
    role = (variables.get(POSTGRES_ROLE_VARIABLE) or "").strip() or None
    return MirrorTarget(dsn, role, prefix) if dsn else None
