"""How typed words meet titles, other names and texts."""

import pytest

from clinic.site.matching import Entry, find

PORES = Entry("pores", ["Enlarged pores", "毛孔粗大"], ["open pores", "草莓鼻"], ["Oil fills them, says a study."])
IPL = Entry("ipl", ["Intense pulsed light (IPL)", "彩光（IPL）"], ["脈衝光"], ["For brown spots. 用於啡斑。"])
CARBON = Entry("carbon", ["Carbon laser", "碳粉激光"], ["黑臉娃娃"], ["Less oil for enlarged pores. 毛孔看來較細。"])
SHELF = [CARBON, IPL, PORES]


def found(typed, shelf=SHELF):
    return [each.row for each in find(typed, shelf).found]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("pores", "pores"),
        ("PORE", "pores"),
        ("Open Pores", "pores"),
        ("ｏｐｅｎ　ｐｏｒｅｓ", "pores"),  # full width
        ("my pores are enlarged", "pores"),
        ("毛孔粗大", "pores"),
        ("我的毛孔粗大嗎?", "pores"),
        ("草莓鼻", "pores"),
        ("ipl", "ipl"),
        ("ＩＰＬ", "ipl"),
        ("脈衝光", "ipl"),
        ("黑臉娃娃", "carbon"),
        ("黑脸娃娃", "carbon"),  # simplified
        ("为什么毛孔粗大？", "pores"),
        ("激光", "carbon"),
        ("lasers", "carbon"),
        ("oil 毛孔", "carbon"),
    ],
)
def test_what_is_typed_finds(typed, first):
    assert found(typed)[0] == first


def test_a_title_counts_more_than_another_name_and_that_more_than_a_text():
    text, name, title, whole = (
        Entry("text", ["a"], ["b"], ["peel"]),
        Entry("name", ["a"], ["light peel"], []),
        Entry("title", ["Peel of the face"], [], []),
        Entry("whole", ["Peel"], [], []),
    )
    exact = Entry("exact name", ["a"], ["peel"], [])
    assert found("peel", [text, name, title, exact, whole]) == ["whole", "exact name", "title", "name", "text"]


def test_every_word_has_to_occur_somewhere():
    assert found("enlarged oil") == ["carbon", "pores"]
    assert found("enlarged elephants") == []


@pytest.mark.parametrize("typed", ["pl", "ores", "eatre", "ip"])
def test_a_word_is_not_found_in_the_middle_of_another_nor_a_short_one_as_a_beginning(typed):
    multiple = [Entry("multiple", ["Multiples"], ["scores"], ["apple theatre"])]
    assert found(typed, [*multiple, PORES, IPL]) == []


@pytest.mark.parametrize("typed", ["IPL彩光", "彩光ipl", "碳粉laser"])
def test_words_of_two_scripts_need_no_blank_between_them(typed):
    assert len(found(typed)) == 1


def test_a_chinese_word_that_nothing_holds_is_taken_apart_in_pairs():
    results = find("鼻頭毛孔粗大", SHELF)
    assert [each.row for each in results.found] == ["pores"]
    assert results.is_loose
    assert not find("毛孔", SHELF).is_loose
    assert found("完全無關") == []
    assert found("鼻頭毛孔粗大 zebra") == []


def test_variants_of_a_character_are_one():
    assert found("單純皰疹", [Entry("sore", ["單純疱疹"], [], [])]) == ["sore"]


@pytest.mark.parametrize("typed", ["", "  ", "?!…", "（）", "\\", "%", "_", "(?P<x>", ".*", "[a-z]", "\ufffd", "😀"])
def test_what_holds_no_word_finds_nothing_and_breaks_nothing(typed):
    assert find(typed, SHELF).found == []
