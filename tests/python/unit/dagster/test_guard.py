"""Who may ask the scheduler's pages for what: the rules, and a webserver really started."""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.dagster.guard import refusal
from orchestration.dagster.instance import prepare_home
from orchestration.dagster.service import with_our_pages
from orchestration.paths import Paths

HERE = {"host": "127.0.0.1:3000"}
JSON = {"content-type": "application/json"}
ASK = "/graphql"


@pytest.mark.parametrize(
    "host",
    [
        "",
        "rebound.example",
        "rebound.example:3000",
        "127.0.0.1.rebound.example",
        "localhost@rebound.example",
        "rebound.example@localhost",
        "localhost, rebound.example",
        "localhost:nine",
        "0.0.0.0:3000",
        "192.168.1.7:3000",
    ],
)
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_a_foreign_name_is_refused(kind: str, host: str) -> None:
    headers = {"host": host, "origin": f"http://{host}"}
    found = refusal(kind, "GET", "/", "", headers)
    assert found is not None
    assert found[0] == 421


@pytest.mark.parametrize(
    "host", ["127.0.0.1:3000", "localhost:3000", "localhost", "[::1]:13000", "LOCALHOST:3000"]
)
def test_this_machine_may_ask_through_a_tunnel_too(host: str) -> None:
    own = {"host": host, "origin": f"http://{host}", "sec-fetch-site": "same-origin"}
    assert refusal("http", "GET", "/", "", own) is None
    assert refusal("http", "GET", "/runs", "view=all", {"host": host}) is None
    assert refusal("http", "POST", ASK, "", own | JSON) is None
    assert refusal("http", "POST", ASK, "", {"host": host} | JSON) is None
    assert refusal("websocket", "", ASK, "", own) is None


@pytest.mark.parametrize(
    ("status", "method", "query", "headers"),
    [
        (405, "GET", "query=mutation", {}),
        (405, "HEAD", "query=mutation", {}),
        (405, "DELETE", "", {}),
        (405, "OPTIONS", "", {"origin": "https://elsewhere.example"}),
        (403, "POST", "", JSON | {"origin": "https://elsewhere.example"}),
        (403, "POST", "", JSON | {"origin": "http://127.0.0.1:8080"}),
        (403, "POST", "", JSON | {"origin": "null"}),
        (403, "POST", "", JSON | {"sec-fetch-site": "same-site"}),
        (415, "POST", "query=mutation", {}),
        (415, "POST", "", {"content-type": "text/plain"}),
        (415, "POST", "", {"content-type": "text/plain; application/json"}),
        (415, "POST", "", {"content-type": "application/x-www-form-urlencoded"}),
    ],
)
def test_what_another_page_can_send_changes_nothing(
    status: int, method: str, query: str, headers: dict[str, str]
) -> None:
    found = refusal("http", method, ASK, query, HERE | headers)
    assert found is not None
    assert found[0] == status


@pytest.mark.parametrize("origin", [{}, {"origin": "https://elsewhere.example"}])
def test_another_page_may_not_listen(origin: dict[str, str]) -> None:
    found = refusal("websocket", "", ASK, "", HERE | origin)
    assert found is not None
    assert found[0] == 403


def test_dagster_starts_our_pages_in_place_of_its_own() -> None:
    theirs = [sys.executable, "-m", "dagster_webserver", "--port", "3000"]
    daemon = [sys.executable, "-m", "dagster._daemon", "run"]
    assert with_our_pages(theirs)[1:] == ["-m", "orchestration.dagster.pages", "--port", "3000"]
    assert with_our_pages(daemon) == daemon


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Serve the pages of an empty storage, without definitions, and return their port."""
    home = prepare_home(Paths(tmp_path_factory.mktemp("pages")))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number: int = free.getsockname()[1]
    command = [sys.executable, "-m", "orchestration.dagster.pages", "--empty-workspace"]
    log = home / "pages.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [*command, "--host", "127.0.0.1", "--port", str(number)],
            cwd=Path(__file__).parents[4],
            env=os.environ | {"DAGSTER_HOME": str(home)},
            stdout=output,
            stderr=output,
        )
    try:
        end = time.monotonic() + 120
        while process.poll() is None and time.monotonic() < end:
            try:
                ask(number, "GET", "/server_info")
                break
            except OSError:
                time.sleep(0.2)
        else:
            pytest.fail(log.read_text())
        yield number
    finally:
        process.kill()
        process.wait()


def ask(
    port: int, method: str, path: str, body: str = "", **headers: str
) -> tuple[int, dict[str, str], str]:
    """Return status, headers and text of the answer; `_` in a header's name is `-`."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        connection.request(method, path, body or None, named)
        answer = connection.getresponse()
        told = {name.lower(): value for name, value in answer.getheaders()}
        return answer.status, told, answer.read().decode()
    finally:
        connection.close()


MUTATION = "mutation { setNuxSeen }"
JSON_MUTATION = json.dumps({"query": MUTATION})
GET_MUTATION = "/graphql?query=mutation%20%7B%20setNuxSeen%20%7D"


def test_the_real_pages_answer_their_own(port: int) -> None:
    own = {"Content_Type": "application/json", "Origin": f"http://127.0.0.1:{port}"}
    status, headers, page = ask(port, "GET", "/")
    assert status == 200
    assert "Dagster" in page
    assert headers["x-frame-options"] == "DENY"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    status, _, told = ask(port, "POST", ASK, JSON_MUTATION, **own)
    assert (status, json.loads(told)) == (200, {"data": {"setNuxSeen": True}})
    assert ask(port, "GET", "/", Host=f"localhost:{port}")[0] == 200


def test_the_real_pages_refuse_what_others_send(port: int) -> None:
    json_type = {"Content_Type": "application/json"}
    assert ask(port, "GET", "/", Host="rebound.example")[0] == 421
    rebound = {"Host": "rebound.example", "Origin": "http://rebound.example"}
    assert ask(port, "POST", ASK, JSON_MUTATION, **json_type, **rebound)[0] == 421
    assert ask(port, "GET", GET_MUTATION)[0] == 405
    assert ask(port, "POST", GET_MUTATION)[0] == 415
    elsewhere = {"Origin": "https://elsewhere.example"}
    assert ask(port, "POST", ASK, JSON_MUTATION, **json_type, **elsewhere)[0] == 403
    report = "/report_asset_materialization/published_version"
    assert ask(port, "POST", report, "{}", **json_type, **elsewhere)[0] == 403
    upgrade = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec_WebSocket_Version": "13",
        "Sec_WebSocket_Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }
    assert ask(port, "GET", ASK, **upgrade, **elsewhere)[0] == 403
    own = {"Origin": f"http://127.0.0.1:{port}", "Sec_WebSocket_Protocol": "graphql-ws"}
    assert ask(port, "GET", ASK, **upgrade, **own)[0] == 101
