"""Every address of the house, and what each of us gets there."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.admin.utils import quote
from django.db import connection, transaction
from django.test import Client
from django.urls import URLResolver, get_resolver

from clinic.crypto import digest
from clinic.premises.models import ClosureImport
from consultations import drafts, enquiries, intake, notes, overrides, suggestions
from consultations.models import CalendarFeed, ConsentText, Draft, ManageLink, VisitInvitation
from practitioners import moderation, proposals
from practitioners.models import ExtraHours, Practitioner, ProposedWords, Reply, Review, TimeOff, WorkingHours
from tests import factories
from tests.cast import ALICE_ASKS, BOB_ASKS, BORN, TUESDAY, Cast, enter, signed_in
from tests.consultations.photo_scene import SAYS
from tests.factories import NOW, at
from tests.house import rows
from treatments.codes import Level
from treatments.models import Questionnaire, RuleSet, Treatment

TABLE = Path(__file__).with_name("routes.txt")
ROLES = ("visitor", "guest", "alice", "bob", "dr_imani", "dr_reyes", "sam", "owner")
STRANGERS = {"visitor", "guest"}
METHODS = ("GET", "POST")

# What only some of us may read; a name is a secret as well.
CAROL = {"Carol Lim", "carol@guests.test"}
CAROL_ASKS = "canary-carol-asks-about-pain"
ALICE = {"Alice Wong", "alice@patients.test", "5550 7001"}
BOB = {"Bob Chan", "bob@patients.test", "5550 7002"}
TEAM = {"Sam Yip", "Olivia Ho", "sam@clinic.test", "owner@clinic.test"}
NOTE, PROPOSES = "canary-what-dr-imani-saw", "canary-i-trained-in-kowloon"
DATES = {*BORN, "23 November 1987", "Nov. 23, 1987", "14 February 1979", "Feb. 14, 1979"}
WONDERS, SUGGESTS, JUDGES = "canary-which-earrings-itched", "canary-a-light-peel-first", "canary-spoke-with-her-doctor"
HEALTH = {ALICE_ASKS, BOB_ASKS, CAROL_ASKS, NOTE, WONDERS, SUGGESTS, JUDGES, *DATES}
WAITING = {PROPOSES, SAYS}  # for a moderator
SECRETS = {
    "visitor": ALICE | BOB | CAROL | WAITING | TEAM | HEALTH,
    "guest": ALICE | BOB | WAITING | TEAM | HEALTH - {CAROL_ASKS},
    "alice": BOB | CAROL | {PROPOSES} | TEAM | HEALTH - {ALICE_ASKS, WONDERS, SUGGESTS},
    "bob": ALICE | CAROL | WAITING | TEAM | HEALTH - {BOB_ASKS},
    "dr_imani": BOB | CAROL | TEAM | {SAYS} | HEALTH - {ALICE_ASKS, NOTE, WONDERS, SUGGESTS, JUDGES},
    "dr_reyes": ALICE | CAROL | WAITING | TEAM | HEALTH - {BOB_ASKS},
    "sam": CAROL | HEALTH,
    "owner": {"Carol Lim"} | HEALTH,  # the audit trail says which address did what
}
# Whoever holds the mailed link may put the visit into a calendar, and the entry names the one who is invited.
TOLD_BY_THE_LINK = {"/visit/<token>/calendar.ics": {"Alice Wong", "alice@patients.test"}}


def routes(resolver: URLResolver | None = None, prefix: str = "/") -> Iterator[str]:
    """The addresses of all patterns, with their arguments named: /my/<reference>/cancel/."""
    for entry in (resolver or get_resolver()).url_patterns:
        address = prefix + _plain(str(entry.pattern))
        if isinstance(entry, URLResolver):
            yield from routes(entry, address)
        else:
            yield address


def _plain(pattern: str) -> str:
    named = re.sub(r"\(\?P(<\w+>)(?:\[[^\]]*\]|[^()\[\]])*\)", r"\1", pattern)
    named = named.replace("([^/]+)/history/([^/]+)/", "<object_id>/history/<history_id>/")  # simple-history's own
    return re.sub(r"<\w+:(\w+)>", r"<\1>", named).lstrip("^").rstrip("$")


def table() -> dict[str, dict[tuple[str, str], str]]:
    """What each role is to get at each address, by method: a status, `in` for the sign-in page, `on` for another."""
    rows = {}
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            route, *answers = line.split()
            cells = [(method, role) for method in METHODS for role in ROLES]
            rows[route] = dict(zip(cells, [answer for answer in answers if answer != "|"], strict=True))
    return rows


@dataclass(frozen=True)
class Answer:
    """What came back, and what asking for it wrote into the database."""

    status: str
    body: str
    headers: dict[str, str]
    wrote: list[str]

    @property
    def said(self) -> str:
        return "\n".join([self.body, *self.headers.values()])


@dataclass(frozen=True)
class Stage:
    """The cast with a browser each, and something that exists for every argument of an address."""

    cast: Cast
    sessions: dict[str, str]
    arguments: dict[tuple[str, str], str]

    def address(self, route: str) -> str:
        """The route with each argument filled in; of an argument the longest beginning that fits counts."""
        for argument in re.findall(r"<(\w+)>", route):
            fits = [where for where, name in self.arguments if name == argument and route.startswith(where)]
            route = route.replace(f"<{argument}>", self.arguments[max(fits, key=len), argument])
        return route

    def browser(self, role: str, **how: Any) -> Client:
        client = Client(raise_request_exception=False, **how)
        if role in self.sessions:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[role]
        return client

    def ask(self, role: str, method: str, route: str, prefix: str = "", **how: Any) -> Answer:
        """Ask as somebody, and undo whatever the asking did."""
        client = self.browser(role, **how)
        data = POSTED.get(route, {"go": "1"}) if method == "POST" else {}
        with _undone(), _writes() as wrote:
            response = getattr(client, method.lower())(prefix + self.address(route), data)
            body = b"".join(response) if response.streaming else response.content
        status = str(response.status_code)
        if status == "302":
            status = "in" if response["Location"].startswith(f"{prefix}/account/login/") else "on"
        return Answer(status, body.decode(errors="replace"), dict(response.headers), wrote)


# What a form has to hold to come further than its first question.
POSTED = {
    "/desk/<reference>/visit/": {"change": "start"},
    "/desk/<reference>/note/": {"body": "Seen."},
    "/desk/<reference>/amend/": {"body": "Seen again."},
    "/reception/<reference>/change/": {"change": "cancel"},
    "/reception/late/": {"practitioner": "dr-imani", "minutes": "10"},
    "/desk/late/": {"minutes": "10"},
    "/my/<reference>/photographs/withdraw/": {"scope": "visit"},
    "/own-profile/": {"bio_en": "I listen first.", "seen": proposals.fingerprint(Practitioner())},
}


def set_up() -> Stage:
    """Open the clinic, with a visitor in the middle of booking and a row for every list of the admin."""
    cast = enter()
    imani = Practitioner.objects.get(user=cast.dr_imani)
    notes.sign(actor=cast.dr_imani, author=imani, consultation=cast.alices_visit, body=NOTE, now=NOW)
    _judged(cast, imani)
    ManageLink.objects.create(consultation=cast.alices_visit, token_hash=digest("alices-link"), created_at=NOW)
    CalendarFeed.objects.create(practitioner=imani, token_hash=digest("imanis-calendar"), created_at=NOW)
    invitation, secret = factories.invitation(imani)
    VisitInvitation.objects.create(consultation=cast.alices_visit, moment="consultation", invitation=invitation)
    _reviewed(cast, imani)
    rows.lay(cast, imani)
    people = {role: getattr(cast, role) for role in ROLES if role not in STRANGERS}
    between = {"newcomer": _newcomer(imani), "booked": _booked(cast)}
    clients = {"guest": _guest(imani), **between, **{role: signed_in(person) for role, person in people.items()}}
    sessions = {role: client.cookies[settings.SESSION_COOKIE_NAME].value for role, client in clients.items()}
    return Stage(cast, sessions, _arguments(cast, secret))


def _judged(cast: Cast, imani: Practitioner) -> None:
    """Dr Imani has asked Alice for more, suggested something, and judged a finding otherwise."""
    by: dict[str, Any] = {"actor": cast.dr_imani, "practitioner": imani, "consultation": cast.alices_visit, "now": NOW}
    read = intake.newest(cast.alices_visit)
    overrides.make(
        **by,
        screening=read.screening.pk,
        rule_id=overrides.fired(read)[0].id,
        level=Level.INFO,
        reason=JUDGES,
    )
    enquiries.ask(**by, items=["metal_allergy"], written=[WONDERS], language="en", due_at=NOW + timedelta(hours=5))
    suggestions.make(**by, treatments=[], not_before=TUESDAY + timedelta(days=9), words=SUGGESTS)


def _guest(imani: Practitioner) -> Client:
    """Somebody without an account who has held a time, proved an address, consented and answered."""
    draft, secret = _begun(factories.details("Carol Lim", "carol@guests.test"))
    factories.held(imani, at("14:00", TUESDAY), holder=secret)
    draft = drafts.adopt(draft=draft, user=factories.user("carol@guests.test"), now=NOW)
    assert draft.patient is not None
    texts = list(ConsentText.objects.all())
    intake.consent(actor=drafts.person(draft), patient=draft.patient, texts=texts, now=NOW)
    drafts.answer(draft=draft, answers=factories.clean_answers(questions=CAROL_ASKS), now=NOW)
    return _with_draft(secret)


def _newcomer(imani: Practitioner) -> Client:
    """Somebody whose code is on its way."""
    draft, secret = _begun(factories.details("Dan Ho", "dan@guests.test"))
    factories.held(imani, at("15:00", TUESDAY), holder=secret)
    drafts.send_code(draft=draft, now=NOW)
    return _with_draft(secret)


def _booked(cast: Cast) -> Client:
    """Alice's browser right after booking."""
    draft, secret = _begun({})
    cast.alices_visit.draft = draft
    cast.alices_visit.save(update_fields=["draft"])
    return _with_draft(secret)


def _begun(details: dict[str, Any]) -> tuple[Draft, str]:
    draft, secret = drafts.begin(now=NOW)
    steps = factories.chosen(wants=Treatment.objects.filter(slug="microneedling"))
    return drafts.keep(draft=draft, now=NOW, details=details, **steps), secret


def _with_draft(secret: str) -> Client:
    client = Client()
    session = client.session
    session["draft"] = secret
    session.save()
    return client


def _reviewed(cast: Cast, imani: Practitioner) -> None:
    """Everybody reads a review of Dr Imani, whose reply and own words wait for a moderator."""
    review = moderation.publish(actor=cast.sam, review=factories.review(imani), now=NOW)
    moderation.reply(actor=cast.dr_imani, practitioner=imani, review=review, text="Thanks.", language="en", now=NOW)
    factories.proposal(imani, bio_en=PROPOSES)


def _arguments(cast: Cast, review_token: str) -> dict[tuple[str, str], str]:
    found = rows.arguments() | {
        ("/practitioners/", "slug"): "dr-imani",
        ("/concerns/", "slug"): "enlarged-pores",
        ("/treatments/", "slug"): "microneedling",
        ("/compare/", "slug"): "laser-or-peel",
        ("/calendar/", "token"): "imanis-calendar",
        ("/visit/", "token"): "alices-link",
        ("/desk/", "pk"): str(TimeOff.objects.get().pk),
        ("/desk/hours/", "pk"): str(WorkingHours.objects.filter(practitioner__slug="dr-imani")[0].pk),
        ("/desk/hours/extra/", "pk"): str(ExtraHours.objects.get().pk),
        ("/review/", "token"): review_token,
        ("/", "reference"): cast.alices_visit.reference,
        ("/", "page"): "skin-inherited",
        ("/my/", "draft"): str(Draft.objects.values_list("pk", flat=True)[0]),
        ("/moderation/", "pk"): str(Review.objects.get().pk),
        ("/moderation/words/", "pk"): str(ProposedWords.objects.get().pk),
        ("/moderation/replies/", "pk"): str(Reply.objects.get().pk),
        ("/reviews/", "pk"): str(Review.objects.get().pk),
        ("/reception/", "message"): str(rows.told(cast).pk),
        ("/own-reviews/", "pk"): str(Review.objects.get().pk),
        ("/account/", "uidb36"): "1",
        ("/account/", "key"): "set-password",
        ("/admin/", "app_label"): "treatments",
        ("/admin/", "content_type_id"): "1",
        ("/admin/", "object_id"): "1",
        ("/admin/", "url"): "nowhere/",
        ("/admin/premises/clinic/", "matter"): "discounts",
        ("/admin/premises/closure/", "pk"): str(ClosureImport.objects.get().pk),
        ("/admin/practitioners/practitioner/", "pk"): str(Practitioner.objects.values_list("pk", flat=True)[0]),
        ("/admin/treatments/ruleset/", "pk"): str(RuleSet.objects.get().pk),
        ("/admin/treatments/ruleset/", "rule"): "TAN-01",
        ("/admin/treatments/questionnaire/", "pk"): str(Questionnaire.objects.get().pk),
        ("/admin/treatments/questionnaire/", "entry"): "skincare",
        ("/admin/accounts/user/", "object_id"): str(cast.dr_imani.pk),
    }
    for model in apps.get_models():
        row = model._default_manager.order_by("pk").first()
        where = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        if row is not None:
            found.setdefault((where, "object_id"), quote(str(row.pk)))
            found.setdefault((where, "pk"), quote(str(row.pk)))
        if row is not None and (history := getattr(row, "history", None)):
            found[where, "history_id"] = str(history.order_by("history_id")[0].history_id)
    return found


@contextmanager
def _undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def _writes() -> Iterator[list[str]]:
    """The tables that statements wrote to."""
    wrote: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if written := re.match(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)', sql, re.IGNORECASE):
            wrote.append(written.group(1))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield wrote
