"""Conditions in words."""

import re

import pytest

from tests.treatments.shipped import asked, rules
from treatments.codes import TreatmentCode
from treatments.questionnaire.conditions import parse
from treatments.questionnaire.sentences import Speaker

NAMES = {code.value: code.value.replace("_", " ") for code in TreatmentCode}


def said(tree: object, language: str = "en") -> str:
    return Speaker(asked(), NAMES, language).sentence(parse(tree))


@pytest.mark.parametrize(
    ("tree", "words"),
    [
        ({"in": ["anticoagulant", ["none"]]}, "The answer to “Do you take a blood-thinning medicine?” is “No”"),
        ({"not": {"in": ["fst", ["V", "VI"]]}}, "The skin type is not V or VI"),
        ({"in": ["skin_sensitivity", ["high"]]}, "The sensitivity score is high"),
        ({"not": {"known": "dob"}}, "“What is your date of birth?” is not known"),
        ({"age": {"from": 16, "below": 18}}, "The age is 16 or more and below 18"),
        ({"age": {"below": 18}}, "The age is below 18"),
        ({"requested": ["PEEL_MD", 2]}, "At least 2 of these are asked about: peel medium, peel deep"),
        ({"policy": ["iso_policy", ["x"]]}, "The clinic’s policy iso_policy is x"),
        (
            {"and": [{"age": {"from": 60}}, {"or": [{"age": {"below": 70}}, {"not": {"age": {"below": 65}}}]}]},
            "The age is 60 or more, and (the age is below 70, or it is not so that the age is below 65)",
        ),
    ],
)
def test_a_condition_reads_as_a_sentence(tree: object, words: str):
    assert said(tree) == words


def test_a_window_is_told_with_its_number_in_both_languages():
    tree = {"within": ["tan_last_exposure", {"days": 28}]}
    assert "28 days" in said(tree)
    assert "28日" in said(tree, "zh-hant")
    assert "不足6個月" in said({"within": ["tan_last_exposure", {"months": 6}]}, "zh-hant")


@pytest.mark.parametrize("language", ["en", "zh-hant"])
def test_every_condition_that_ships_has_words_and_no_key_of_a_field_in_them(language: str):
    speaker = Speaker(asked(), NAMES, language)
    for rule in rules().rules:
        sentence = speaker.sentence(rule.when)
        assert not re.search(r"\b[a-z]+_[a-z_]+\b", sentence.replace("iso_policy", "").replace("traditional_6m", ""))
    assert all(speaker.sentence(item.show_when) for item in asked().items if item.show_when)
