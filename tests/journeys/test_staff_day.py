"""A staff member's day in the catalogue: add, import, publish, look, change one's mind."""

from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import translation

from clinic.accounts.roles import Role
from tests import factories
from tests.clinic import desk
from tests.pages import words
from tests.treatments.test_importing import a_row, as_file, bring, confirm, told
from treatments.models import Treatment

pytestmark = pytest.mark.django_db

LIST = reverse("treatments:treatments")


def seen(prefix: str = "") -> str:
    """What a visitor reads; the window keeps a page for a minute, so each look asks for another language or wish."""
    page = words(Client().get(f"{prefix}{LIST}?budget=999999"))
    translation.activate("en")
    return page


@time_machine.travel(desk.NOW, tick=False)
def test_a_day_in_the_catalogue() -> None:
    factories.clinic()
    code, sam = desk.facts().code, desk.signed_in(factories.user("sam@clinic.test", Role.STAFF, name="Sam Yip"))

    # a treatment in both languages, as a draft
    typed = {
        "facts": code, "category": "microdermabrasion", "name_en": "Diamond polish", "name_zh_hant": "鑽石磨皮",
        "slug": "diamond", "summary_en": "A polish.", "summary_zh_hant": "磨皮。", "duration_minutes": "30",
        "price_kind": "fixed", "price_minor": "900", "position": "1",
    }  # fmt: skip
    assert sam.post(desk.the_new(Treatment), typed).status_code == 302
    diamond = Treatment.objects.get(slug="diamond")
    assert "Diamond polish" not in seen()
    preview = reverse("admin:treatments_treatment_preview", args=[diamond.pk])
    assert "Diamond polish" in words(sam.get(preview))
    assert "鑽石磨皮" in words(sam.get(f"/zh-hant{preview}"))

    # two hundred rows, five of them bad, then corrected
    rows: list[dict[str, Any]] = [a_row(f"polish-{number}") for number in range(200)]
    for number in (0, 7, 77, 150, 199):
        rows[number]["minutes"] = "soon"
    page = bring(sam, as_file(rows))
    assert [row for row, _column, _sentence in told(page)] == [2, 9, 79, 152, 201]
    assert Treatment.objects.filter(slug__startswith="polish-").count() == 0
    assert confirm(sam, bring(sam, as_file([{**row, "minutes": "30"} for row in rows]))).status_code == 302
    assert Treatment.objects.filter(slug__startswith="polish-").count() == 200

    # published, changed, and changed back
    sam.post(desk.the_list(Treatment), {"action": "publish", "_selected_action": [str(diamond.pk)]})
    assert "Diamond polish" in seen()
    assert "鑽石磨皮" in seen("/zh-hant")
    good = diamond.history.first()
    changed = {**desk.filled(sam.get(desk.the_page(diamond))), "name_en": "Diamant", "price_minor": "90"}
    assert sam.post(desk.the_page(diamond), changed).status_code == 302
    assert "Diamant" in seen()
    assert "HK$90 " in seen()
    assert sam.post(reverse("admin:treatments_treatment_simple_history", args=[diamond.pk, good.pk])).status_code == 302
    assert "Diamond polish" in seen()
    assert [str(record.history_user) for record in diamond.history.all()] == ["Sam Yip"] * 4
