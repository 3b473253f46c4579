"""The style guide in a real browser: every part in every state, at every width, with and without a script."""

import pytest

PHONE = {"width": 390, "height": 844}
NARROW = {"width": 320, "height": 640}
DESK = {"width": 1280, "height": 900}

pytestmark = pytest.mark.django_db(transaction=True)


def test_no_part_has_an_accessibility_violation(open_page, axe):
    page = open_page("/styleguide/")
    for size in (PHONE, DESK):
        page.set_viewport_size(size)
        axe(page)


def test_nothing_is_wider_than_the_window(open_page):
    for path in ("/styleguide/", "/zh-hant/styleguide/"):
        page = open_page(path)
        for size in (NARROW, PHONE, DESK):
            page.set_viewport_size(size)
            assert page.evaluate("document.documentElement.scrollWidth") == size["width"]


def test_every_control_is_at_least_44_pixels_high(open_page):
    page = open_page("/styleguide/", viewport=PHONE)
    heights = page.evaluate(
        """() => [...document.querySelectorAll(".button, .choice, input:not([type=radio],[type=checkbox]), select")]
             .map(part => part.getBoundingClientRect().height).filter(height => height > 0)"""
    )
    assert min(heights) >= 44


def test_the_menu_opens_without_a_script(open_page):
    page = open_page("/styleguide/", viewport=PHONE, java_script_enabled=False)
    link = page.locator("#menu a").first
    assert not link.is_visible()
    page.get_by_role("button", name="Menu").click()
    assert link.is_visible()


def test_a_desk_shows_the_menu_at_once(open_page):
    page = open_page("/styleguide/", viewport=DESK)
    assert page.locator("#menu").is_visible()
    assert not page.get_by_role("button", name="Menu").is_visible()


def test_an_answer_opens_the_question_that_follows_from_it(open_page):
    page = open_page("/styleguide/", java_script_enabled=False)
    page.locator("#fresh_smoker_0").check()
    assert page.locator("#fresh_how_many").is_visible()
    page.locator("#fresh_smoker_1").check()
    assert not page.locator("#fresh_how_many").is_visible()


def test_a_button_that_needs_a_script_shows_only_with_one(open_page):
    assert not open_page("/styleguide/", java_script_enabled=False).locator("[data-print]").is_visible()
    assert open_page("/styleguide/").locator("[data-print]").is_visible()


def test_the_error_summary_takes_the_focus_and_leads_to_the_answer(open_page):
    page = open_page("/styleguide/")
    assert page.evaluate("document.activeElement.className") == "error-summary"
    page.locator('a[href="#wrong_burns_0"]').click()
    assert page.evaluate("document.activeElement.id") == "wrong_burns_0"


def test_a_hold_is_true_without_a_script_and_counts_down_with_one(open_page):
    assert open_page("/styleguide/", java_script_enabled=False).get_by_text("Held until").first.is_visible()
    assert open_page("/styleguide/").get_by_text("(13 min left)").is_visible()


def test_a_double_press_sends_a_form_once(open_page):
    page = open_page("/styleguide/")
    sent = page.evaluate(
        """() => {
             const form = document.querySelector("#forms form");
             const press = () => form.dispatchEvent(new Event("submit", {bubbles: true, cancelable: true}));
             return [press(), press()];
           }"""
    )
    assert sent == [True, False]


def test_the_keyboard_reaches_the_content_first(open_page):
    page = open_page("/privacy/", viewport=DESK)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_paper_carries_no_furniture(open_page):
    page = open_page("/styleguide/")
    page.emulate_media(media="print")
    assert not page.locator(".site-header").is_visible()
    assert page.get_by_text("Only on paper.").is_visible()
    assert not page.get_by_text("Only on a screen.").is_visible()
