"""One visitor's way through a booking, as the pages lead: what, who, when, details, code, consent, intake, check."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime
from itertools import count
from typing import Any

from bench.browser import Answer, Browser, Unexpected

DETAILS = {
    "relation": "self", "full_name": "Benedict Bench", "preferred_name": "", "date_of_birth": "1990-01-01",
    "sex_at_birth": "female", "phone": "",
}  # fmt: skip
_people = count(1)


class Journey:
    """A visitor who has begun to book and stands before a page of times."""

    def __init__(self, port: int, facts: Mapping[str, Any], *, who: str, kind: str = "first_visit") -> None:
        self.browser, self.facts = Browser(port), facts
        self.won = False  # of a crowd that wanted one time
        self.email = f"visitor{next(_people)}.{uuid.uuid4().hex[:8]}@bench.example"
        self.browser.get("/book/").must(200)
        self.browser.post("/book/", {"concern": facts["concern"], "treatments": [facts["treatment"]]}).must(302)
        self.browser.get("/book/who/").must(200)
        self.browser.post("/book/who/", {"kind": kind, "practitioner": who}).must(302)

    def times(self, day: date | None = None, **headers: str) -> Answer:
        """The page of times, on a day or where it opens."""
        return self.browser.get("/book/when/" + (f"?day={day}" if day else ""), **headers)

    def hold(self, starts: datetime, **headers: str) -> Answer:
        """Send the form of the page of times: 302 when the time is held now, 409 when somebody else has it."""
        return self.browser.post("/book/when/", {"starts": starts.strftime("%Y-%m-%dT%H:%M%z")}, **headers)

    def answer_everything(self) -> None:
        """Go from the held time to the last page, with everything told that a booking needs."""
        browser = self.browser
        browser.get("/book/details/").must(200)
        browser.post("/book/details/", {**DETAILS, "email": self.email}).must(302)
        code = browser.get(f"/bench/code/{self.email}/").must(200).body
        browser.get("/book/code/").must(200)
        browser.post("/book/code/", {"code": code}).must(302)
        browser.get("/book/consent/").must(200)
        browser.post("/book/consent/", {"data": "on"}).must(302)
        answers = {key: value if value != [] else ["none"] for key, value in self.facts["answers"].items() if value}
        answers |= {key: "none" for key, value in self.facts["answers"].items() if value == []}
        page = browser.get("/book/intake/").must(302).location
        for _ in range(30):
            if page.endswith("/book/check/"):
                browser.get(page).must(200)
                return
            browser.get(page).must(200)
            page = browser.post(page, answers).must(302).location
        raise Unexpected(f"The intake does not end: {page}")

    def confirm(self, **headers: str) -> Answer:
        """Press the button that books."""
        return self.browser.post("/book/check/", {}, **headers)
