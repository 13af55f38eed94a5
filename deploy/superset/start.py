"""Start Superset on the published database of a data folder: `make superset`.

What belongs here: the folder that Superset keeps (key, accounts, charts of one's own), its
preparation, the import of our datasets and dashboards, and the server, on 127.0.0.1 only. What
does not: what is imported (see `assets.py`) and how the database is opened (see
`published_database.py`).

It runs in Superset's own environment, in which nothing of this project is installed but what
`read_only.py` and `paths.py` need.
"""

import argparse
import json
import os
import secrets
import subprocess
import sys
from contextlib import redirect_stderr
from importlib.metadata import version
from pathlib import Path

from orchestration.paths import Paths
from orchestration.publication.read_only import open_shut_off

HERE = Path(__file__).resolve().parent
ADMINISTRATOR = "admin"


def main() -> int:
    """Prepare what is not prepared yet, import, and become the server, until interrupted."""
    arguments = _arguments()
    current = Paths(arguments.data.resolve()).current
    database = current / "prospection.duckdb"
    if not database.exists():
        print(f"nothing is published in {arguments.data}: run `make run` first", file=sys.stderr)
        return 2
    settings = json.loads((current / "manifest.json").read_text("utf-8"))["settings"]
    home = arguments.home.resolve()
    os.umask(0o077)
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    _make_key(home / "secret_key")
    os.environ |= {
        "SUPERSET_HOME": str(home),
        "SUPERSET_CONFIG_PATH": str(HERE / "superset_config.py"),
        "PYTHONPATH": f"{HERE}{os.pathsep}{HERE.parents[1]}",
        "FLASK_APP": "superset.app:create_app()",
        "PROSPECTION_DATABASE": str(database),
        "PROSPECTION_LANGUAGE": settings["language"],
        "PROSPECTION_CURRENCY": settings["currency"],
    }
    _prepare(home)
    with (home / "import.log").open("w", encoding="utf-8") as log, redirect_stderr(log):
        _fill(database, settings["currency"], arguments.new_password)
    addresses = [
        f"http://127.0.0.1:{arguments.port}/superset/dashboard/prospection-{language}/"
        for language in ("en", "fr")
    ]
    print("Superset serves", *addresses, "until Ctrl-C", sep="\n  ", flush=True)
    options = "--worker-class gthread --workers 1 --threads 8 --timeout 120 --no-control-socket"
    server = [str(Path(sys.executable).parent / "gunicorn"), *options.split()]
    server += ["--bind", f"127.0.0.1:{arguments.port}", os.environ["FLASK_APP"]]
    return os.execv(server[0], server)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make superset")
    parser.add_argument("--data", type=Path, required=True, help="the data folder")
    parser.add_argument("--home", type=Path, required=True, help="what Superset keeps")
    parser.add_argument("--port", type=int, default=8088)
    parser.add_argument("--new-password", action="store_true", help="give the administrator one")
    return parser.parse_args()


def _make_key(file: Path) -> None:
    """Make the key that sessions and stored passwords depend on, once for each folder."""
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as key:
            key.write(secrets.token_urlsafe(48))
    except FileExistsError:
        return


def _prepare(home: Path) -> None:
    """Make or migrate Superset's own database, when this version has not done so yet."""
    prepared, installed = home / "prepared_by", version("apache-superset")
    if prepared.exists() and prepared.read_text("utf-8") == installed:
        return
    print("preparing Superset: a minute or two, this once", flush=True)
    command, log = str(Path(sys.executable).parent / "superset"), home / "preparation.log"
    with log.open("w", encoding="utf-8") as output:
        for step in (["db", "upgrade"], ["init"]):
            ended = subprocess.run([command, *step], stdout=output, stderr=output, check=False)
            if ended.returncode:
                sys.exit(f"superset {' '.join(step)} failed; what it said stands in {log}")
    prepared.write_text(installed, encoding="utf-8")


def _fill(database: Path, currency: str, new_password: bool) -> None:
    """Make the administrator's account, once, and import datasets, charts and dashboards."""
    sys.path[:0] = [str(HERE)]
    from assets import read_assets
    from superset.app import create_app

    application = create_app()
    with application.app_context():
        from flask import g
        from superset import security_manager
        from superset.commands.importers.v1.assets import ImportAssetsCommand

        user, password = security_manager.find_user(ADMINISTRATOR), secrets.token_urlsafe(16)
        if user is None:
            names = (ADMINISTRATOR, "Prospection", "Superset", "admin@localhost.invalid")
            role = security_manager.find_role("Admin")
            user = security_manager.add_user(*names, role, password=password)
        elif new_password:
            security_manager.reset_password(user.id, password)
        else:
            password = ""
        if password:
            print(f"user {ADMINISTRATOR}, password {password} (shown this once)", flush=True)
        with open_shut_off(database) as connection:
            assets = read_assets(connection, f"duckdb:///{database}", currency)
        g.user = user
        ImportAssetsCommand(assets).run()


if __name__ == "__main__":
    sys.exit(main())
