"""What people are told, as servers on this machine receive it; and what is tried again."""

import errno
from dataclasses import replace
from email import message_from_string
from email.policy import default
from pathlib import Path

import dagster as dg
import pytest

from orchestration.dagster import resources
from orchestration.dagster.resources import RefreshSession
from orchestration.dagster.sensors import died_refresh
from orchestration.environment import Environment, Recipients, read_recipients
from orchestration.errors import BlockedByGateError
from orchestration.paths import Paths
from orchestration.refresh.notifications import notify
from orchestration.refresh.record import Outcome, RefreshRecord, finished, read_record
from tests.python.unit.refresh.conftest import Inbox


def ended(outcome: Outcome, code: int) -> RefreshRecord:
    record = RefreshRecord(
        "run-1", "2026-10-16T04:00:00+00:00", stage="build", messages=("deals: à voir",)
    )
    return finished(record, outcome, code)


def nobody_complains(line: str) -> None:
    raise AssertionError(line)


@pytest.mark.parametrize(
    ("language", "outcome", "code", "subject"),
    [
        ("en", "failed", 1, "the refresh failed in stage build"),
        ("en", "blocked", 3, "a gate stopped the refresh in stage build"),
        ("en", "held back", 5, "published without part of the input"),
        ("fr", "failed", 1, "l'actualisation a échoué à l'étape build"),
        ("fr", "blocked", 3, "un contrôle a arrêté l'actualisation à l'étape build"),
        ("fr", "held back", 5, "publié sans une partie des données"),
    ],
)
def test_what_needs_people_is_told_by_webhook_and_e_mail(
    webhook: Inbox, mail: Inbox, language: str, outcome: Outcome, code: int, subject: str
) -> None:
    recipients = Recipients(webhook.address, ("anna@example.com",), "p@example.com", mail.address)
    notify(ended(outcome, code), recipients, nobody_complains, language)
    (posted,) = webhook.received
    assert subject in posted["text"]
    assert posted["messages"] == ["deals: à voir"]
    assert (posted["outcome"], posted["exit_code"]) == (outcome, code)
    (text,) = mail.received
    message = message_from_string(text, policy=default)
    assert message["Subject"] == f"Prospection: {subject}"
    assert message["To"] == "anna@example.com"
    told = message.get_content()
    assert "deals: à voir" in told
    assert {"en": "Readers still see", "fr": "Les lecteurs voient toujours"}[language] in told


@pytest.mark.parametrize(
    ("settings", "word"),
    [("{language: en}", "failed"), ("{language: fr}", "échoué"), ("{language: klingon}", "échoué")],
)
def test_the_language_is_that_of_the_report(
    tmp_path: Path, webhook: Inbox, monkeypatch: pytest.MonkeyPatch, settings: str, word: str
) -> None:
    """Also where a mistake in the settings is what has to be told."""
    (tmp_path / "crm").mkdir()
    (tmp_path / "sources.yml").write_text(f"reporting: {settings}", encoding="utf-8")
    monkeypatch.setenv("PROSPECTION_NOTIFY_WEBHOOK", webhook.address)
    refresh_that_raises([ValueError("a bug")], tmp_path)
    (posted,) = webhook.received
    assert word in posted["text"]


@pytest.mark.parametrize(
    ("language", "subject"),
    [
        ("en", "published, but the copy in PostgreSQL is an older one"),
        ("fr", "publié, mais la copie dans PostgreSQL est plus ancienne"),
    ],
)
@pytest.mark.parametrize("outcome", ["published", "unchanged"])
def test_a_copy_that_was_not_delivered_is_told(
    webhook: Inbox, outcome: Outcome, language: str, subject: str
) -> None:
    record = replace(ended(outcome, 5), undelivered=("connection refused",))
    notify(record, Recipients(webhook.address), nobody_complains, language)
    (posted,) = webhook.received
    assert subject in posted["text"]
    assert posted["messages"] == ["deals: à voir", "connection refused"]


@pytest.mark.parametrize("outcome", ["published", "done", "running"])
def test_what_needs_nobody_is_not_told(webhook: Inbox, outcome: Outcome) -> None:
    notify(ended(outcome, 0), Recipients(webhook.address), nobody_complains, "en")
    assert webhook.received == []


@pytest.mark.parametrize("address", ["http://127.0.0.1:1/hook", "ftp://here", "nonsense"])
def test_a_message_that_cannot_be_sent_is_said_and_no_more(address: str) -> None:
    said: list[str] = []
    recipients = Recipients(address, ("a@example.com",), smtp="smtp://127.0.0.1:1")
    notify(ended("failed", 1), recipients, said.append, "en")
    assert len(said) == 2
    assert "webhook" in said[0]
    assert "e-mail" in said[1]


def test_who_is_told_comes_from_the_environment() -> None:
    assert read_recipients({}) == Recipients()
    assert read_recipients(
        {
            "PROSPECTION_NOTIFY_WEBHOOK": "https://example.com/hook",
            "PROSPECTION_NOTIFY_EMAIL": "a@example.com; b@example.com",
            "PROSPECTION_NOTIFY_FROM": "p@example.com",
            "PROSPECTION_SMTP": "smtps://user:secret@mail.example.com",
        }
    ) == Recipients(
        "https://example.com/hook",
        ("a@example.com", "b@example.com"),
        "p@example.com",
        "smtps://user:secret@mail.example.com",
    )


def refresh_that_raises(
    errors: list[Exception], folder: Path, instance: dg.DagsterInstance | None = None
) -> dg.ExecuteInProcessResult:
    """Run a job of one stage that raises these errors, one a try, and then succeeds."""

    @dg.op
    def stage(context: dg.OpExecutionContext, session: RefreshSession) -> None:
        with session.stage("load", context.retry_number):
            if errors:
                raise errors.pop(0)

    @dg.job(resource_defs={"session": RefreshSession.of(Environment(folder, Paths(folder)))})
    def refresh() -> None:
        stage()

    return refresh.execute_in_process(raise_on_error=False, instance=instance)


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resources, "FIRST_RETRY_SECONDS", 0.001)


def test_an_error_that_may_pass_is_tried_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    errors: list[Exception] = [OSError(errno.ESTALE, "stale"), OSError(errno.EIO, "no disk")]
    assert refresh_that_raises(errors, tmp_path).success
    record = read_record(Paths(tmp_path))
    assert record is not None
    assert (record.outcome, record.exit_code) == ("done", 0)
    assert capsys.readouterr().out.count("tried again in") == 2


def test_a_refresh_that_has_to_publish_and_does_not_has_failed(tmp_path: Path) -> None:
    @dg.op
    def load(session: RefreshSession) -> None:
        with session.stage("load"):
            session.must_publish()

    @dg.job(resource_defs={"session": RefreshSession.of(Environment(tmp_path, Paths(tmp_path)))})
    def refresh() -> None:
        load()

    assert refresh.execute_in_process().success, "as when later steps are skipped"
    record = read_record(Paths(tmp_path))
    assert record is not None
    assert (record.outcome, record.exit_code) == ("failed", 1)
    assert "nothing was published" in record.messages[0]


def test_an_error_that_stays_ends_the_refresh_and_is_told(
    tmp_path: Path, webhook: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROSPECTION_NOTIFY_WEBHOOK", webhook.address)
    errors: list[Exception] = [OSError(errno.EIO, "no disk") for _ in range(10)]
    assert not refresh_that_raises(errors, tmp_path).success
    assert len(errors) == 10 - 1 - resources.MOST_RETRIES
    assert [posted["outcome"] for posted in webhook.received] == ["failed"]


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (BlockedByGateError("no"), "blocked"),
        (OSError(errno.ENOSPC, "full"), "failed"),
        (ValueError("a bug"), "failed"),
    ],
)
def test_other_errors_are_not_tried_again(
    tmp_path: Path, error: Exception, outcome: Outcome
) -> None:
    errors = [error, error]
    assert not refresh_that_raises(errors, tmp_path).success
    assert len(errors) == 1
    record = read_record(Paths(tmp_path))
    assert record is not None
    assert record.outcome == outcome


def test_a_refresh_that_was_killed_is_told_by_the_scheduler(
    tmp_path: Path, webhook: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROSPECTION_NOTIFY_WEBHOOK", webhook.address)
    with dg.DagsterInstance.ephemeral() as instance:
        result = refresh_that_raises([ValueError("a bug")], tmp_path, instance)
        assert len(webhook.received) == 1
        sensor = died_refresh(
            dg.job(name="refresh")(lambda: None), Environment(tmp_path, Paths(tmp_path))
        )
        context = dg.build_run_status_sensor_context(
            "died_refresh",
            result.get_run_failure_event(),
            instance,
            result.dagster_run,
        ).for_run_failure()
        sensor(context)
        assert len(webhook.received) == 1, "it has told people itself"

        record = read_record(Paths(tmp_path))
        assert record is not None
        resources.write_record(
            Paths(tmp_path), RefreshRecord(record.run_id, record.started_at, stage="build")
        )
        sensor(context)
    assert "its process ended before" in webhook.received[1]["text"]
