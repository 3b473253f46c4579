"""A new install asks where the clinic is; where nobody is asked or answers, the strictest rules hold."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from clinic.accounts.models import User
from clinic.audit.models import AuditEntry
from clinic.premises import law
from clinic.premises.models import Clinic, Jurisdiction
from tests import factories

pytestmark = pytest.mark.django_db


class Terminal(io.StringIO):
    """Somebody at a keyboard."""

    def isatty(self) -> bool:
        return True


def create(**options: str) -> str:
    said = io.StringIO()
    call_command("create_owner", "owner@clinic.test", stdout=said, **options)
    return said.getvalue()


def test_the_option_answers_for_a_machine():
    assert "The clinic follows the rules of: Taiwan. This is no legal advice." in create(place="TW")
    assert Clinic.objects.get().jurisdiction == "TW"
    row = AuditEntry.objects.get(action="place_chosen")
    assert (row.actor, row.role, row.reason) == (None, "operator", "TW")


@pytest.mark.parametrize(("typed", "place"), [
    ("HK\n", "HK"), ("hk\n", "HK"), (" gb \n", "GB"), ("\n", "custom"), ("Atlantis\n\x00\nau\n", "AU"),
])  # fmt: skip
def test_somebody_at_a_keyboard_is_asked_until_it_is_a_place(monkeypatch, typed, place):
    monkeypatch.setattr("sys.stdin", Terminal(typed))
    asked = create()
    assert all(f"{each.value:8} {each.label}" in asked for each in Jurisdiction)
    assert Clinic.objects.get().jurisdiction == place


def test_where_nobody_can_be_asked_the_strictest_rules_hold(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert "the strictest rules hold until an owner chooses" in create()
    assert Clinic.objects.the().law.rules == law.profile("custom").rules


def test_a_clinic_that_is_there_is_not_asked_about_and_not_moved(monkeypatch):
    factories.clinic()
    monkeypatch.setattr("sys.stdin", Terminal("TW\n"))
    assert "rules" not in create()
    with pytest.raises(CommandError, match="there already"):
        create(place="TW")
    assert Clinic.objects.get().jurisdiction == "HK"


def test_a_place_that_is_none_makes_no_owner():
    with pytest.raises(CommandError, match="invalid choice"):
        call_command("create_owner", "owner@clinic.test", "--place", "Atlantis")
    assert not User.objects.exists()


def test_the_new_clinic_has_a_name_until_somebody_gives_it_one():
    create(place="HK")
    with translation.override("zh-hant"):
        assert Clinic.objects.the().name == "Complexion"
