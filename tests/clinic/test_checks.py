"""What the house says about itself before it opens."""

import base64
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import CheckMessage
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from pytest_django.fixtures import Settings

from clinic import checks
from clinic.premises.models import Clinic
from tests import factories
from tests.consultations import scene

NEW_KEY = base64.urlsafe_b64encode(b"n" * 32).decode()


def ids(found: list[CheckMessage]) -> list[str | None]:
    return [message.id for message in found]


def test_the_house_as_it_stands_has_nothing_to_say() -> None:
    for check in (
        checks.keys_are_usable, checks.hosts_are_named, checks.the_driver_is_ours, checks.the_policy_is_strict,
        checks.public_pages_are_there,
    ):  # fmt: skip
        assert check() == []


@pytest.mark.parametrize(
    "ring", [[], [("1", "short")], [("x", NEW_KEY)], [("300", NEW_KEY)], [("1", NEW_KEY), ("1", NEW_KEY)]]
)
def test_a_key_ring_that_cannot_seal_is_refused(settings: Settings, ring: list[tuple[str, str]]) -> None:
    settings.FIELD_KEYS = ring
    assert ids(checks.keys_are_usable()) == ["clinic.E001"]


@pytest.mark.django_db
def test_a_value_under_a_key_that_was_taken_away_is_noticed(settings: Settings) -> None:
    old_ring = settings.FIELD_KEYS
    scene.a_patient()
    assert checks.stored_keys_are_known(databases=["default"]) == []
    settings.FIELD_KEYS = [("9", NEW_KEY)]
    found = checks.stored_keys_are_known(databases=["default"])
    assert set(ids(found)) == {"clinic.E002"}
    assert "consultations.Patient.date_of_birth holds values under key 2" in found[0].msg
    settings.FIELD_KEYS = [("9", NEW_KEY), *old_ring]
    assert checks.stored_keys_are_known(databases=["default"]) == []


@pytest.mark.django_db
def test_stored_keys_are_looked_at_only_where_a_database_is_named(settings: Settings) -> None:
    scene.a_patient()
    settings.FIELD_KEYS = [("9", NEW_KEY)]
    assert checks.stored_keys_are_known() == []
    with pytest.raises(SystemCheckError, match=r"clinic\.E002"):
        call_command("check", databases=["default"])


@pytest.mark.parametrize(
    ("name", "wrong", "right", "check", "error"),
    [
        (
            "PUBLIC_BASE_URL",
            "http://clinic.example",
            "https://clinic.example",
            checks.the_address_is_encrypted,
            "clinic.E003",
        ),
        ("EMAIL_URL", "", "smtp://mail.example:587", checks.mail_has_a_server, "clinic.E004"),
    ],
)
def test_a_real_clinic_needs_what_a_demo_can_do_without(
    settings: Settings, name: str, wrong: str, right: str, check: Any, error: str
) -> None:
    settings.DEMO = False
    setattr(settings, name, wrong)
    assert ids(check()) == [error]
    setattr(settings, name, right)
    assert check() == []
    setattr(settings, name, wrong)
    settings.DEMO = True
    assert check() == []


def test_any_host_is_too_many(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["clinic.example", "*"]
    assert ids(checks.hosts_are_named()) == ["clinic.E005"]


def test_a_driver_that_django_would_prefer_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "psycopg.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    assert ids(checks.the_driver_is_ours()) == ["clinic.E006"]


@pytest.mark.parametrize("source", ["'unsafe-inline'", "'unsafe-eval'", "*", "data:", "https:"])
def test_a_policy_that_lets_more_in_is_refused(settings: Settings, source: str) -> None:
    settings.SECURE_CSP = {**settings.SECURE_CSP, "script-src": ["'self'", source]}
    assert ids(checks.the_policy_is_strict()) == ["clinic.E007"]


def test_a_policy_that_does_not_begin_from_nothing_is_refused(settings: Settings) -> None:
    settings.SECURE_CSP = {**settings.SECURE_CSP, "default-src": ["'self'"]}
    assert ids(checks.the_policy_is_strict()) == ["clinic.E007"]


def test_a_public_name_without_a_page_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "PUBLIC_VIEWS", frozenset({"home", "booking:what", "booking:nowhere"}))
    found = checks.public_pages_are_there()
    assert [(message.id, message.msg) for message in found] == [
        ("clinic.E008", "clinic.public lists booking:nowhere, which is no page.")
    ]


@pytest.mark.django_db
def test_a_clinic_that_is_not_set_up_is_a_warning() -> None:
    assert ids(checks.the_clinic_is_set_up(databases=["default"])) == ["clinic.W001"]
    assert checks.the_clinic_is_set_up() == []
    factories.clinic()
    assert checks.the_clinic_is_set_up(databases=["default"]) == []
    Clinic.objects.update(zone_name="Mars/Olympus")
    assert ids(checks.the_clinic_is_set_up(databases=["default"])) == ["clinic.W002"]
