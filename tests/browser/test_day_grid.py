"""The desk's day in a real browser: a visit is moved by keyboard and by drag, and nothing moves by itself."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_desk_journey import signs_in
from tests.cast import TUESDAY
from tests.consultations.bookings import cancel, fresh, hold
from tests.factories import at

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
DAY = f"/reception/?day={TUESDAY}"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def page(cast, open_page):
    opened = open_page(DAY, viewport=DESK)
    signs_in(opened, "sam@clinic.test")
    expect(opened.locator(".visit[draggable=true]")).to_have_count(2)  # the script has come
    return opened


def picks_up_alice(page):
    page.get_by_role("link", name="Move Alice Wong").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-said]")).to_contain_text("Alice Wong is picked up")


def test_a_visit_is_moved_by_keyboard_after_a_question(page, axe, alices_visit):
    axe(page)
    picks_up_alice(page)
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    said = page.locator("[data-said]")
    expect(said).to_contain_text("Dr Imani")
    page.keyboard.press("ArrowRight")
    expect(said).to_contain_text("Dr Reyes")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Alice Wong: 10:00, Dr Imani →")
    expect(dialog).to_contain_text("will be told by e-mail")
    axe(page)
    assert fresh(alices_visit).starts == at("10:00", TUESDAY)
    dialog.get_by_role("button", name="Move and tell the patient").click()
    page.wait_for_load_state()
    moved = fresh(alices_visit)
    assert moved.practitioner.name == "Dr Reyes"
    assert moved.starts != at("10:00", TUESDAY)
    assert "The consultation has a new time." in page.inner_text("main")


def test_escape_leaves_the_visit_where_it_is(page, alices_visit):
    picks_up_alice(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(page.locator("[data-said]")).to_have_text("Alice Wong stays at 10:00, Dr Imani.")
    expect(page.get_by_role("link", name="Move Alice Wong")).to_be_focused()
    picks_up_alice(page)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Keep the time as it is").click()
    assert not page.get_by_role("dialog").is_visible()
    assert fresh(alices_visit).starts == at("10:00", TUESDAY)


def test_a_visit_is_dragged_to_a_free_time(page, alices_visit):
    target = page.locator(f"[data-free='{at('11:00', TUESDAY):%Y-%m-%dT%H:%MZ}'][data-column='dr-imani']")
    page.locator(".visit[data-move]", has_text="Alice Wong").drag_to(target)
    page.get_by_role("button", name="Move and tell the patient").click()
    page.wait_for_load_state()
    assert fresh(alices_visit).starts == at("11:00", TUESDAY)


def test_a_move_that_is_refused_says_why_and_where_the_nearest_times_are(page, alices_visit):
    target = page.locator(f"[data-free='{at('11:00', TUESDAY):%Y-%m-%dT%H:%MZ}'][data-column='dr-imani']")
    hold("11:00", alices_visit.practitioner)
    page.locator(".visit[data-move]", has_text="Alice Wong").drag_to(target)
    page.get_by_role("button", name="Move and tell the patient").click()
    page.wait_for_load_state()
    assert "This time has just been taken" in page.inner_text("[role=alert]")
    page.locator("section", has_text="The nearest free times").get_by_role("button").last.click()
    page.wait_for_load_state()
    assert fresh(alices_visit).starts not in {at("10:00", TUESDAY), at("11:00", TUESDAY)}


def test_a_change_is_shown_when_nobody_is_in_the_middle_of_something(page, alices_visit):
    ask = "document.dispatchEvent(new Event('visibilitychange'))"
    expect(page.locator(".visit", has_text="Alice Wong")).to_be_visible()
    picks_up_alice(page)
    cancel(alices_visit)
    page.evaluate(ask)
    expect(page.locator("[data-stale]")).to_be_visible()
    expect(page.locator(".visit", has_text="Alice Wong")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Show the change").click()
    expect(page.locator(".visit", has_text="Alice Wong")).to_have_count(0)
    assert "updated" in page.inner_text("[data-updated]")


def test_the_grid_opens_at_the_present_hour_and_stays_where_somebody_looks(cast, open_page, monday):
    monday.move_to(at("17:00", TUESDAY))
    opened = open_page(DAY, viewport={"width": 1280, "height": 600})
    signs_in(opened, "sam@clinic.test")
    grid = opened.locator(".day-grid")
    expect(opened.locator(".visit[draggable=true]")).to_have_count(2)
    middle = "grid => grid.querySelector('.is-now').offsetTop - grid.scrollTop"
    assert 0 < grid.evaluate(middle) < grid.evaluate("grid => grid.clientHeight")
    grid.evaluate("grid => { grid.scrollTop = 200; }")
    cancel(cast.alices_visit)
    opened.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(opened.locator(".visit[draggable=true]")).to_have_count(1)
    assert grid.evaluate("grid => grid.scrollTop") == 200


def test_without_a_script_the_move_is_a_page(cast, open_page, axe):
    plain = open_page(DAY, viewport=DESK, java_script_enabled=False)
    signs_in(plain, "sam@clinic.test")
    plain.get_by_role("link", name="Move Alice Wong").click()
    assert plain.inner_text("h1") == "Choose another time"


def test_on_a_phone_the_day_is_a_list_by_time(cast, open_page, axe):
    phone = open_page(DAY, viewport=PHONE)
    signs_in(phone, "sam@clinic.test")
    assert not phone.locator("[data-grid]").is_visible()
    assert phone.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    axe(phone)
    for address in ("/reception/book/", "/reception/book/walk-in/", "/reception/book/other-time/"):
        phone.goto(address)
        axe(phone)
        assert phone.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
