"""The questionnaire from draft to signature: its words change, with reasons, and nothing else does."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from clinic.accounts.models import User
from clinic.accounts.roles import Role
from tests import factories
from tests.factories import NOW
from tests.treatments import rule_scene
from tests.treatments.question_scene import a_draft, raw, tampered
from treatments import questionnaire as questions
from treatments import trials, versions
from treatments.models import Change, QuestionChange, Questionnaire, RuleSet

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead() -> User:
    return rule_scene.the_lead()


@pytest.fixture
def draft(lead: User) -> Questionnaire:
    return a_draft(lead)


def changed(lead: User, draft: Questionnaire, entry: str, **places: dict[str, str]) -> list[Change]:
    """The edit that leaves an entry as it is, but for the words at these places; two underscores stand for a dot."""
    words = {text.place: text.words for text in questions.texts(raw(draft, entry))}
    edit = {**words, **{place.replace("__", "."): text for place, text in places.items()}}
    return versions.change(actor=lead, version=draft, entry=entry, edit=edit, reason="Plainer.", now=NOW)


def tried(lead: User, draft: Questionnaire) -> Questionnaire:
    versions.try_out(actor=lead, version=draft, now=NOW)
    return versions.publish(actor=lead, version=draft, now=NOW)


def test_a_draft_has_the_content_of_the_version_in_force_and_there_is_one(lead: User, draft: Questionnaire) -> None:
    base = Questionnaire.objects.current()
    assert (draft.version, draft.based_on) == (2, base)
    assert {**draft.data, "version": 1} == base.data
    with pytest.raises(versions.DraftExists):
        versions.draft(actor=lead, model=Questionnaire, now=NOW)
    assert versions.draft(actor=lead, model=RuleSet, now=NOW).is_draft


def test_words_change_and_are_kept_with_the_reason(lead: User, draft: Questionnaire) -> None:
    before = raw(draft, "sex_at_birth")
    label = {"en": "What is your sex at birth?", "zh-hant": "你的出生性別是？"}
    female = {"en": "Woman", "zh-hant": "女"}
    new_help = {"en": "As on your card.", "zh-hant": "如身份證所示。"}
    kept = changed(lead, draft, "sex_at_birth", label=label, help=new_help, options__female__label=female)
    assert {change.field: (change.before, change.after) for change in kept} == {
        "label.en": (before["label"]["en"], label["en"]),
        "label.zh-hant": (before["label"]["zh-hant"], label["zh-hant"]),
        "help.en": (None, new_help["en"]),
        "help.zh-hant": (None, new_help["zh-hant"]),
        "options.female.label.en": ("Female", "Woman"),
    }
    assert {(each.entry, each.reason, each.changed_by, each.changed_at) for each in kept} == {
        ("sex_at_birth", "Plainer.", lead, NOW)
    }
    after = raw(draft, "sex_at_birth")
    assert [option["value"] for option in after["options"]] == [option["value"] for option in before["options"]]
    assert questions.load(Questionnaire.objects.get(pk=draft.pk).data).by_key["sex_at_birth"].help is not None


def test_titles_of_a_section_and_its_pages_change_as_well(lead: User, draft: Questionnaire) -> None:
    changed(lead, draft, "skin", pages__sun__title={"en": "You and the sun", "zh-hant": "你與陽光"})
    assert [page["title"]["en"] for page in raw(draft, "skin")["pages"]][1] == "You and the sun"
    assert QuestionChange.objects.get(field="pages.sun.title.en").entry == "skin"


@pytest.mark.slow
def test_an_edit_that_changes_nothing_leaves_nothing(lead: User, draft: Questionnaire) -> None:
    entries = [each["key"] for part in ("items", "sections") for each in draft.data[part]]
    assert [entry for entry in entries if changed(lead, draft, entry)] == []
    assert Questionnaire.objects.get(pk=draft.pk).data == draft.data


def test_what_is_no_text_of_the_entry_is_not_written(lead: User, draft: Questionnaire) -> None:
    stray = {"type": {"en": "text"}, "options__other__label": {"en": "Other"}, "show_when": {"en": "always"}}
    assert changed(lead, draft, "sex_at_birth", **stray) == []


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ({"en": "Are you well?"}, "skincare: speaks no zh-hant"),
        ({"en": "What keeps your skin safe?", "zh-hant": "護膚？"}, "skincare: promises safety"),
        ({"zh-hant": "護膚？"}, "skincare"),
    ],
)
def test_words_that_cannot_stand_are_refused(
    lead: User, draft: Questionnaire, words: dict[str, str], problem: str
) -> None:
    with pytest.raises(questions.BadQuestionnaire, match=problem):
        changed(lead, draft, "skincare", label=words)
    assert not QuestionChange.objects.exists()
    assert raw(draft, "skincare") == raw(Questionnaire.objects.current(), "skincare")


def test_it_is_published_once_the_vignettes_have_run_on_exactly_this_content(lead: User, draft: Questionnaire) -> None:
    with pytest.raises(versions.NotTried):
        versions.publish(actor=lead, version=draft, now=NOW)
    versions.try_out(actor=lead, version=draft, now=NOW)
    changed(lead, draft, "skincare", label={"en": "What do you put on your skin?", "zh-hant": "你用甚麼護膚？"})
    with pytest.raises(versions.NotTried):
        versions.publish(actor=lead, version=draft, now=NOW)
    tried(lead, draft)
    current = Questionnaire.objects.current()
    assert (current.version, current.signed_by, current.published_at) == (2, "Dr Lead", NOW)
    assert (current.run["agree"], current.run["of"], current.run["moved"]) == (35, 35, [])


def test_other_rules_make_a_new_run_necessary(lead: User, draft: Questionnaire) -> None:
    versions.try_out(actor=lead, version=draft, now=NOW)
    rules = versions.draft(actor=lead, model=RuleSet, now=NOW)
    rule_scene.lengthened(lead, rules)
    versions.try_out(actor=lead, version=rules, now=NOW)
    versions.publish(actor=lead, version=rules, now=NOW)
    with pytest.raises(versions.NotTried):
        versions.publish(actor=lead, version=draft, now=NOW)
    draft.refresh_from_db()
    assert not trials.has_been_run(draft)


ENGLISH = {"en": "Skin type, from the visit"}


@pytest.mark.parametrize(
    ("entry", "differently", "problem"),
    [
        ("sunscreen_daily", {}, "nobody is asked for sunscreen_daily"),
        ("bdd_hours", {}, "bdd_hours: not asked, and facts are derived from it"),
        ("fst_practitioner", {}, "fst_practitioner: not asked"),
        (
            "oil_1",
            {"options": [{"value": "0", "label": {"en": "No", "zh-hant": "否"}}]},
            "oil_1: has no option 1, 2, 3",
        ),
        ("tan_last_exposure", {"date": "future_day"}, "tan_last_exposure is not a date in the past"),
        ("retinoid_last_use", {"words": []}, "retinoid_last_use: a vignette answers current"),
        ("fst_practitioner", {"label": ENGLISH}, "fst_practitioner: speaks no zh-hant"),
    ],
)
def test_a_draft_that_somebody_tampered_with_is_not_published(
    lead: User, draft: Questionnaire, entry: str, differently: dict[str, Any], problem: str
) -> None:
    tampered(draft, entry, **differently)
    with pytest.raises(questions.BadQuestionnaire, match=problem):
        tried(lead, draft)
    assert Questionnaire.objects.current().version == 1


def test_a_draft_whose_run_was_tampered_with_is_not_published(lead: User, draft: Questionnaire) -> None:
    versions.try_out(actor=lead, version=draft, now=NOW)
    tampered(draft, "skincare", help={"en": "All of it.", "zh-hant": "全部。"})
    with pytest.raises(versions.NotTried):
        versions.publish(actor=lead, version=draft, now=NOW)


def test_a_draft_that_another_version_has_overtaken_is_not_published(lead: User, draft: Questionnaire) -> None:
    versions.try_out(actor=lead, version=draft, now=NOW)
    Questionnaire.objects.create(version=9, data=draft.data, status="published", published_at=NOW)
    with pytest.raises(versions.Overtaken):
        versions.publish(actor=lead, version=draft, now=NOW)


def test_a_discarded_draft_stays_with_its_changes_and_makes_room(lead: User, draft: Questionnaire) -> None:
    changed(lead, draft, "skin", title={"en": "Skin", "zh-hant": "皮膚"})
    versions.discard(actor=lead, version=draft, now=NOW)
    assert versions.draft(actor=lead, model=Questionnaire, now=NOW).version == 3
    assert draft.changes.count() == 2
    for write in (
        lambda: QuestionChange.objects.update(reason="x"),
        lambda: QuestionChange.objects.all().delete(),
        lambda: Questionnaire.objects.filter(pk=draft.pk).update(data={}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            write()


def test_nobody_but_a_clinical_lead_touches_it(draft: Questionnaire) -> None:
    who: Any = {"actor": factories.user("sam@clinic.test", Role.OWNER, is_superuser=True), "now": NOW}
    verbs: list[Callable[[], object]] = [
        lambda: versions.draft(model=Questionnaire, **who),
        lambda: versions.change(version=draft, entry="skin", edit={}, reason="x", **who),
        lambda: versions.discard(version=draft, **who),
        lambda: versions.try_out(version=draft, **who),
        lambda: versions.publish(version=draft, **who),
    ]
    for verb in verbs:
        with pytest.raises(versions.OnlyTheLead):
            verb()
