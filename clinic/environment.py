"""Read the operator's environment and say plainly what is wrong with it."""

import base64
import binascii
import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

DEMO_SECRETS = "keys"


def flag(name: str) -> bool:
    """Whether the variable is switched on: 1, true, yes or on."""
    return os.environ.get(name, "").strip().lower() in {"1", "true", "yes", "on"}


def database(url: str, default: Path) -> dict[str, Any]:
    """Django's settings for a DATABASE_URL; SQLite at `default` when it is empty."""
    if not url:
        return sqlite(default)
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return sqlite(Path(unquote(parts.path.removeprefix("/"))) if parts.path.strip("/") else default)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(
            f"DATABASE_URL starts with {parts.scheme!r}; use postgresql://user:password@host:5432/name "
            "or sqlite:///path/to/file.sqlite3"
        )
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", None) or parts.hostname or "",
        "PORT": str(parts.port or query.pop("port", "")),
        # A new connection costs more than most pages; a kept one is checked before it is used again.
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            **query,
            "options": "-c lock_timeout=3000 -c statement_timeout=15000 -c idle_in_transaction_session_timeout=30000",
        },
    }


def sqlite(path: Path) -> dict[str, Any]:
    """SQLite as one machine can lean on it: write-ahead log, the write lock taken when a transaction begins.

    What is deleted is overwritten: a picture that its patient takes back is not left in a free page of the file.
    """
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA mmap_size=134217728;"
                "PRAGMA journal_size_limit=27103364;PRAGMA cache_size=2000;"
                "PRAGMA secure_delete=ON;"
            ),
        },
    }


def secret_key(var: Path) -> str:
    """SECRET_KEY from the environment; the demo makes its own once."""
    if key := os.environ.get("SECRET_KEY", ""):
        return key
    if flag("COMPLEXION_DEMO"):
        return demo_secret(var, "secret_key")
    raise ImproperlyConfigured(
        "SECRET_KEY is not set. To try the demo: ./run demo. To run a clinic, set SECRET_KEY to a long random text; "
        'make one with: python3 -c "import secrets; print(secrets.token_urlsafe(50))"'
    )


def field_keys(var: Path) -> list[tuple[str, str]]:
    """The ring that seals health data, newest key first, from FIELD_KEYS="2:<base64>,1:<base64>"."""
    spec = os.environ.get("FIELD_KEYS", "")
    if not spec and flag("COMPLEXION_DEMO"):
        return [("1", demo_secret(var, "field_key_1"))]
    if not spec:
        raise ImproperlyConfigured(
            "FIELD_KEYS is not set: health answers cannot be sealed. Set FIELD_KEYS=1:<key> with a key made by: "
            'python3 -c "import base64, secrets; print(base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())"'
        )
    ring = []
    for entry in spec.split(","):
        number, _, key = entry.strip().partition(":")
        try:
            usable = number.isdigit() and 0 < int(number) < 256 and len(base64.urlsafe_b64decode(key)) == 32
        except (ValueError, binascii.Error):
            usable = False
        if not usable:
            raise ImproperlyConfigured(
                "FIELD_KEYS must list number:key pairs, newest first, each key 32 bytes in URL-safe base64. "
                f"The entry numbered {number[:3]!r} is not one."
            )
        ring.append((number, key))
    return ring


def demo_secret(var: Path, name: str) -> str:
    """A secret of the demo clinic, made on first use and kept in a file only its owner may read."""
    folder = var / DEMO_SECRETS
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / name
    if not path.exists():
        fresh = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
        half = folder / f"{name}.{secrets.token_hex(8)}"  # whoever is killed here leaves no half of a key behind
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(fresh)
        with suppress(FileExistsError):  # another process of the same start was first
            path.hardlink_to(half)
        half.unlink()
    return path.read_text().strip()
