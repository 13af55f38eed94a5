"""The report of a period is sent once to each who gets it, and tried again until it is."""

import base64
from datetime import date
from email import message_from_string
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from orchestration.dagster.resources import RefreshSession
from orchestration.environment import Environment, Recipients, read_report_recipients
from orchestration.errors import DamagedFileError
from orchestration.files import read_json
from orchestration.paths import Paths
from orchestration.refresh.record import read_record
from orchestration.refresh.reporting import write_snapshot
from orchestration.refresh.sent_reports import send_report
from tests.python.unit.refresh.conftest import Inbox, publish
from tests.python.unit.refresh.test_new_signals import AS_PERCENT, EVERYBODY, SIGNALS

SEPTEMBER = date(2026, 9, 30)


@pytest.fixture(autouse=True)
def _no_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do without a browser: to start one takes seconds."""
    monkeypatch.setenv("PATH", "")


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    """Return a data folder with a version in which September is over."""
    paths = Paths(tmp_path)
    publish(paths, "1", SEPTEMBER, "month")
    write_snapshot(paths)
    return paths


@pytest.fixture
def both(webhook: Inbox, mail: Inbox) -> Recipients:
    return Recipients(webhook.address, ("anna@example.com",), "p@example.com", mail.address)


def sent(paths: Paths, recipients: Recipients) -> list[str]:
    """Send what is due, as at the end of a refresh; return what was said."""
    said: list[str] = []
    write_snapshot(paths)
    send_report(paths, recipients, said.append)
    return said


def letter(mail: Inbox) -> EmailMessage:
    (text,) = mail.received
    return message_from_string(text, policy=default)


def test_a_report_is_sent_once_with_its_file_by_each_way(
    paths: Paths, both: Recipients, webhook: Inbox, mail: Inbox
) -> None:
    (kept,) = paths.reports.iterdir()
    assert len(sent(paths, both)) == 1
    assert sent(paths, both) == [], "that there is no browser is said once"
    message = letter(mail)
    assert message["Subject"] == "Prospection: report 2026-09"
    body = message.get_body()
    assert body is not None
    assert "- Touches (2026-09): 7" in body.get_content()
    (attached,) = message.iter_attachments()
    assert attached.get_filename() == kept.name == "2026-09_as_of_2026-09-30.html"
    assert attached.get_payload(decode=True) == kept.read_bytes()
    (posted,) = webhook.received
    assert (posted["kind"], posted["period"], posted["version"]) == ("report", "2026-09", "1")
    (file,) = posted["files"]
    assert base64.b64decode(file["content_base64"]) == kept.read_bytes()


def test_figures_are_told_in_the_unit_that_people_read(tmp_path: Path, webhook: Inbox) -> None:
    paths = Paths(tmp_path)
    publish(paths, "1", SEPTEMBER, "month", AS_PERCENT)
    sent(paths, Recipients(webhook.address))
    assert "- Touches (2026-09): 700%" in webhook.received[0]["text"]


def test_the_next_period_is_sent_and_an_older_one_never(
    paths: Paths, both: Recipients, webhook: Inbox
) -> None:
    publish(paths, "0", date(2026, 8, 31), "month")
    sent(paths, both)
    publish(paths, "1", SEPTEMBER, "month")
    sent(paths, both)
    publish(paths, "0", date(2026, 8, 31), "month")
    sent(paths, both)
    assert [posted["period"] for posted in webhook.received] == ["2026-08", "2026-09"]


def test_what_could_not_be_sent_is_tried_again_by_that_way_alone(
    paths: Paths, both: Recipients, webhook: Inbox, mail: Inbox
) -> None:
    webhook.answers = [503]
    assert any("the webhook could not be reached" in line for line in sent(paths, both))
    assert (len(webhook.received), len(mail.received)) == (0, 1)
    assert sent(paths, both) == []
    assert (len(webhook.received), len(mail.received)) == (1, 1)


def test_a_process_that_is_killed_between_two_ways_sends_the_other_one(
    paths: Paths, both: Recipients, webhook: Inbox, mail: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    class KilledError(BaseException):
        pass

    def killed(*_: Any) -> None:
        raise KilledError

    with monkeypatch.context() as patch:
        patch.setattr("orchestration.refresh.channels._mail", killed)
        with pytest.raises(KilledError):
            sent(paths, both)
    assert read_json(paths.state / "report_sent.json")["ways"] == ["webhook"]
    sent(paths, both)
    assert (len(webhook.received), len(mail.received)) == (1, 1)


@pytest.mark.parametrize("code", [400, 413])
def test_a_webhook_that_takes_no_files_gets_the_text(
    paths: Paths, webhook: Inbox, code: int
) -> None:
    webhook.answers = [code]
    sent(paths, Recipients(webhook.address))
    (posted,) = webhook.received
    assert "Touches" in posted["text"]
    assert "reports/2026-09_as_of_2026-09-30.html" in posted["text"]
    assert "files" not in posted


def test_without_anybody_who_gets_it_nothing_is_noted(paths: Paths, webhook: Inbox) -> None:
    assert sent(paths, Recipients()) == []
    sent(paths, Recipients(webhook.address))
    assert len(webhook.received) == 1


def test_final_values_that_are_others_now_are_told(
    tmp_path: Path, both: Recipients, webhook: Inbox
) -> None:
    """Of July and August, told in August's report, July is another value in September's."""
    paths = Paths(tmp_path)
    july = """
        insert into kpi.kpi_values
        select * replace (date '2026-07-01' as period_start, {value} as value)
        from kpi.kpi_values where grain = 'month' and period_start = '2026-08-01';
        update kpi.kpi_values set is_partial = true where period_start >= '2026-09-01' and {partial}
    """
    publish(paths, "1", date(2026, 8, 31), "month", july.format(value="7.0", partial="true"))
    sent(paths, both)
    assert "Changed since" not in webhook.received[0]["text"]
    changed = july.format(value="9.0", partial="false")
    changed += "; update kpi.kpi_values set value = 12 where period_start = '2026-09-01'"
    publish(paths, "2", SEPTEMBER, "month", changed)
    sent(paths, both)
    text = webhook.received[1]["text"]
    assert "Changed since the report 2026-08 (as of 2026-08-31):" in text
    assert "- Touches (2026-07): 7 → 9" in text
    assert text.count("→") == 1, "September was not over, August is as it was"
    page = (paths.reports / "2026-09_as_of_2026-09-30.html").read_text(encoding="utf-8")
    assert '"value_before":7.0,"value_now":9.0' in page.replace(" ", "")


@pytest.mark.parametrize("tells_signals", [True, False])
def test_the_end_of_a_refresh_sends_what_is_due_and_stays_what_it_was(
    paths: Paths, webhook: Inbox, monkeypatch: pytest.MonkeyPatch, tells_signals: bool
) -> None:
    """Also one that finds nothing new, and one whose messages nobody takes."""
    settings = f"reporting: {{tell_signals: {str(tells_signals).lower()}}}"
    (paths.data / "crm").mkdir()
    (paths.data / "sources.yml").write_text(settings, encoding="utf-8")
    publish(paths, "1", SEPTEMBER, "month", SIGNALS.format(rows=EVERYBODY))

    @dg.op
    def stage(session: RefreshSession) -> None:
        session.unchanged("1", [])

    environment = Environment(paths.data, paths)

    @dg.job(resource_defs={"session": RefreshSession.of(environment)})
    def refresh() -> None:
        stage()

    for address in ("http://127.0.0.1:1/hook", webhook.address, webhook.address):
        monkeypatch.setenv("PROSPECTION_REPORT_WEBHOOK", address)
        assert refresh.execute_in_process().success
        record = read_record(paths)
        assert record is not None
        assert (record.outcome, record.exit_code) == ("unchanged", 0)
    kinds = [posted["kind"] for posted in webhook.received]
    assert kinds == ["report", *(["signals"] if tells_signals else [])]


@pytest.mark.parametrize("name", ["report_sent.json", "report_told.json"])
def test_a_damaged_record_is_named_and_nothing_is_sent(
    paths: Paths, webhook: Inbox, name: str
) -> None:
    (paths.state / name).write_text('{"grain": 1', encoding="utf-8")
    publish(paths, "2", date(2026, 10, 31), "month", "update kpi.kpi_values set value = 8")
    with pytest.raises(DamagedFileError, match=f"{name} is damaged .* delete it"):
        sent(paths, Recipients(webhook.address))
    assert webhook.received == []


def test_who_gets_reports_is_who_is_told_unless_somebody_else_is_named() -> None:
    told = {
        "PROSPECTION_NOTIFY_EMAIL": "it@example.com",
        "PROSPECTION_NOTIFY_WEBHOOK": "https://it",
    }
    assert read_report_recipients(told) == Recipients("https://it", ("it@example.com",))
    named = {"PROSPECTION_REPORT_EMAIL": "a@example.com, b@example.com"}
    assert read_report_recipients({**told, **named}).email == ("a@example.com", "b@example.com")
    nobody = {"PROSPECTION_REPORT_EMAIL": "", "PROSPECTION_REPORT_WEBHOOK": ""}
    assert read_report_recipients({**told, **nobody}) == Recipients()
