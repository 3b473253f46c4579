import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.admin import site
from django.contrib.auth.models import Group
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from clinic.accounts.models import User
from clinic.accounts.roles import Role
from clinic.audit import trail as audit
from clinic.audit.admin import AuditEntryAdmin
from clinic.audit.models import Action, AuditEntry, Outcome

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
PATIENT = uuid.UUID("7c1e3f0e-3a52-4d5e-9d55-5f2f6a0f7a11")
CONSULTATION = uuid.UUID("2b9f1de4-1f3c-4c55-8a77-0f0c1a2b3c4d")


def person(*roles: Role, **fields: Any) -> User:
    someone = User.objects.create_user("dr.imani@clinic.test", **fields)
    for role in roles:
        someone.groups.add(Group.objects.get_or_create(name=role.value)[0])
    return someone


def brief_read(actor: User | None) -> AuditEntry:
    audit.record(
        actor=actor,
        action=Action.BRIEF_READ,
        object_type="consultation",
        object_id=CONSULTATION,
        patient_id=PATIENT,
        now=NOW,
    )
    return AuditEntry.objects.get()


@pytest.mark.django_db
def test_an_entry_says_who_did_what_to_which_object_and_whose_it_was() -> None:
    dr_imani = person(Role.PRACTITIONER)

    entry = brief_read(dr_imani)

    assert (entry.at, entry.actor, entry.role) == (NOW, dr_imani, "practitioner")
    assert (entry.action, entry.object_type, entry.object_id) == ("brief_read", "consultation", str(CONSULTATION))
    assert (entry.patient_id, entry.outcome, entry.reason) == (PATIENT, Outcome.DONE, "")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("roles", "hat"),
    [
        ([], "patient"),
        ([Role.STAFF], "staff"),
        ([Role.PRACTITIONER, Role.CLINICAL_LEAD], "clinical lead, practitioner"),
    ],
)
def test_an_entry_keeps_the_roles_of_that_day(roles: list[Role], hat: str) -> None:
    someone = person(*roles)
    entry = brief_read(someone)
    someone.groups.clear()
    entry.refresh_from_db()

    assert entry.role == hat


@pytest.mark.django_db
def test_a_superuser_without_a_role_is_named_as_one() -> None:
    assert brief_read(person(is_superuser=True)).role == "superuser"


@pytest.mark.django_db
def test_somebody_without_an_account_is_a_guest_unless_the_verb_knows_better() -> None:
    assert brief_read(None).role == "guest"

    audit.record(actor=None, action=Action.LINK_USED, object_type="consultation", object_id=7, role="system", now=NOW)

    assert AuditEntry.objects.get(object_id="7").role == "system"


@pytest.mark.django_db
def test_an_entry_carries_the_number_of_its_request() -> None:
    token = audit.request_id.set("5f2f6a0f7a11")
    try:
        entry = brief_read(None)
    finally:
        audit.request_id.reset(token)

    assert entry.request_id == "5f2f6a0f7a11"


@pytest.mark.django_db(transaction=True)
def test_recording_outside_a_transaction_is_refused() -> None:
    with pytest.raises(transaction.TransactionManagementError, match="stands or falls"):
        brief_read(None)

    assert not AuditEntry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_entry_goes_with_the_transaction_that_fails() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        _ = brief_read(None), 1 / 0

    assert not AuditEntry.objects.exists()


@pytest.mark.django_db
def test_an_entry_is_neither_changed_nor_removed_nor_its_actor_deleted() -> None:
    dr_imani = person(Role.PRACTITIONER)
    entry = brief_read(dr_imani)

    with pytest.raises(IntegrityError), transaction.atomic():
        AuditEntry.objects.update(reason="nobody was here")
    with pytest.raises(IntegrityError), transaction.atomic():
        entry.delete()
    with pytest.raises(ProtectedError), transaction.atomic():
        dr_imani.delete()


@pytest.mark.django_db
def test_recording_costs_one_query_once_the_roles_are_known() -> None:
    dr_imani = person(Role.PRACTITIONER)
    audit.hat(dr_imani)

    with CaptureQueriesContext(connection) as queries:
        audit.record(actor=dr_imani, action=Action.SIGNED_IN, object_type="user", object_id=dr_imani.pk, now=NOW)

    assert len(queries) == 1


@pytest.mark.django_db
def test_the_admin_shows_the_trail_and_changes_nothing() -> None:
    admin = AuditEntryAdmin(AuditEntry, site)
    request = RequestFactory().get("/")
    request.user = person(is_superuser=True)

    assert admin.has_view_permission(request)
    assert not admin.has_add_permission(request)
    assert not admin.has_change_permission(request)
    assert not admin.has_delete_permission(request)
