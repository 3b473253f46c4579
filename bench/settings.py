"""The product's own settings; only the addresses are more, by the few that bench/urls.py adds."""

from clinic.settings import *  # noqa: F403

ROOT_URLCONF = "bench.urls"
