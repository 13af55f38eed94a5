"""Settings of the Superset that `make superset` starts; `start.py` says where everything lies."""

import os
from pathlib import Path

from published_database import open_only

_HOME = Path(os.environ["SUPERSET_HOME"])

SECRET_KEY = (_HOME / "secret_key").read_text(encoding="ascii").strip()
SQLALCHEMY_DATABASE_URI = f"sqlite:///{_HOME / 'superset.db'}"
DB_CONNECTION_MUTATOR = open_only(Path(os.environ["PROSPECTION_DATABASE"]))

LANGUAGES = {
    "en": {"flag": "gb", "name": "English"},
    "fr": {"flag": "fr", "name": "Français"},
}
BABEL_DEFAULT_LOCALE = os.environ["PROSPECTION_LANGUAGE"]
D3_FORMAT = {
    **(
        {"decimal": ",", "thousands": "\u202f"}
        if BABEL_DEFAULT_LOCALE == "fr"
        else {"decimal": ".", "thousands": ","}
    ),
    "grouping": [3],
    "currency": ["", f"\u00a0{os.environ['PROSPECTION_CURRENCY']}"],
}

# Superset's own default lets pages load pictures, maps and counters of visits from elsewhere
TALISMAN_CONFIG = {
    "content_security_policy": {
        "base-uri": ["'self'"],
        "default-src": ["'self'"],
        "img-src": ["'self'", "blob:", "data:"],
        "worker-src": ["'self'", "blob:"],
        "connect-src": ["'self'"],
        "object-src": "'none'",
        "style-src": ["'self'", "'unsafe-inline'"],
        "font-src": ["'self'"],
        "script-src": ["'self'", "'strict-dynamic'"],
    },
    "content_security_policy_nonce_in": ["script-src"],
    "force_https": False,
    "session_cookie_secure": False,
}
