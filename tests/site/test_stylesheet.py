"""The look's source: a file a part, all of them linked, colours in one place, one file served."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

from clinic.site.stylesheet import SHEET, OneStylesheetStorage

CSS = settings.BASE_DIR / "clinic" / "static" / "css"
COMPONENTS = settings.BASE_DIR / "templates" / "components"
# These dress the whole page, or what the form pack, a tag or a page writes by hand.
WITHOUT_A_PARTIAL = {
    "brief",
    "button",
    "chip",
    "choice",
    "day_grid",
    "field",
    "form",
    "icon",
    "question",
    "sheet",
    "stars",
    "table",
    "times",
    "tone",
}
# These are dressed by another part's file.
WITHOUT_A_FILE = {
    "comparison", "cooling_off", "device_time", "fit", "mail_trouble", "preview", "print_button", "questions_to_ask",
    "treatment_card", "ways_on",
}  # fmt: skip


def sources() -> list[Path]:
    return [path for path in sorted(CSS.rglob("*.css")) if path.name != "tokens.css"]


@pytest.fixture
def collected(tmp_path):
    """The storage over a folder in which everything was collected."""
    storage = OneStylesheetStorage(location=tmp_path, base_url="/static/")
    paths = {}
    for name, origin in finders.get_finder("django.contrib.staticfiles.finders.FileSystemFinder").list([]):
        with origin.open(name) as file:
            storage.save(name, file)
        paths[name] = (origin, name)
    problems = [result for result in storage.post_process(paths) if isinstance(result[2], Exception)]
    assert problems == []
    return storage


def test_every_part_is_in_the_sheet():
    sheet = (CSS / "site.css").read_text()
    assert [path.name for path in (CSS / "parts").glob("*.css") if f'url("parts/{path.name}")' not in sheet] == []


def test_a_part_and_its_partial_carry_one_name():
    parts = {path.stem for path in (CSS / "parts").glob("*.css")}
    partials = {path.stem for path in COMPONENTS.glob("*.html")}
    assert parts - partials == WITHOUT_A_PARTIAL
    assert partials - parts == WITHOUT_A_FILE - parts


def test_only_the_tokens_hold_a_colour():
    colour = re.compile(r"#[0-9a-f]{3,8}\b|rgba?\(|hsla?\(", re.IGNORECASE)
    found = [
        f"{path.name}: {line.strip()}"
        for path in sources()
        for line in path.read_text().splitlines()
        if ":" in line and colour.search(line.split(":", 1)[1])
    ]
    assert found == []


def test_one_file_is_served_with_every_part_in_its_layer(collected):
    served = collected.path(collected.stored_name(SHEET))
    css = Path(served).read_text()
    assert "@import" not in css
    assert css.count("@layer parts {") == len(list((CSS / "parts").glob("*.css")))
    assert css.count("{") == css.count("}")


def test_the_faces_are_named_by_their_content(collected):
    css = Path(collected.path(collected.stored_name(SHEET))).read_text()
    assert re.findall(r'url\("([^"]+)"\)', css)
    assert all(
        re.fullmatch(r"\.\./fonts/[\w-]+\.[0-9a-f]{12}\.woff2", url) for url in re.findall(r'url\("([^"]+)"\)', css)
    )
