"""The rules that ship in force, and a clinical lead who edits them."""

from typing import Any

from clinic.accounts.models import User
from clinic.accounts.roles import Role
from tests import factories
from tests.factories import NOW
from treatments import screening, versions
from treatments.codes import Level
from treatments.models import RuleSet

LANGUAGES = ("en", "zh-hant")


def the_lead() -> User:
    return factories.user("lead@clinic.test", Role.CLINICAL_LEAD, name="Dr Lead")


def a_draft(lead: User) -> RuleSet:
    """A draft of the rules that ship, which are in force and signed by nobody."""
    factories.in_force()
    return versions.draft(actor=lead, model=RuleSet, now=NOW)


def raw(rule_set: RuleSet, rule_id: str) -> Any:
    return next(rule for rule in RuleSet.objects.get(pk=rule_set.pk).data["rules"] if rule["id"] == rule_id)


def an_edit(rule: Any, **differently: Any) -> screening.Edit:
    """The edit that leaves a rule as it is, but for what is given."""
    same: dict[str, Any] = {
        "level": Level(rule["level"]),
        "windows": [(window.unit, window.length) for window in screening.windows(rule)],
        "words": {name: rule.get(name, {}) for name in ("heading", "reason", "sentence", "note")},
        "ending": rule.get("until", {}).get("text", {}),
    }
    return screening.Edit(**{**same, **differently})


def lengthened(lead: User, rule_set: RuleSet, rule_id: str = "TAN-01", days: int = 42) -> None:
    """A longer window, with a reason."""
    edit = an_edit(raw(rule_set, rule_id), windows=[("days", days)])
    versions.change(actor=lead, version=rule_set, entry=rule_id, edit=edit, reason="Darker summers.", now=NOW)
    rule_set.refresh_from_db()
