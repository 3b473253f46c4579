"""A visitor who books: each step is the form a browser would send, and answers what came back."""

import re
from typing import Any

from django.http import HttpResponse
from django.test import Client

from clinic.crypto import digest
from clinic.outbox.models import OutboundMessage
from consultations.models import Consultation, Draft
from tests.cast import TUESDAY
from tests.factories import at, clean_answers

STEPS = ["what", "who", "when", "details", "code", "consent", "intake", "check"]
CODE = re.compile(r"\b(\d{6})\b")


class Visitor:
    """Carol, who has not been here before, unless somebody else is named."""

    def __init__(
        self,
        client: Client | None = None,
        *,
        name: str = "Carol Lim",
        email: str = "carol@guests.test",
        prefix: str = "",
    ) -> None:
        self.client = client or Client()
        self.name, self.email, self.prefix = name, email, prefix
        self.answers = clean_answers(questions="canary-carol-asks-about-scars")

    def get(self, path: str) -> Any:
        return self.client.get(f"{self.prefix}/book/{path}")

    def post(self, path: str, **form: Any) -> Any:
        return self.client.post(f"{self.prefix}/book/{path}", form)

    def come_to(self, step: str) -> "Visitor":
        """Take every step before this one."""
        for name in STEPS[: STEPS.index(step)]:
            response = self.take(name)
            assert response.status_code == 302, (name, response.status_code)
        return self

    def take(self, step: str) -> Any:
        return getattr(self, step)()

    # --- the steps ---

    def what(self, **form: Any) -> Any:
        return self.post("", **{"concern": "enlarged-pores", "treatments": ["microneedling"], **form})

    def who(self, **form: Any) -> Any:
        return self.post("who/", **{"kind": "first_visit", "practitioner": "dr-imani", **form})

    def when(self, wall: str = "14:00") -> Any:
        return self.post("when/", starts=f"{at(wall, TUESDAY):%Y-%m-%dT%H:%M}Z")

    def details(self, **form: Any) -> Any:
        usual = {"full_name": self.name, "date_of_birth": "1992-04-15", "sex_at_birth": "female", "email": self.email}
        return self.post("details/", **{"relation": "self", **usual, **form})

    def code(self) -> Any:
        return self.post("code/", code=self.mailed_code())

    def mailed_code(self) -> str:
        mails = OutboundMessage.objects.filter(to=self.email, key__startswith="code:").order_by("-created_at", "-key")
        found = CODE.search(mails[0].text or "")
        assert found, "no code was mailed"
        return found[1]

    def consent(self) -> Any:
        return self.post("consent/", data="on")

    def intake(self) -> Any:
        """Answer page after page until the check; what was told before is still true."""
        response = self.get("intake/")
        if response["Location"].endswith("/still-true/"):
            self.client.post(response["Location"], {"all": "1"})
            response = self.get("intake/")
        while "/intake/" in response["Location"]:
            response = self.answer(response["Location"])
            assert response.status_code == 302, response.context["form"].errors
        return response

    def answer(self, page: str, **differently: Any) -> Any:
        """Answer every question of one page."""
        asked = self.client.get(page).context["form"].fields
        given = {key: value for key, value in {**self.answers, **differently}.items() if key in asked}
        return self.client.post(page, {key: value if value != [] else ["none"] for key, value in given.items()})

    def check(self) -> Any:
        return self.post("check/")

    # --- what there is of them ---

    @property
    def draft(self) -> Draft:
        found: Draft = Draft.objects.get(token_hash=digest(self.client.session["draft"]))
        return found

    def consultations(self) -> list[Consultation]:
        return list(Consultation.objects.filter(patient__full_name=self.name))


def sentences(response: HttpResponse) -> str:
    """The words of a page, without what marks them up."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))
