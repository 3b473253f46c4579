"""Choosing, typing and waiting for times on a change day: what is shown, what a posted value means, until when."""

from datetime import timedelta

import pytest
import time_machine

from clinic.localtime import day_bounds, local
from clinic.premises.models import Closure
from consultations import availability
from consultations.forms.judgement import AskForm
from consultations.forms.outside import OwnTimeOffForm
from consultations.models import Consultation
from consultations.scheduling.deciding import carried_out_from
from consultations.scheduling.suiting import Suits
from consultations.scheduling.waiting import AT_LEAST, TO_ANSWER, Found, Sought, answer_by, misfit
from tests import factories
from tests.cast import signed_in
from tests.consultations.zone_scene import opened
from tests.zones import in_autumn, in_spring, on_every_day

HOUR = timedelta(hours=1)


def times(around, day, **posted):
    """The page of times as the desk sees it, or what came of choosing one."""
    address = f"/reception/book/?kind=first_visit&practitioner=dr-imani&day={day}"
    with time_machine.travel(around.now, tick=False):
        desk = signed_in(around.sam)
        return desk.post(address, posted) if posted else desk.get(address)


@pytest.mark.django_db
@on_every_day
def test_the_times_of_the_day_stand_under_its_parts_by_the_wall(change):
    page = times(opened(change), change.day)
    parts = {name: [local(slot.starts, change.zone).hour for slot in slots] for name, slots in page.context["parts"]}
    assert [*parts] == ["Morning", "Afternoon"]
    assert [hour for hour in parts["Morning"] if hour >= 6] == [10, 10, 11, 11]
    assert {*parts["Afternoon"]} == {*range(12, 18)}
    assert [each["count"] for each in page.context["days"]][3] == 28 + 2 * (change.hours - 24)
    assert not change.skipped or f">{change.skipped}<" not in page.text


@pytest.mark.django_db
@in_autumn
def test_of_a_time_that_comes_twice_each_has_its_own_words_and_means_its_own_moment(change):
    around = opened(change)
    page = times(around, change.day)
    for which, starts in zip(("before", "after"), change.passes, strict=True):
        assert f"{change.repeated} ({which} the clocks go back)" in page.text
        sent = f"{starts:%Y-%m-%dT%H:%MZ}"
        assert f'value="{sent}"' in page.text
        assert times(around, change.day, starts=sent).status_code == 302
        assert Consultation.objects.filter(starts=starts, status="held").count() == 1


@pytest.mark.django_db
@on_every_day
def test_one_house_is_closed_for_the_whole_day_and_the_other_is_open(change):
    around = opened(change)
    kowloon = factories.location("Kowloon")
    factories.room(kowloon)
    reyes = factories.practitioner("Dr Reyes", around.kind)
    factories.hours(reyes, kowloon, "00:00", "06:00")
    Closure.objects.create(first_day=change.day, last_day=change.day, reason="Flood", location=around.central)
    offered = {
        where: availability.free(
            kind=around.kind,
            practitioners=[around.imani, reyes],
            first_day=change.day,
            days=1,
            now=around.now,
            suits=Suits(location_id=where.pk),
        ).slots()
        for where in (around.central, kowloon)
    }
    assert [len(slots) for slots in offered.values()] == [0, 12 + 2 * (change.hours - 24)]


def typed(change, starts):
    sent = {"starts": f"{change.day}T{starts}", "ends": f"{change.day}T12:00", "absence": "leave"}
    return OwnTimeOffForm(sent, now=change.at("12:00", -3), zone=change.zone)


@on_every_day
def test_time_off_begins_when_the_wall_says_so_and_is_never_guessed(change):
    form = typed(change, "10:00")
    assert form.is_valid()
    assert (form.cleaned_data["starts"], form.cleaned_data["ends"]) == (change.at("10:00"), change.at("12:00"))
    for wall in filter(None, (change.skipped, change.repeated)):
        refused = typed(change, wall)
        assert "The clocks change then" in str(refused.errors["starts"])


@in_spring
def test_an_answer_is_not_asked_for_by_a_time_that_does_not_exist(change):
    asked = {"starts": change.at("12:00"), "now": change.at("12:00", -3), "zone": change.zone}
    form = AskForm({"due_at": f"{change.day}T{change.skipped}", "written": "Well?"}, first=[], others=[], **asked)
    assert "The clocks change then" in str(form.errors["due_at"])
    form = AskForm({"due_at": f"{change.day}T08:00", "written": "Well?"}, first=[], others=[], **asked)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["due_at"] == change.at("08:00")


@on_every_day
def test_the_night_of_the_change_is_a_night_in_which_nobody_has_to_answer(change):
    """Quiet from nine in the evening to eight in the morning, by the wall, however long that is."""
    asked, far = change.at("20:30", -1), change.at("12:00", 3)
    assert answer_by(asked, far, change.zone) == change.at("08:00") + TO_ANSWER - HOUR / 2
    begins, ends = day_bounds(change.day, change.zone)
    for hours in range(int((ends - begins) / HOUR)):
        until = answer_by(begins + hours * HOUR, far, change.zone)
        assert until is not None
        wall = local(until, change.zone)
        assert 8 <= wall.hour < 21 or (wall.hour, wall.minute) == (21, 0)
        assert until - (begins + hours * HOUR) >= TO_ANSWER
    assert answer_by(change.at("20:30", -1), change.at("08:00") - HOUR, change.zone) == change.at("21:00", -1)
    assert change.at("21:00", -1) - change.at("20:30", -1) == AT_LEAST


@on_every_day
def test_who_waits_for_that_day_or_weekday_is_asked_about_its_times_only(change):
    begins, ends = day_bounds(change.day, change.zone)
    sought = Sought(
        practitioners=frozenset(), locations=frozenset(), first_day=change.day, last_day=change.day,
        weekdays=frozenset([change.day.weekday()]), parts=frozenset(), notice=HOUR,
    )  # fmt: skip
    fits = {
        starts: misfit(sought, Found(1, 1, starts), now=change.at("12:00", -3), zone=change.zone) is None
        for starts in (begins - HOUR / 60, begins, ends - HOUR / 60, ends)
    }
    assert [*fits.values()] == [False, True, True, False]


@on_every_day
def test_time_to_decide_is_counted_in_hours_that_passed(change):
    talked = change.at("12:00", -1)
    since = carried_out_from(talks=[talked], visit=change.at("18:00", 1), hours=48)
    assert since - talked == 48 * HOUR
    by_the_wall = local(since, change.zone).replace(tzinfo=None) - local(talked, change.zone).replace(tzinfo=None)
    assert by_the_wall == 48 * HOUR + (24 - change.hours) * HOUR
