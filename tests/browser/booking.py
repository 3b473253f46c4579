"""A patient who books in a browser: one step of the booking a function, by the names of fields, in any language."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page, expect

from clinic.outbox.models import OutboundMessage

MAIL = "wong@patients.test"


@dataclass
class Patient:
    """Somebody in front of a browser; `looks` is done on every page they come to."""

    page: Page
    looks: Callable[[Page], Any]

    def presses(self, button: str = "button[name=go]") -> None:
        """Press the button that goes on, and look at the page it leads to."""
        self.page.locator(f"main form {button}").last.click()
        self.page.wait_for_load_state()
        self.looks(self.page)

    def chooses(self, name: str, value: str = "") -> None:
        wanted = f"[value='{value}']" if value else ""
        answer = self.page.locator(f"label:has(> input[name='{name}']{wanted})").first
        if not answer.locator("input").is_checked():
            answer.click()
        expect(answer.locator("input")).to_be_checked()

    def finds_a_time(self) -> None:
        """What, who and when: the third time of the first free day is theirs for a quarter of an hour."""
        self.chooses("concern", "enlarged-pores")
        self.chooses("treatments", "microneedling")
        self.presses()
        self.presses()
        self.page.locator("label:has(> input[name=starts])").nth(2).click()
        self.presses(".form__actions button")

    def tells_who_they_are(self) -> None:
        """Details, the code from the mail, consent."""
        self.page.fill("input[name=full_name]", "Wong Mei Ling")
        self.page.fill("input[name=date_of_birth]", "1990-02-03")
        self.chooses("sex_at_birth", "female")
        self.page.fill("input[name=email]", MAIL)
        self.presses()
        self.page.fill("input[name=code]", code_sent_to(MAIL))
        self.presses()
        self.chooses("data")
        self.presses()

    def answers_a_page(self, answers: Mapping[str, Any]) -> None:
        """Answer every choice that shows on this page; the first one offered where nothing else is given."""
        for name in self._asked():
            value = answers.get(name, "")
            for choice in (value or ["none"]) if isinstance(value, list) else [str(value)]:
                self.chooses(name, choice)
        self.presses()

    def answers_what_must_be_answered(self, answers: Mapping[str, Any]) -> None:
        while "/intake/" in self.page.url:
            self.answers_a_page(answers)

    def _asked(self) -> list[str]:
        """The names of the questions that show, in the order in which they do."""
        fields = self.page.locator("main input[type=radio], main input[type=checkbox]")
        return list(
            dict.fromkeys(fields.evaluate_all("all => all.filter(one => one.offsetParent).map(one => one.name)"))
        )


def newest_mail(to: str, occasion: str) -> str:
    """What the newest mail of this occasion says to this address."""
    mails = OutboundMessage.objects.filter(to=to, key__contains=occasion).order_by("created_at", "key")
    return str([mail for mail in mails if mail.text][-1].text)


def code_sent_to(address: str, occasion: str = "code:") -> str:
    """The code in the newest mail: a line, or six digits of one, by themselves."""
    mail = newest_mail(address, occasion)
    found = re.search(r"\b\d{6}\b|^[A-Z0-9]{3,4}-?[A-Z0-9]{3,4}$", mail, re.MULTILINE)
    assert found, "the mail holds no code"
    return found[0]


def link_in(mail: str, path: str) -> str:
    """The path of the first link of the mail that holds this."""
    found = re.search(rf"https?://[^/\s]+(\S*{path}\S+)", mail)
    assert found, f"the mail holds no link to {path}"
    return found[1]
