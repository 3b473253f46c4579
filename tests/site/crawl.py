"""The public pages as a crawler gets to know them: from the front page along every link."""

import re
from dataclasses import dataclass, field
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from django.test import Client

from practitioners.models import Practitioner
from tests.factories import NOW
from tests.site import street
from treatments import loading
from treatments.models import Treatment

NOT_FOLLOWED = re.compile(r"^(?:/zh-hant)?/(?:book|account|static|admin)/|\.ics$")
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr", "path"}


@dataclass
class Seen(HTMLParser):
    """A page: its head, its links, its structured data, and its words with the language that each stands in."""

    path: str
    html: str
    language: str = ""
    title: str = ""
    metas: dict[str, str] = field(default_factory=dict)
    canonical: str = ""
    alternates: dict[str, str] = field(default_factory=dict)
    links: list[str] = field(default_factory=list)
    switch: str = ""
    data: list[str] = field(default_factory=list)
    words: list[tuple[str, str]] = field(default_factory=list)
    stack: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.feed(self.html)
        self.close()

    @property
    def is_indexable(self) -> bool:
        return not self.metas["robots"].startswith("noindex")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        language = values.get("lang") or (self.stack[-1][1] if self.stack else "")
        if tag == "html":
            self.language = values["lang"]
        if tag == "meta" and "name" in values:
            self.metas[values["name"]] = values["content"]
        if tag == "link" and values.get("rel") == "canonical":
            self.canonical = values["href"]
        if tag == "link" and values.get("rel") == "alternate":
            self.alternates[values["hreflang"]] = values["href"]
        if tag == "a" and "hreflang" in values:
            self.switch = values["href"]
        elif tag == "a":
            self.links.append(values.get("href", ""))
        self.words += [
            (values[name], language) for name in ("alt", "aria-label", "data-label", "value") if name in values
        ]
        if tag not in VOID:
            self.stack.append((tag, language))

    def handle_endtag(self, tag: str) -> None:
        while any(open_tag == tag for open_tag, _language in self.stack) and self.stack.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        tag, language = self.stack[-1] if self.stack else ("", "")
        if tag == "title" and not any(open_tag == "svg" for open_tag, _language in self.stack):
            self.title += data
        elif tag == "script":
            self.data += [data] if data.strip() else []
        elif data.strip():
            self.words.append((data, language))


def opened() -> None:
    """A clinic with everything on its shelf, and two people to see."""
    clinic: Any = street.opened()
    clinic.name, clinic.tagline_en, clinic.tagline_zh_hant = "Lumen", "Know your skin.", "了解皮膚。"
    clinic.address_en, clinic.address_zh_hant = "1 Example Road\nHong Kong", "香港範例道一號"
    clinic.notice_en, clinic.notice_zh_hant = "A demonstration.", "示範。"
    clinic.save()
    loading.load_catalogue(now=NOW - timedelta(days=1))
    imani = street.at_work("Dr Imani", title="Doctor", title_zh_hant="醫生")
    street.at_work("Dr Reyes", title="Doctor", title_zh_hant="醫生")
    street.reviewed(imani, 5, 4)
    for person in Practitioner.objects.all():
        for treatment in Treatment.objects.all()[:3]:
            person.offerings.create(treatment=treatment)


def crawl(start: str) -> dict[str, Seen]:
    """Every page that one comes to from here without signing in or booking, by its path; filters are left out."""
    client: Any = Client()
    waiting, pages = [start], dict[str, Seen]()
    while waiting:
        path = waiting.pop()
        if path in pages:
            continue
        answer = client.get(path)
        assert answer.status_code == 200, path
        page = pages[path] = Seen(path, answer.content.decode())
        waiting += [
            target.path
            for target in map(urlsplit, page.links)
            if target.path and not target.netloc and not target.scheme and not NOT_FOLLOWED.search(target.path)
        ]
    return pages
