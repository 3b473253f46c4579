"""The rules from draft to signature."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from clinic.accounts.models import User
from clinic.accounts.roles import Role
from clinic.audit.models import Action, AuditEntry
from tests import factories
from tests.factories import NOW
from tests.treatments.rule_scene import a_draft, an_edit, lengthened, raw, the_lead
from treatments import screening, trials, versions
from treatments.codes import Level
from treatments.models import Change, Questionnaire, RuleChange, RuleSet

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead() -> User:
    return the_lead()


@pytest.fixture
def draft(lead: User) -> RuleSet:
    return a_draft(lead)


def changed(lead: User, draft: RuleSet, rule_id: str, **differently: Any) -> list[Change]:
    edit = an_edit(raw(draft, rule_id), **differently)
    return versions.change(actor=lead, version=draft, entry=rule_id, edit=edit, reason="Because.", now=NOW)


def told(action: Action) -> list[str]:
    return sorted(AuditEntry.objects.filter(action=action).values_list("reason", flat=True))


def test_a_draft_has_the_content_of_the_version_in_force_under_the_next_number(draft: RuleSet) -> None:
    base = RuleSet.objects.current()
    assert (base.version, draft.version, draft.based_on) == (1, 2, base)
    assert {**draft.data, "version": 1} == base.data
    assert draft.data["version"] == 2
    assert told(Action.RULES_DRAFTED) == ["begun"]


def test_there_is_one_draft_at_a_time(lead: User, draft: RuleSet) -> None:
    with pytest.raises(versions.DraftExists):
        versions.draft(actor=lead, model=RuleSet, now=NOW)


def test_before_the_first_version_there_is_nothing_to_draft_from(lead: User) -> None:
    with pytest.raises(versions.NothingInForce):
        versions.draft(actor=lead, model=RuleSet, now=NOW)


def test_each_field_that_differs_is_kept_with_the_reason(lead: User, draft: RuleSet) -> None:
    rule = raw(draft, "TAN-01")
    words = {name: rule.get(name, {}) for name in ("heading", "reason", "sentence", "note")}
    words["sentence"] = {**words["sentence"], "en": "We wait six weeks after strong sun or a sunbed."}
    kept = changed(lead, draft, "TAN-01", windows=[("days", 42)], words=words)
    assert {change.field: (change.before, change.after) for change in kept} == {
        "when": ({"within": ["tan_last_exposure", {"days": 28}]}, {"within": ["tan_last_exposure", {"days": 42}]}),
        "sentence.en": (rule["sentence"]["en"], "We wait six weeks after strong sun or a sunbed."),
    }
    assert {(change.reason, change.changed_by, change.changed_at) for change in kept} == {("Because.", lead, NOW)}
    assert raw(draft, "TAN-01")["when"] == {"within": ["tan_last_exposure", {"days": 42}]}
    assert told(Action.RULES_DRAFTED) == ["TAN-01 changed", "begun"]


@pytest.mark.slow
def test_an_edit_that_changes_nothing_leaves_nothing(lead: User, draft: RuleSet) -> None:
    before = RuleSet.objects.get(pk=draft.pk).data
    assert [rule["id"] for rule in before["rules"] if changed(lead, draft, rule["id"])] == []
    assert RuleSet.objects.get(pk=draft.pk).data == before
    assert told(Action.RULES_DRAFTED) == ["begun"]


def test_a_rule_that_begins_to_defer_says_when_the_wait_ends(lead: User, draft: RuleSet) -> None:
    ending = {"en": "once the acne is calm", "zh-hant": "暗瘡受控後"}
    changed(lead, draft, "SUN-01", level=Level.DEFER, ending=ending)
    assert raw(draft, "SUN-01")["until"] == {"kind": "open_ended", "text": ending}
    changed(lead, draft, "SUN-01", level=Level.INFO)
    assert "until" not in raw(draft, "SUN-01")


def test_an_edit_that_cannot_stand_is_refused_and_changes_nothing(lead: User, draft: RuleSet) -> None:
    words = {"heading": {"en": "Sun"}, "reason": {"en": "R"}, "sentence": {"en": "This is safe.", "zh-hant": "安心"}}
    with pytest.raises(screening.BadRules) as refusal:
        changed(lead, draft, "SUN-01", words=words)
    assert refusal.value.problems == ("SUN-01: speaks no zh-hant", "SUN-01: promises safety")
    assert not RuleChange.objects.exists()
    assert raw(draft, "SUN-01") == raw(RuleSet.objects.current(), "SUN-01")


def test_a_question_without_an_answer_goes_on_asking(lead: User, draft: RuleSet) -> None:
    assert changed(lead, draft, "ASK-dob", level=Level.INFO) == []


def test_a_discarded_draft_stays_with_its_changes_and_makes_room(lead: User, draft: RuleSet) -> None:
    lengthened(lead, draft)
    versions.discard(actor=lead, version=draft, now=NOW)
    assert versions.draft(actor=lead, model=RuleSet, now=NOW).version == 3
    assert draft.changes.count() == 1
    with pytest.raises(versions.NoDraft):
        lengthened(lead, draft)


def test_the_changes_are_append_only(lead: User, draft: RuleSet) -> None:
    lengthened(lead, draft)
    for write in (lambda: RuleChange.objects.update(reason="x"), lambda: RuleChange.objects.all().delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            write()


def test_a_draft_is_not_published_before_the_vignettes_have_run_on_exactly_this_content(
    lead: User, draft: RuleSet
) -> None:
    with pytest.raises(versions.NotTried):
        versions.publish(actor=lead, version=draft, now=NOW)
    versions.try_out(actor=lead, version=draft, now=NOW)
    lengthened(lead, draft)
    with pytest.raises(versions.NotTried):
        versions.publish(actor=lead, version=draft, now=NOW)
    versions.try_out(actor=lead, version=draft, now=NOW)
    versions.publish(actor=lead, version=draft, now=NOW)
    current = RuleSet.objects.current()
    assert (current.version, current.signed_by, current.signed_at, current.published_at) == (2, "Dr Lead", NOW, NOW)
    assert told(Action.RULES_PUBLISHED) == [""]


def test_a_run_tells_which_verdicts_change_and_how(lead: User, draft: RuleSet) -> None:
    lengthened(lead, draft)
    run = versions.try_out(actor=lead, version=draft, now=NOW)
    assert (run.agree, run.of) == (33, 35)
    assert {each["vignette"] for each in run.moved} == {"V26", "V27"}
    [moved] = [each for each in run.moved if each["vignette"] == "V26"]
    assert (moved["before"]["earliest_date"], moved["after"]["earliest_date"]) == ("2026-11-29", "2026-12-13")
    draft.refresh_from_db()
    assert draft.run == {"agree": 33, "of": 35, "moved": run.moved}


def test_other_questions_make_a_new_run_necessary(lead: User, draft: RuleSet) -> None:
    versions.try_out(actor=lead, version=draft, now=NOW)
    draft.refresh_from_db()
    assert trials.has_been_run(draft)
    data = {**Questionnaire.objects.get().data, "version": 2}
    data["items"] = [item for item in data["items"] if item["key"] != "skincare"]
    Questionnaire.objects.create(version=2, data=data, status="published", published_at=NOW)
    assert not trials.has_been_run(draft)


def test_a_draft_that_reads_what_is_no_longer_asked_is_not_published(lead: User, draft: RuleSet) -> None:
    data = {**Questionnaire.objects.get().data, "version": 2}
    data["items"] = [item for item in data["items"] if item["key"] != "sunscreen_daily"]
    Questionnaire.objects.create(version=2, data=data, status="published", published_at=NOW)
    with pytest.raises(screening.BadRules, match="nobody is asked for sunscreen_daily"):
        versions.publish(actor=lead, version=draft, now=NOW)
    assert RuleSet.objects.current().version == 1


def test_a_draft_that_another_version_has_overtaken_is_not_published(lead: User, draft: RuleSet) -> None:
    versions.try_out(actor=lead, version=draft, now=NOW)
    RuleSet.objects.create(version=9, data=draft.data, status="published", published_at=NOW)
    with pytest.raises(versions.Overtaken):
        versions.publish(actor=lead, version=draft, now=NOW)


def test_the_version_in_force_is_signed_as_it_is_and_once(lead: User) -> None:
    factories.in_force()
    for version in (RuleSet.objects.current(), Questionnaire.objects.current()):
        versions.sign(actor=lead, version=version, now=NOW)
        version.refresh_from_db()
        assert (version.signed_by, version.signed_at) == ("Dr Lead", NOW)
        with pytest.raises(versions.SignedAlready):
            versions.sign(actor=lead, version=version, now=NOW)
    assert told(Action.RULES_PUBLISHED) == ["signed", "signed"]


def test_a_draft_is_not_signed(lead: User, draft: RuleSet) -> None:
    with pytest.raises(versions.NotInForce):
        versions.sign(actor=lead, version=draft, now=NOW)


@pytest.mark.parametrize("role", [Role.STAFF, Role.PRACTITIONER, Role.OWNER])
def test_nobody_but_a_clinical_lead_drafts_publishes_or_signs(draft: RuleSet, role: Role) -> None:
    who: Any = {"actor": factories.user("sam@clinic.test", role, is_superuser=True), "now": NOW}
    edit = an_edit(raw(draft, "TAN-01"))
    verbs: list[Callable[[], object]] = [
        lambda: versions.draft(model=RuleSet, **who),
        lambda: versions.change(version=draft, entry="TAN-01", edit=edit, reason="x", **who),
        lambda: versions.discard(version=draft, **who),
        lambda: versions.try_out(version=draft, **who),
        lambda: versions.publish(version=draft, **who),
        lambda: versions.sign(version=RuleSet.objects.current(), **who),
    ]
    for verb in verbs:
        with pytest.raises(versions.OnlyTheLead):
            verb()


def test_a_rule_knows_the_vignettes_in_which_it_fires(draft: RuleSet) -> None:
    assert trials.fires_in(draft, "PHS-01") == [("V18", ["ipl"])]
    assert "V26" in dict(trials.fires_in(draft, "TAN-01"))
