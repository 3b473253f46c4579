"""Words that claim too much are found in both languages, and words that only look like them are left alone."""

import json
import re
from collections.abc import Iterator
from typing import Any

import polib
import pytest

from clinic.premises import law, wording
from clinic.premises.models import Jurisdiction
from tests.house import ROOT
from treatments.loading import DATA

STRICTEST = law.profile("custom")
# Titles of papers stand as they were printed; keys, addresses and vignettes are read by nobody who visits.
NOT_FOR_VISITORS = {"references.json"}
OF_THE_HOUSE = (
    "templates/admin/",
    "templates/consultations/desk/",
    "templates/consultations/reception/",
    "clinic/premises/law.py",
)

CLAIMS = [
    ("en", "A safe treatment for every skin.", "safe"),
    ("en", "Our laser is completely SAFE.", "SAFE"),
    ("en", "Safe and effective, with no downtime.", "Safe"),
    ("en", "It is painless.", "painless"),
    ("en", "Pain-free in an hour.", "Pain-free"),
    ("en", "Guaranteed results.", "Guaranteed"),
    ("en", "We guarantee smaller pores.", "guarantee"),
    ("en", "100% of our patients are happy.", "100%"),
    ("en", "The best clinic in town.", "The best"),
    ("en", "Hong Kong's best laser.", "Hong Kong's best"),
    ("en", "A leading clinic.", "leading clinic"),
    ("en", "The only clinic with this device.", "The only clinic"),
    ("en", "The most effective peel.", "most effective"),
    ("en", "Permanent results.", "Permanent results"),
    ("en", "No side effects.", "No side effects"),
    ("en", "There is no risk.", "no risk"),
    ("en", "A risk-free hour.", "risk-free"),
    ("en", "Not only safe but quick.", "safe"),
    ("en", "No scars. Painless.", "Painless"),
    ("en", "Loved by celebrities.", "celebrities"),
    ("en", "Recommended by the stars of the city.", "Recommended by the stars"),
    ("en", "Join our live Q&A on Friday.", "live Q&A"),
    ("zh-hant", "明星推薦的療程。", "明星推薦"),
    ("zh-hant", "由網紅代言。", "網紅代言"),
    ("zh-hant", "逢星期五公開答問。", "公開答問"),
    ("zh-hant", "安全有效的療程。", "安全"),
    ("zh-hant", "全程無痛。", "無痛"),
    ("zh-hant", "保證見效。", "保證"),
    ("zh-hant", "最佳療程。", "最佳療程"),
    ("zh-hant", "全港第一的診所", "全港第一"),
    ("zh-hant", "100%有效", "100%"),
    ("zh-hant", "百分百滿意", "百分百"),
    ("zh-hant", "一勞永逸收細毛孔", "一勞永逸"),
    ("zh-hant", "沒有副作用", "沒有副作用"),
    ("zh-hant", "零風險。", "零風險"),
    ("zh-hant", "不但安全，而且快捷。", "安全"),
    ("zh-hant", "不留疤痕，無痛療程", "無痛"),
]
NO_CLAIMS = [
    ("en", "Your safety comes first, and we tell you what is unsafe."),
    ("en", "Is it safe for all skin types?"),
    ("en", "No treatment is painless."),
    ("en", "We cannot guarantee a result."),
    ("en", "Nobody can say that this is safe."),
    ("en", "Warning signs: payment first, “no risk”, prepaid packages."),
    ("en", "Be wary of guaranteed results and vouchers."),
    ("en", "Peels for home use, such as TCA 50 to 100%."),
    ("en", "Tell us about permanent make-up."),
    ("en", "Frequently asked questions, with their answers."),
    ("en", "Two stars above the door; the models differ in spot size."),
    ("zh-hant", "常見問題及解答。"),
    ("en", "Which treatment is the most effective?"),
    ("en", "Best seen by daylight; the best-studied cream."),
    ("zh-hant", "如有安全問題，請致電診所。"),
    ("zh-hant", "這個療程是否安全？"),
    ("zh-hant", "我們不能保證效果。"),
    ("zh-hant", "沒有療程是無痛的。"),
    ("zh-hant", "須警惕的跡象：聲稱「沒有風險」或「一勞永逸」。"),
    ("zh-hant", "粗大毛孔可以一勞永逸嗎？"),
    ("zh-hant", "最好在療程前兩星期養成習慣。"),
    ("zh-hant", "你有沒有想以最佳狀態出席的日子？"),
    ("zh-hant", "哪種療程對毛孔最有效？"),
]


@pytest.mark.parametrize(("language", "text", "word"), CLAIMS)
def test_a_claim_is_pointed_at_with_its_reason_and_source(language, text, word):
    first = wording.remarks(text, language, STRICTEST)[0]
    assert first.word == word
    assert first.why.en
    assert first.sources


@pytest.mark.parametrize(("language", "text"), NO_CLAIMS)
def test_what_only_looks_like_a_claim_is_left_alone(language, text):
    assert wording.remarks(text, language, STRICTEST) == []


@pytest.mark.parametrize("place", Jurisdiction.values)
def test_what_always_misleads_is_found_everywhere(place):
    assert wording.remarks("A safe, painless hour.", "en", law.profile(place))
    assert wording.remarks("安全無痛", "zh-hant", law.profile(place))


@pytest.mark.parametrize(("language", "text"), [("en", "20% off until Friday"), ("zh-hant", "限時優惠")])
def test_an_offer_is_pointed_at_only_where_offers_are_off(language, text):
    found = {place for place in Jurisdiction.values if wording.remarks(text, language, law.profile(place))}
    assert found == {place for place in Jurisdiction.values if not law.profile(place)["discounts"].is_allowed}


def test_an_override_of_the_matter_quiets_its_words():
    assert wording.remarks("限時優惠", "zh-hant", law.profile("TW"))
    assert not wording.remarks("限時優惠", "zh-hant", law.profile("TW", {"discounts": "on"}))


def test_remarks_follow_the_text_and_name_each_word_once():
    text = "Painless and safe. Safe and painless. Guaranteed."
    assert [remark.word for remark in wording.remarks(text, "en", STRICTEST)] == ["Painless", "safe", "Guaranteed"]


@pytest.mark.parametrize("text", ["", " ", "\n", "。" * 5000, "no " * 5000 + "safe", "不" * 5000 + "安全"])
def test_odd_texts_are_read_quickly(text):
    for language in ("en", "zh-hant"):
        assert len(wording.remarks(text, language, STRICTEST)) <= 1


# --- what ships ---


def said(raw: Any, language: str = "en") -> Iterator[tuple[str, str]]:
    """Every text of a data file with its language; what stands under no language is English."""
    if isinstance(raw, dict):
        for key, value in raw.items():
            yield from said(value, key if key in {"en", "zh-hant"} else language)
    elif isinstance(raw, list):
        for value in raw:
            yield from said(value, language)
    elif isinstance(raw, str):
        yield language, raw


def claims(texts: Iterator[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(remark.word, text) for language, text in texts for remark in wording.remarks(text, language, STRICTEST)]


def shipped() -> list[str]:
    files = [path for path in DATA.rglob("*.json") if path.name not in NOT_FOR_VISITORS]
    return sorted(str(path.relative_to(DATA)) for path in files if "vignette" not in path.name)


@pytest.mark.parametrize("name", shipped())
def test_our_own_catalogue_claims_nothing(name):
    texts = list(said(json.loads((DATA / name).read_text(encoding="utf-8"))))
    assert texts
    assert claims(iter(texts)) == []


def test_the_notices_that_a_place_requires_claim_nothing():
    profiles = [law.profile(place) for place in Jurisdiction.values]
    notices = [notice.words for profile in profiles for notice in profile.notices]
    notices += [rule.notice for profile in profiles for rule in profile.rules.values() if rule.notice]
    assert (
        claims(
            (language, text) for words in notices for language, text in (("en", words.en), ("zh-hant", words.zh_hant))
        )
        == []
    )


def test_our_own_pages_and_mails_claim_nothing():
    pages = [
        path for path in (ROOT / "templates").rglob("*.*") if not _is_of_the_house(path.relative_to(ROOT).as_posix())
    ]
    texts = [
        ("en", re.sub(r"\{%-?\s*(?!trans|block)[^%]*%\}|\{\{[^}]*\}\}|<[^>]+>", " ", path.read_text()))
        for path in pages
    ]
    assert len(texts) > 100
    assert claims(iter(texts)) == []


def test_the_chinese_of_our_pages_claims_nothing():
    catalogue = polib.pofile(str(next((ROOT / "clinic" / "locale").rglob("django.po"))))
    shown = [entry for entry in catalogue if any(not _is_of_the_house(file) for file, _line in entry.occurrences)]
    texts = [text for entry in shown for text in (entry.msgstr, *entry.msgstr_plural.values()) if text]
    assert len(texts) > 500
    assert claims(("zh-hant", text) for text in texts) == []


def _is_of_the_house(file: str) -> bool:
    return file.startswith(OF_THE_HOUSE) or "admin" in file
