"""The drawings: geometry that a ruler would agree with, and words that say the same."""

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from treatments.planning import drawing
from treatments.planning.drawing import Phase, Reach

NEEDLING = Reach("Microneedling", 0, 2000)
PEEL = Reach("Superficial peel", 0, 100)
FRACTIONAL = Reach("Non-ablative fractional laser", 20, 1400)
PHASES = [Phase(0, 1, "visible", "Red"), Phase(2, 3, "settling", "Dry"), Phase(4, None, "normal", "As usual")]


def render(source: str, **context: object) -> str:
    return Template("{% load drawings %}" + source).render(Context(context))


def test_the_surface_is_at_the_top_and_the_deepest_at_the_bottom():
    assert drawing.depth_to_pixels(0, 250) == 0
    assert drawing.depth_to_pixels(5_000, 250) == pytest.approx(250)
    assert drawing.depth_to_pixels(9_000, 250) == pytest.approx(250)


def test_the_epidermis_stays_visible():
    assert drawing.depth_to_pixels(drawing.EPIDERMIS_UM, 250) > 250 / 5


def test_a_depth_above_the_skin_is_refused():
    with pytest.raises(ValueError, match="downwards"):
        drawing.depth_to_pixels(-1, 250)


@given(st.integers(0, 5_000), st.integers(0, 5_000))
def test_deeper_is_lower(one, other):
    shallow, deep = sorted((one, other))
    assert drawing.depth_to_pixels(shallow, 250) <= drawing.depth_to_pixels(deep, 250)


def test_treatments_stand_from_shallow_to_deep():
    section = drawing.section([NEEDLING, PEEL, FRACTIONAL], scale=250)
    assert [bar.reach for bar in section.bars] == [PEEL, FRACTIONAL, NEEDLING]
    assert [bar.x for bar in section.bars] == sorted(bar.x for bar in section.bars)


def test_one_treatment_stands_in_the_middle():
    assert [bar.x for bar in drawing.section([NEEDLING], scale=190).bars] == [50]


reaches = st.builds(
    lambda name, top, more: Reach(name, top, top + more),
    st.text("abc ", min_size=1, max_size=40),
    st.integers(0, 2_000),
    st.integers(0, 3_000),
)


@given(st.lists(reaches, max_size=4))
def test_no_label_runs_into_another_or_out_of_the_drawing(several):
    section = drawing.section(several, scale=250)
    free = 0
    for bar in section.bars:
        ys = [*(y for y, _ in bar.lines), bar.depth_y]
        assert ys == sorted(ys)
        assert bar.bottom < ys[0]
        assert free < ys[0]
        assert ys[-1] < section.height
        free = ys[-1]


def test_the_drawing_says_in_words_how_deep_each_reaches():
    html = render("{% depth_drawing reaches %}", reaches=[NEEDLING, FRACTIONAL])
    assert "Microneedling: to 2 mm" in html
    assert "Non-ablative fractional laser: 0.02 to 1.4 mm" in html


def test_each_day_after_looks_as_its_phase_says():
    looks = [cell.look for cell in drawing.strip(PHASES, days=6)]
    assert looks == ["visible", "visible", "settling", "settling", "normal", "normal"]


def test_a_day_without_a_phase_looks_normal():
    assert [cell.look for cell in drawing.strip([Phase(0, 0, "visible", "")], days=2)] == ["visible", "normal"]


@given(st.integers(1, 60))
def test_the_days_fill_the_strip_and_never_leave_it(days):
    cells = drawing.strip(PHASES, days=days)
    assert len(cells) == days
    assert float(cells[-1].x.rstrip("%")) + float(cells[-1].width.rstrip("%")) <= 100


def test_the_days_are_told_as_people_say_them():
    html = render("{% recovery_strip phases %}", phases=[Phase(0, 0, "visible", "Red"), *PHASES[1:]])
    assert all(words in html for words in ("Day 0<", "Day 2 to 3", "From day 4", "As usual"))


def test_places_are_numbered_in_their_order_and_both_cheeks_carry_one_number():
    marks = drawing.places(["nose", "cheeks", "chin"])
    assert [(mark.number, mark.key) for mark in marks] == [(1, "nose"), (2, "cheeks"), (2, "cheeks"), (3, "chin")]


def test_a_place_that_the_face_does_not_have_is_left_out():
    assert drawing.places(["back", "nose"])[0].number == 1


def test_the_face_map_names_its_numbers():
    html = render("{% face_map areas %}", areas=["nose", "cheeks"])
    assert "<b>1</b> nose" in html
    assert "<b>2</b> cheeks" in html


def test_every_skin_type_stands_with_its_words_and_its_level():
    kinds = {"I": "usual", "II": "usual", "III": "usual", "IV": "caution", "V": "caution", "VI": "ask"}
    html = render('{% skin_strip kinds mine="IV" %}', kinds=kinds)
    assert html.count("skin-strip__words") == 6
    assert html.count("Usual care") == 3
    assert html.count("With care") == 2
    assert html.count("Ask first") == 1
    assert "burns rarely, tans well (yours)" in html


def test_no_skin_type_is_ever_called_safe():
    html = render("{% skin_strip kinds %}", kinds=dict.fromkeys(("I", "II", "III", "IV", "V", "VI"), "usual")).lower()
    assert not any(word in html for word in ("safe", "best", "guarantee", "suits you"))


# --- answers ---------------------------------------------------------------------------------------------------------


def test_a_keloid_outgrows_its_wound_and_a_hypertrophic_scar_does_not():
    wound_left, wound_right = drawing.SCAR_WOUND

    def base(kind):
        flat = drawing.scar(kind).split("H")[1]
        return int(flat.split("C")[0])

    assert base("keloid") < wound_left <= base("hypertrophic") < wound_right
    assert drawing.scar("none").count("34") >= 4, "no scar leaves the skin flat"


def test_each_grade_of_pores_shows_more_than_the_one_before():
    covered = [sum(pore.r**2 for pore in drawing.pores(str(grade))) for grade in range(5)]
    assert covered == sorted(set(covered))
    assert covered[0] == 0


def test_pores_of_one_area_keep_to_it_and_all_stay_inside_the_drawing():
    assert max(abs(pore.x - 36) for pore in drawing.pores("2")) <= 13
    for grade in "01234":
        for pore in drawing.pores(grade):
            assert pore.r <= pore.x <= 72 - pore.r
            assert pore.r <= pore.y <= 48 - pore.r


def test_an_answer_is_drawn_where_its_question_has_drawings_and_nowhere_else():
    assert "<svg" in render('{% answer_drawing "keloid_history" "keloid" %}')
    assert render('{% answer_drawing "keloid_history" "unsure" %}') == ""
    assert render('{% answer_drawing "melasma" "yes" %}') == ""
