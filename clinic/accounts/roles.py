"""Who may do what: four roles, held through groups of the same name."""

from typing import Any

from django.contrib.auth.models import AnonymousUser, Group, Permission
from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from clinic.accounts.models import User


class Role(models.TextChoices):
    STAFF = "staff", _("Staff")
    PRACTITIONER = "practitioner", _("Practitioner")
    CLINICAL_LEAD = "clinical lead", _("Clinical lead")
    OWNER = "owner", _("Owner")


def holds(user: User | AnonymousUser, *roles: Role) -> bool:
    """Whether the person is active and has at least one of the roles."""
    return bool(user.is_authenticated and user.is_active) and not set(roles).isdisjoint(of(user))


def of(user: User | AnonymousUser) -> frozenset[Role]:
    """The person's roles, read once for each user object."""
    if not user.is_authenticated:
        return frozenset()
    if user.roles is None:
        user.roles = named(set(user.groups.values_list("name", flat=True)))
    return user.roles


def person(user_id: int) -> User | None:
    """The person with their roles, in one question."""
    rows = list(User.objects.filter(pk=user_id).annotate(group=F("groups__name")))
    for row in rows[:1]:
        row.roles = named({vars(each)["group"] for each in rows})
    return rows[0] if rows else None


def named(groups: set[str]) -> frozenset[Role]:
    """The roles behind the names of groups; a group that is no role counts for nothing."""
    return frozenset(role for role in Role if role.value in groups)


def give(user: User, role: Role) -> None:
    """Add the person to the role's group, and to the admin when the role works there."""
    user.groups.add(Group.objects.get(name=role.value))
    if role != Role.PRACTITIONER and not user.is_staff:
        user.is_staff = True
        user.save(update_fields=["is_staff"])
    user.roles = None


# What each role's group may do in the admin. Everything of a patient is missing on purpose: staff read the times
# of consultations, nobody reads answers there, and changes to a consultation go through its verbs.
_WORDS = {"view", "add", "change", "delete"}
_CATALOGUE = {"treatments": _WORDS, "practitioners": _WORDS, "premises": {"view", "add", "change"}}
_READ_ONLY_MODELS = {
    "review",
    "invitation",
    "invitationlink",
    "reviewversion",
    "reviewreport",
    "reply",
    "ledgeract",
    "ledgerhead",
    "figures",
    "reporteddowntime",
    "proposedwords",
    "portrait",
    "story",
    "storypair",
    "legaloverride",
    "catalogueimport",
    "closureimport",
    "checkedlink",
}
_OF_THE_LEAD = {"ruleset", "questionnaire", "rulechange", "questionchange"}
_MAY_GO = {"closure"}  # a closed day entered by mistake; a room or a location goes out of use instead
_CONSULTATIONS = {"consultation": {"view"}, "consenttext": {"view"}, "kind": {"view", "change"}, "reminderstep": _WORDS}


def lay_groups(**kwargs: Any) -> None:
    """Make the four groups and their permissions; run after every migrate, harmless when repeated."""
    for role in Role:
        Group.objects.get_or_create(name=role.value)
    staff = [p for p in Permission.objects.select_related("content_type") if _staff_may(p)]
    Group.objects.get(name=Role.STAFF.value).permissions.set(staff)
    people = Permission.objects.filter(content_type__app_label="accounts")
    trail = Permission.objects.filter(content_type__app_label="audit", codename__startswith="view_")
    consent = Permission.objects.filter(codename__in=["add_consenttext", "change_consenttext"])
    # Both read the rules in the admin; to draft, to publish and to sign are verbs that ask for the lead's role.
    rules = Permission.objects.filter(codename__in=["view_ruleset", "view_questionnaire"])
    Group.objects.get(name=Role.OWNER.value).permissions.set([*staff, *people, *trail, *consent, *rules])
    words = Permission.objects.filter(codename="view_consenttext")
    Group.objects.get(name=Role.CLINICAL_LEAD.value).permissions.set([*rules, *words])


def _staff_may(permission: Permission) -> bool:
    verb, _, model = permission.codename.partition("_")
    app = permission.content_type.app_label
    if model.startswith("historical"):
        return verb == "view" and app in _CATALOGUE
    if app in _CATALOGUE and model in _READ_ONLY_MODELS:
        return verb == "view"
    if model in _OF_THE_LEAD:
        return False
    if app in _CATALOGUE:
        return verb in _CATALOGUE[app] or model in _MAY_GO
    if app == "consultations":
        return verb in _CONSULTATIONS.get(model, ())
    return app == "outbox" and verb == "view"
