"""What many tests begin with is laid from memory: it must be what the verbs would have written."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.apps import apps
from django.db import transaction

from clinic.premises.models import Location
from consultations.models import Consultation
from tests import factories, scenes
from tests.cast import Cast, enter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def everything() -> dict[str, list[tuple[object, ...]]]:
    """All rows of all models, those between two of them included."""
    models = apps.get_models(include_auto_created=True)
    return {model._meta.label: list(model._base_manager.order_by("pk").values_list()) for model in models}


def test_what_is_laid_from_memory_is_row_by_row_what_was_played():
    scenes.forget()
    bare = everything()
    with undone():
        scenes.laid(enter)
        played = everything()
    with undone():
        scenes.laid(enter)
        assert everything() == played
    grown = {label for label, rows in played.items() if rows != bare[label]}
    assert {"accounts.User", "accounts.User_groups", "audit.AuditEntry", "consultations.Consultation"} <= grown
    assert everything() == bare


def test_who_is_handed_out_is_nobody_elses_and_stands_in_the_database():
    with undone():
        first = scenes.laid(enter)
    second: Cast = scenes.laid(enter)
    assert second == first
    assert second.alice is not first.alice
    visit = Consultation.objects.get(pk=second.alices_visit.pk)
    assert visit.patient == second.alices_visit.patient
    assert visit.intake.revisions.get().answers["questions"] == "canary-alice-asks-whether-scars-stay"


def test_where_somebody_is_already_the_scene_is_played():
    def one_more() -> int:
        return factories.location(f"Central {Location.objects.count()}").pk

    with undone():
        scenes.laid(one_more)
    factories.location("Causeway Bay")
    scenes.laid(one_more)
    assert [str(place.name) for place in Location.objects.order_by("pk")] == ["Causeway Bay", "Central 1"]
