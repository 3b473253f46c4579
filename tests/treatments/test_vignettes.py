import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from tests.treatments.shipped import DATA, TODAY, shipped
from treatments.models import Questionnaire, RuleSet

VIGNETTES = DATA / "vignettes.json"


def run(file: Path) -> list[str]:
    said = StringIO()
    try:
        call_command("check_vignettes", str(file), stdout=said)
    except SystemExit as end:
        said.write(f"exit {end.code}")
    return said.getvalue().splitlines()


def written(folder: Path, content: object) -> Path:
    file = folder / "vignettes.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    return file


@pytest.mark.django_db
def test_all_35_vignettes_agree_with_the_rules_that_ship():
    assert run(VIGNETTES) == ["The rule set that ships; none is published", "35 of 35 agree"]


@pytest.mark.django_db
def test_boundary_days_half_remembered_dates_and_blanks_agree_with_what_was_worked_out_by_hand():
    """Written from the clinical tables, not from the rules' data."""
    assert run(Path(__file__).with_name("boundary_vignettes.json"))[-1] == "25 of 25 agree"


@pytest.mark.django_db
def test_before_the_tables_exist_the_rules_that_ship_are_checked():
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE treatments_questionnaire RENAME TO not_yet_there")
    assert run(VIGNETTES)[-1] == "35 of 35 agree"


@pytest.mark.django_db
def test_a_published_rule_set_is_the_one_that_is_checked():
    lenient = shipped("rules_v1.json")
    lenient["rules"] = [rule for rule in lenient["rules"] if rule["id"] != "PHS-01"]
    at = f"{TODAY}T00:00:00Z"
    Questionnaire.objects.create(version=1, status="published", published_at=at, data=shipped("questionnaire_v1.json"))
    RuleSet.objects.create(version=7, status="published", published_at=at, data=lenient)

    assert run(VIGNETTES) == [
        "Rule set 7, published",
        "V18 ipl level: expected contraindicated, got clear",
        "V18 ipl rule_ids: expected ['PHS-01'], got []",
        "34 of 35 agree",
        "exit 1",
    ]


@pytest.mark.django_db
def test_a_wrong_date_and_a_wrong_open_end_are_each_told(tmp_path: Path):
    [vignette] = [each for each in json.loads(VIGNETTES.read_text()) if each["id"] == "V26"]
    vignette["expected"]["laser_nafl"] |= {"earliest_date": "2026-11-30", "open_ended": True}

    assert run(written(tmp_path, [vignette]))[1:] == [
        "V26 laser_nafl earliest_date: expected 2026-11-30, got 2026-11-29",
        "V26 laser_nafl open_ended: expected True, got False",
        "0 of 1 agree",
        "exit 1",
    ]


@pytest.mark.django_db
def test_the_order_of_rule_ids_does_not_matter(tmp_path: Path):
    [vignette] = [each for each in json.loads(VIGNETTES.read_text()) if each["id"] == "V35"]
    vignette["expected"]["laser_nafl"]["rule_ids"].reverse()

    assert run(written(tmp_path, [vignette]))[-1] == "1 of 1 agree"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ({"id": "V01"}, "not a list"),
        ([{"id": "V01", "baseline": "NOBODY"}], "V01: KeyError"),
        (["V01"], "without an id"),
    ],
)
def test_a_file_that_cannot_be_run_is_refused_in_words(tmp_path: Path, content: object, complaint: str):
    with pytest.raises(CommandError, match=complaint):
        call_command("check_vignettes", str(written(tmp_path, content)), stdout=StringIO())


@pytest.mark.django_db
def test_a_file_that_is_not_there_is_refused_in_words(tmp_path: Path):
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("check_vignettes", str(tmp_path / "nowhere.json"), stdout=StringIO())
