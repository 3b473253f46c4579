"""Photographs and stories in a real browser: on a phone and a desk, with a slider where a script runs, for all."""

import pytest
from playwright.sync_api import expect

from consultations.models import Scope
from tests import pictures
from tests.browser.test_patient_pages import comes_in
from tests.cast import signed_in
from tests.consultations import photo_scene
from tests.factories import access_to

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
NARROW = {"width": 320, "height": 640}

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def course(cast):
    return photo_scene.course(cast)


def corners(page):
    """Where the two halves of a pair stand on the page, at one moment."""
    where = "Array.from(document.querySelectorAll('.before-after__half'), e => [e.offsetLeft, e.offsetTop])"
    return page.evaluate(where)


def fits(page, width: int) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("language", ["", "/zh-hant"])
def test_the_page_of_stories_is_readable_by_everybody(open_page, axe, cast, course, size, language):
    course.shown(cast.sam, care="Sunscreen", skin_band="3-4")
    page = open_page(f"{language}/stories/", viewport=size)
    expect(page.locator(".before-after img")).to_have_count(2)
    fits(page, size["width"])
    axe(page)
    page.locator(".before-after__press button").click()
    axe(page)
    fits(page, size["width"])


def test_a_slider_lies_over_the_pair_and_obeys_the_keyboard(open_page, cast, course):
    course.shown(cast.sam)
    page = open_page("/stories/", viewport=DESK)
    slider = page.get_by_label("From before (left) to after (right)")
    expect(slider).to_be_hidden()
    (left, top), (right, beside) = corners(page)
    assert left < right, "side by side"
    assert top == beside
    press = page.get_by_role("button", name="Lay one over the other")
    press.focus()
    page.keyboard.press("Enter")
    expect(press).to_have_attribute("aria-pressed", "true")
    assert corners(page)[0] == corners(page)[1], "one over the other"
    slider.focus()
    page.keyboard.press("Home")
    cut = "getComputedStyle(document.querySelector('.before-after__half')).clipPath"
    assert page.evaluate(cut) == "inset(0px 100% 0px 0px)"
    page.keyboard.press("End")
    assert page.evaluate(cut) == "inset(0px 0% 0px 0px)"
    press.click()
    expect(slider).to_be_hidden()
    assert corners(page)[0][0] < corners(page)[1][0]


def test_without_a_script_both_stand_side_by_side_and_nothing_waits_for_one(open_page, cast, course):
    course.shown(cast.sam)
    page = open_page("/stories/", viewport=PHONE, java_script_enabled=False)
    expect(page.locator(".before-after__press")).to_be_hidden()
    expect(page.locator(".before-after__slide")).to_be_hidden()
    boxes = [page.locator(".before-after__half").nth(number).bounding_box() for number in (0, 1)]
    assert boxes[0]["y"] == boxes[1]["y"]
    assert boxes[0]["width"] > 120


def test_a_photograph_is_filed_and_a_story_told_without_a_script(open_page, cast, course, tmp_path):
    phone = {"viewport": PHONE, "java_script_enabled": False}
    course.photograph(course.sessions[0], "before", colour="peru")
    picture = tmp_path / "IMG_0001.JPG"
    picture.write_bytes(pictures.jpeg())
    desk = comes_in(open_page("/", **phone), signed_in(cast.dr_imani))
    desk.goto(f"/desk/{course.last.reference}/photographs/")
    desk.get_by_label("Photograph", exact=True).set_input_files(picture)
    desk.get_by_label("After", exact=True).first.check()
    desk.get_by_label("After which treatment").select_option(index=3)
    desk.get_by_role("button", name="Add the photograph").click()
    expect(desk.get_by_text("The photograph is in the record, sealed.")).to_be_visible()
    for label in ("same angle", "same light", "nobody has edited"):
        desk.get_by_label(label).check()
    desk.get_by_role("button", name="Pair these two").click()
    expect(desk.get_by_text("The pair is kept with your name.")).to_be_visible()

    mine = comes_in(open_page("/", **phone), signed_in(cast.alice))
    mine.goto(f"/my/{course.last.reference}/story/")
    mine.get_by_label("How long it holds").select_option("1")
    mine.get_by_label("I have read this and agree to it.").check()
    mine.get_by_role("button", name="I agree").click()
    mine.get_by_role("link", name="Write it").click()
    mine.get_by_label("Microneedling").check()
    mine.get_by_label("In your words").fill("Finer when I look closely.")
    mine.get_by_label("A.", exact=True).check()
    mine.get_by_label("Show my photographs").check()
    mine.get_by_role("button", name="Read it as everybody will").click()
    expect(mine.locator(".before-after img")).to_have_count(2)
    mine.get_by_role("button", name="Yes, show this to everybody").click()
    expect(mine.get_by_text("A moderator reads it within three days")).to_be_visible()
    mine.wait_for_load_state()  # a picture that is asked for after it was removed is not there, and says so
    mine.locator("button[name=scope][value=public]").click()
    expect(mine.get_by_text("removed for good: 1 story with its pictures")).to_be_visible()


@pytest.mark.parametrize("language", ["", "/zh-hant"])
def test_the_pages_around_it_fit_a_small_phone_and_every_reader(open_page, axe, cast, course, language):
    course.pair()
    course.agree(Scope.VISIT)
    course.agree(Scope.PUBLIC, photo_scene.UNTIL)
    access_to(course.patient, cast.bob)
    my, desk = f"{language}/my/{course.last.reference}", f"{language}/desk/{course.last.reference}"
    readers = {
        cast.alice: [f"{my}/photographs/", f"{my}/photographs/agree/record/", f"{my}/story/"],
        cast.dr_imani: [f"{desk}/photographs/", f"{desk}/examples/"],
    }
    for person, addresses in readers.items():
        page = comes_in(open_page(f"{language}/", viewport=NARROW), signed_in(person))
        for address in addresses:
            page.goto(address)
            assert page.url.endswith(address)
            fits(page, NARROW["width"])
            axe(page)
    story = course.tell()
    page = comes_in(open_page(f"{language}/", viewport=NARROW), signed_in(cast.sam))
    page.goto(f"{language}/moderation/stories/{story.pk}/")
    fits(page, NARROW["width"])
    axe(page)
