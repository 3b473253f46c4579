"""Who may do what in the admin: the table of the manual, held against the house."""

import pytest
from django.contrib.admin import site
from django.contrib.auth.models import Permission
from django.db.models import Model
from django.test import RequestFactory

from clinic.accounts import roles
from clinic.accounts.models import User
from clinic.accounts.roles import Role
from tests import factories
from tests.clinic import desk

pytestmark = pytest.mark.django_db

ALL = "view add change delete"
KEPT = "view add change"
# What each role may do with an object of each list; "" is a list that is not there. A practitioner has no admin.
MAY = {
    # model                        staff           clinical lead  owner
    "accounts.User": ("", "", KEPT),
    "audit.AuditEntry": ("", "", "view"),
    "consultations.ConsentText": ("view", "view", KEPT),
    "consultations.Consultation": ("view", "", "view"),
    "consultations.Kind": ("view change", "", "view change"),
    "outbox.OutboundMessage": ("view", "", "view"),
    "practitioners.Practitioner": (ALL, "", ALL),
    "practitioners.Review": ("view", "", "view"),
    "practitioners.Roster": ("view change", "", "view change"),
    "practitioners.Story": ("view", "", "view"),
    "practitioners.TimeOff": (ALL, "", ALL),
    "premises.Clinic": (KEPT, "", KEPT),  # added once, before there is one
    "premises.Closure": (ALL, "", ALL),
    "premises.ClosureImport": ("view", "", "view"),
    "premises.Device": (KEPT, "", KEPT),
    "premises.DeviceKind": (KEPT, "", KEPT),
    "premises.Location": (KEPT, "", KEPT),
    "premises.Room": (KEPT, "", KEPT),
    "premises.RoomKind": (KEPT, "", KEPT),
    "treatments.CatalogueImport": ("view", "", "view"),
    "treatments.CheckedLink": ("view", "", "view"),
    "treatments.Combination": (ALL, "", ALL),
    "treatments.Comparison": (ALL, "", ALL),
    "treatments.Concern": (ALL, "", ALL),
    "treatments.FrequentQuestion": (ALL, "", ALL),
    "treatments.Questionnaire": ("", "view", "view"),
    "treatments.Reference": (ALL, "", ALL),
    "treatments.RuleSet": ("", "view", "view"),
    "treatments.Term": (ALL, "", ALL),
    "treatments.Treatment": (KEPT, "", KEPT),
    "treatments.TreatmentCategory": ("view change", "", "view change"),
    "treatments.TreatmentFacts": ("view change", "", "view change"),
}
COLUMNS = [Role.STAFF, Role.CLINICAL_LEAD, Role.OWNER]


def allowed(user: User, model: type[Model]) -> str:
    request = RequestFactory().get("/")
    request.user = user
    admin = site._registry[model]
    answers = admin.get_model_perms(request)
    return " ".join(verb for verb in ("view", "add", "change", "delete") if answers[verb])


def test_the_table_names_every_list() -> None:
    assert set(MAY) == {model._meta.label for model in site._registry}


@pytest.mark.parametrize("column", range(3), ids=lambda column: COLUMNS[column].value)
def test_a_role_may_do_what_the_table_says_and_nothing_else(column: int) -> None:
    user = factories.user("sam@clinic.test", COLUMNS[column])
    assert {model._meta.label: allowed(user, model) for model in site._registry} == {
        label: row[column] for label, row in MAY.items()
    }


@pytest.mark.parametrize("column", range(3), ids=lambda column: COLUMNS[column].value)
def test_a_list_opens_for_a_role_exactly_when_the_table_lets_it_view(column: int) -> None:
    client = desk.at_work(COLUMNS[column])
    factories.clinic()
    opened = {model._meta.label for model in site._registry if client.get(desk.the_list(model)).status_code != 404}
    assert opened == {label for label, row in MAY.items() if "view" in row[column]}


def test_a_practitioner_has_no_permission_in_the_admin_at_all() -> None:
    assert factories.user("dr.imani@clinic.test", Role.PRACTITIONER).get_all_permissions() == set()


@pytest.mark.parametrize("role", list(Role))
def test_no_role_may_do_anything_to_health_data_in_the_admin(role: Role) -> None:
    health = {"patient", "patientaccess", "draft", "intake", "intakerevision", "screening", "note", "noteamendment",
              "consent", "managelink", "visitinvitation"}  # fmt: skip
    held = {
        name.partition(".")[2].partition("_")[2]
        for name in factories.user("sam@clinic.test", role).get_all_permissions()
    }
    assert not held & health


def test_laying_the_groups_again_changes_nothing() -> None:
    def held() -> dict[str, set[str]]:
        return {role: factories.user(desk.an_address(), role).get_all_permissions() for role in Role}

    before = held()
    roles.lay_groups()
    assert held() == before


def test_the_health_models_have_permissions_that_nobody_was_given() -> None:
    assert Permission.objects.filter(codename="view_note", group=None).count() == 1
