"""An owner departs from a rule of the place with a reason; it is logged, counts at once, and is taken back at will."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from clinic.accounts.models import User
from clinic.accounts.roles import Role
from clinic.audit.models import AuditEntry
from clinic.premises import overrides
from clinic.premises.law import Matter, Setting
from clinic.premises.models import Clinic, Jurisdiction, LegalOverride
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db

REASON = "Our lawyer wrote on 3 May that it is allowed."


@pytest.fixture
def owner() -> User:
    factories.clinic()
    return factories.user("owner@clinic.test", Role.OWNER)


def depart(actor: User, **differently: Any) -> LegalOverride:
    usual = {"matter": Matter.DISCOUNTS, "setting": Setting.MODIFIED, "reason": REASON}
    return overrides.make(actor=actor, now=NOW, **{**usual, **differently})


def test_an_override_counts_at_once_and_says_so(owner):
    depart(owner)
    law = Clinic.objects.the().law
    assert law.setting(Matter.DISCOUNTS) is Setting.MODIFIED
    assert law["discounts"].is_overridden


def test_it_leaves_a_row_in_the_trail(owner):
    depart(owner)
    overrides.withdraw(actor=owner, matter=Matter.DISCOUNTS, now=NOW)
    rows = AuditEntry.objects.order_by("pk").values_list("actor__email", "role", "action", "object_type", "reason")
    assert set(rows) == {
        ("owner@clinic.test", "owner", "law_overridden", "clinic", "HK discounts: modified"),
        ("owner@clinic.test", "owner", "law_restored", "clinic", "HK discounts"),
    }


def test_taken_back_the_rule_of_the_place_holds_and_the_history_stays(owner):
    depart(owner)
    overrides.withdraw(actor=owner, matter=Matter.DISCOUNTS, now=NOW)
    assert not Clinic.objects.the().law.allows(Matter.DISCOUNTS)
    made = LegalOverride.objects.get()
    assert (made.reason, made.withdrawn_by, made.withdrawn_at) == (REASON, owner, NOW)


@pytest.mark.parametrize("role", [Role.STAFF, Role.PRACTITIONER, Role.CLINICAL_LEAD])
def test_nobody_but_an_owner_decides(owner, role):
    other = factories.user("other@clinic.test", role)
    for attempt in (
        lambda: depart(other),
        lambda: overrides.withdraw(actor=other, matter=Matter.DISCOUNTS, now=NOW),
        lambda: overrides.choose_place(actor=other, place=Jurisdiction.UNITED_STATES, now=NOW),
    ):
        with pytest.raises(overrides.NotTheOwner):
            attempt()
    assert not LegalOverride.objects.exists()
    assert Clinic.objects.get().jurisdiction == "HK"


@pytest.mark.parametrize("reason", ["", "   ", "because", "   because   ", "x" * 501])
def test_a_reason_is_a_sentence(owner, reason):
    with pytest.raises(overrides.ReasonTooShort):
        depart(owner, reason=reason)
    assert not AuditEntry.objects.exists()


def test_an_override_that_says_what_the_rule_says_is_refused(owner):
    with pytest.raises(overrides.NothingToChange):
        depart(owner, setting=Setting.OFF)
    with pytest.raises(overrides.NothingToChange):
        overrides.withdraw(actor=owner, matter=Matter.DISCOUNTS, now=NOW)


def test_the_same_decision_again_is_nothing(owner):
    depart(owner)
    with pytest.raises(overrides.NothingToChange):
        depart(owner, reason="Another sentence about the same.")
    assert LegalOverride.objects.get().reason == REASON


def test_the_newest_decision_counts_and_one_stands(owner):
    depart(owner)
    depart(owner, setting=Setting.ON)
    assert Clinic.objects.the().law.setting(Matter.DISCOUNTS) is Setting.ON
    assert LegalOverride.objects.standing().count() == 1
    assert LegalOverride.objects.count() == 2


def test_an_override_of_one_places_rule_lifts_no_others(owner):
    depart(owner, matter=Matter.MINORS, setting=Setting.ON)
    overrides.choose_place(actor=owner, place=Jurisdiction.TAIWAN, now=NOW)
    assert not Clinic.objects.the().law.allows(Matter.MINORS)
    overrides.choose_place(actor=owner, place=Jurisdiction.HONG_KONG, now=NOW)
    assert Clinic.objects.the().law.setting(Matter.MINORS) is Setting.ON


def test_choosing_a_place_is_logged_and_choosing_it_again_is_nothing(owner):
    overrides.choose_place(actor=owner, place=Jurisdiction.TAIWAN, now=NOW)
    assert AuditEntry.objects.get().reason == "TW"
    with pytest.raises(overrides.NothingToChange):
        overrides.choose_place(actor=owner, place=Jurisdiction.TAIWAN, now=NOW)


@pytest.mark.parametrize("overridden", [0, 1, 3])
def test_the_clinic_brings_its_law_along_in_one_question(owner, overridden):
    for matter in (Matter.DISCOUNTS, Matter.MINORS, Matter.OUTCOMES)[:overridden]:
        depart(owner, matter=matter, setting=Setting.ON)
    with CaptureQueriesContext(connection) as asked:
        law = Clinic.objects.the().law
        assert [rule.matter for rule in law.rules.values() if rule.is_overridden] != [] or not overridden
    assert len(asked) == 1


def test_a_clinic_read_otherwise_asks_once(owner, django_assert_num_queries):
    depart(owner)
    clinic = Clinic.objects.get()
    with django_assert_num_queries(1):
        assert clinic.law.allows(Matter.DISCOUNTS)
        assert clinic.law.allows(Matter.OUTCOMES)


# --- what the database itself refuses ---


@pytest.mark.parametrize("broken", [
    {"reason": ""}, {"reason": "          "}, {"matter": "weather"}, {"setting": "maybe"}, {"withdrawn_at": NOW},
])  # fmt: skip
def test_the_database_refuses_an_override_without_reason_rule_or_name(owner, broken):
    usual = {
        "clinic": Clinic.objects.get(), "place": "HK", "matter": "discounts", "setting": "on", "reason": REASON,
        "made_by": owner, "made_at": NOW,
    }  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        LegalOverride.objects.create(**{**usual, **broken})
    LegalOverride.objects.create(**usual)


def test_the_database_refuses_a_second_one_that_stands(owner):
    made = depart(owner)
    made.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        made.save()
