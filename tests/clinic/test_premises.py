"""Rooms and devices have a name in each language, and a page prints the one of its own."""

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.utils.translation import override

from clinic.accounts.roles import Role
from clinic.premises.models import Clinic, Device, Location, Room
from tests import factories
from tests.clinic import desk

pytestmark = pytest.mark.django_db


def lines(prefix: str, *rows: dict[str, Any]) -> dict[str, Any]:
    """Rows of an inline table as a browser sends them, all of them new."""
    counts = {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": 0}
    return counts | {f"{prefix}-{n}-{name}": value for n, row in enumerate(rows) for name, value in row.items()}


def a_location(**more: Any) -> dict[str, Any]:
    """The form of a new location, with the rooms and devices given."""
    words = {"name_en": "Central", "slug": "central", "address_en": "1 Example Road", "position": 0}
    return words | lines("rooms") | lines("devices") | more


def test_a_room_goes_by_its_name_in_the_language_of_the_page() -> None:
    where = Location(name_en="Central", name_zh_hant="中環")
    room = Room(location=where, name_en="Room 1", name_zh_hant="1 號房")
    assert str(room) == "Central, Room 1"
    with override("zh-hant"):
        assert room.name == "1 號房"
        assert Room(location=where, name_en="Room 2").name == "Room 2"


def test_reception_reads_the_room_in_the_language_of_the_page() -> None:
    visit = desk.consultation()
    Room.objects.update(name_zh_hant="療程室")
    page = desk.at_work(Role.STAFF).get(f"/zh-hant/reception/{visit.reference}/").content.decode()
    assert "療程室" in page
    assert "Room 1" not in page


def test_rooms_and_devices_are_named_in_both_languages_on_the_page_of_their_location() -> None:
    form = a_location() | lines(
        "rooms",
        {"name_en": "Room 1", "name_zh_hant": "1 號房", "active": "on"},
        {"name_en": "Room 2", "name_zh_hant": "", "active": "on"},
        {"name_en": "Room 3", "name_zh_hant": "", "active": "on"},
    )
    form |= lines("devices", {"name_en": "Laser", "name_zh_hant": "激光儀", "active": "on"})
    assert desk.at_work(Role.OWNER).post(desk.the_new(Location), form).status_code == 302
    assert list(Room.objects.values_list("name_en", "name_zh_hant")) == [
        ("Room 1", "1 號房"), ("Room 2", None), ("Room 3", None),
    ]  # fmt: skip
    assert Device.objects.filter(name_en="Laser", name_zh_hant="激光儀").exists()


def test_a_second_room_of_the_same_name_is_refused_in_words() -> None:
    first = Room.objects.create(location=desk.location(), name="Room 1")
    owner = desk.at_work(Role.OWNER)
    words = {"location": first.location_id, "name_en": "Room 1", "active": "on"}
    refused = owner.post(desk.the_new(Room), words)
    assert "The location already has a room of this name." in refused.content.decode()
    pair = lines("rooms", {"name_en": "A", "active": "on"}, {"name_en": "A", "active": "on"})
    assert owner.post(desk.the_new(Location), a_location() | pair).status_code == 200
    assert Room.objects.count() == 1


def test_a_room_named_in_the_chinese_admin_keeps_its_english_name_apart() -> None:
    first = Room.objects.create(location=desk.location(), name="Room 1")
    with override("zh-hant"):
        Room.objects.create(location=first.location, name_en="Room 2", name_zh_hant="Room 1")
    with pytest.raises(ValidationError):
        Room(location=first.location, name_en="Room 2").full_clean()


@pytest.mark.parametrize(("jurisdiction", "number"), [("HK", "18111"), ("TW", "1925"), ("GB", None)])
def test_a_clinic_that_was_there_keeps_the_help_line_of_its_jurisdiction(jurisdiction: str, number: str | None) -> None:
    factories.clinic(jurisdiction=jurisdiction)
    import_module("clinic.premises.migrations.0004_help_line").keep_the_lines(apps, None)
    for language in ("en", "zh-hant"):
        with override(language):
            line = Clinic.objects.get().help_line
        assert (number in line) if number else not line


def test_staff_write_the_help_line_in_both_languages() -> None:
    clinic = factories.clinic()
    page = desk.at_work(Role.STAFF).get(f"/admin/premises/clinic/{clinic.pk}/change/").content.decode()
    assert 'name="help_line_en"' in page
    assert 'name="help_line_zh_hant"' in page
