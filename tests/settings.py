"""The product's settings, with secrets of its own and a password hasher that does not slow the suite.

TEST_DB=postgres runs the suite on the server that TEST_DATABASE_URL names, or on one that it starts by itself.
"""

import os

from tests import postgres

os.environ.setdefault("SECRET_KEY", "tests-only-" + "k" * 50)
os.environ.setdefault("FIELD_KEYS", "2:" + "Mg" * 21 + "I=,1:" + "MQ" * 21 + "E=")
if os.environ.get("TEST_DB") == "postgres" and "DATABASE_URL" not in os.environ:
    os.environ["DATABASE_URL"] = os.environ.get("TEST_DATABASE_URL") or postgres.serve()

from clinic.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
