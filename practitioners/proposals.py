"""A practitioner's own words for their profile: proposed, taken back, published or declined by somebody else."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modeltranslation.utils import build_localized_fieldname

from clinic import outbox
from clinic.accounts.models import User
from clinic.audit import trail as audit
from clinic.audit.models import Action
from clinic.crypto import digest
from clinic.premises import wording
from clinic.premises.law import Profile
from clinic.premises.models import Clinic
from practitioners.models import Practitioner, ProposalState, ProposedWords

# What a practitioner says about themselves; name, title and registration are the clinic's to state.
TEXTS = ("bio", "approach", "education")
# Each text in each language: the column, the text, the language.
COLUMNS = [
    (build_localized_fieldname(text, language), text, language)
    for text in TEXTS
    for language in settings.MODELTRANSLATION_LANGUAGES
]


class ProposalError(Exception):
    sentence = _("That did not work. Nothing was changed.")


class NothingNew(ProposalError):
    sentence = _("These are the words that your profile shows already.")


class Stale(ProposalError):
    sentence = _(
        "Your profile was changed after you opened this page. Nothing was sent, and your words are still here. Compare "
        "them with what it says now, and send them again."
    )


class Decided(ProposalError):
    sentence = _("These words no longer wait: they were decided about, replaced or taken back in the meantime.")


class MovedOn(ProposalError):
    sentence = _("The profile was changed after these words were proposed. Nothing was published.")


class NotYours(ProposalError):
    sentence = _("These are your own words. Somebody else has to decide about them.")


@dataclass(frozen=True)
class Change:
    """One text in one language: what stood there, what is proposed, what stands there now, and what to look at."""

    title: str
    language: str
    before: str
    after: str
    now: str
    remarks: list[wording.Remark]

    @property
    def has_moved_on(self) -> bool:
        return self.now != self.before


def public_words(practitioner: Practitioner) -> dict[str, str]:
    """What the profile says now, by field and language."""
    return {column: getattr(practitioner, column) or "" for column, _text, _language in COLUMNS}


def fingerprint(practitioner: Practitioner) -> str:
    """The public words in short, by which a form tells whether they have changed since it was opened."""
    return digest(json.dumps(public_words(practitioner), sort_keys=True))


def title(text: str, language: str) -> str:
    """What a text is called, with its language: About (English)."""
    names = {field.name: field.verbose_name for field in Practitioner._meta.fields}
    return f"{capfirst(str(names[text]))} ({dict(settings.LANGUAGES)[language]})"


def different(practitioner: Practitioner, words: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Title, language and public text of what reads otherwise in these words."""
    shown = public_words(practitioner)
    return [
        (title(text, language), language, shown[column])
        for column, text, language in COLUMNS
        if _as_typed(shown[column]) != _as_typed(words.get(column) or "")
    ]


def changes(proposal: ProposedWords, rules: Profile) -> list[Change]:
    """What the proposal would change, beside what the profile says now, with the words that the rules bar."""
    shown = public_words(proposal.practitioner)
    return [
        Change(
            title=title(text, language),
            language=language,
            before=proposal.instead_of[column],
            after=proposal.words[column],
            now=shown[column],
            remarks=wording.remarks(proposal.words[column], language, rules),
        )
        for column, text, language in COLUMNS
        if column in proposal.words
    ]


def is_of(person: User, proposal: ProposedWords) -> bool:
    """Whether these are the person's own words: who wrote them, or whom the profile is about."""
    return person.pk in {proposal.proposed_by_id, proposal.practitioner.user_id}


def propose(
    *, actor: User, practitioner: Practitioner, words: Mapping[str, str], seen: str, now: datetime
) -> ProposedWords:
    """Let the words that differ from the profile wait for staff, in the place of those that waited before.

    `seen` is the fingerprint of the profile as its practitioner saw it: an old page would propose old words back.
    """
    with transaction.atomic():
        locked = _locked(practitioner.pk)
        if seen != fingerprint(locked):
            raise Stale
        shown = public_words(locked)
        typed = {column: _as_typed(words[column]) for column in shown}
        new = {column: text for column, text in typed.items() if text != _as_typed(shown[column])}
        if not new:
            raise NothingNew
        waiting = ProposedWords.objects.pending().filter(practitioner=practitioner)
        waiting.update(state=ProposalState.WITHDRAWN, decided_at=now, decided_by=actor)
        proposal = ProposedWords.objects.create(
            practitioner=practitioner,
            words=new,
            instead_of={column: shown[column] for column in new},
            proposed_at=now,
            proposed_by=actor,
        )
        _record(actor, Action.WORDS_PROPOSED, proposal, now)
    return proposal


def withdraw(*, actor: User, proposal: ProposedWords, now: datetime) -> ProposedWords:
    """Take the words back before anybody has decided about them."""
    with transaction.atomic():
        _move(proposal, actor, now, state=ProposalState.WITHDRAWN)
        _record(actor, Action.WORDS_WITHDRAWN, proposal, now)
    return proposal


def approve(*, actor: User, proposal: ProposedWords, now: datetime) -> ProposedWords:
    """Write the words onto the profile, if each of its texts still reads as it did when they were proposed."""
    _refuse_the_author(actor, proposal)
    with transaction.atomic():
        practitioner = _locked(proposal.practitioner_id)
        _move(proposal, actor, now, state=ProposalState.APPROVED)
        shown = public_words(practitioner)
        if any(shown[column] != before for column, before in proposal.instead_of.items()):
            raise MovedOn
        for column, text in proposal.words.items():
            setattr(practitioner, column, text)
        practitioner._history_user = actor
        practitioner.save()
        _record(actor, Action.WORDS_APPROVED, proposal, now)
        _tell(proposal, now)
    return proposal


def decline(*, actor: User, proposal: ProposedWords, reason: str, now: datetime) -> ProposedWords:
    """Leave the profile as it is, and tell the practitioner why."""
    _refuse_the_author(actor, proposal)
    with transaction.atomic():
        _move(proposal, actor, now, state=ProposalState.DECLINED, reason=reason)
        _record(actor, Action.WORDS_DECLINED, proposal, now)
        _tell(proposal, now)
    return proposal


def _locked(practitioner_id: int) -> Practitioner:
    locked: Practitioner = Practitioner.objects.select_for_update(no_key=True).get(pk=practitioner_id)
    return locked


def _refuse_the_author(actor: User, proposal: ProposedWords) -> None:
    if is_of(actor, proposal):
        raise NotYours


def _move(proposal: ProposedWords, actor: User, now: datetime, **change: Any) -> None:
    waiting = ProposedWords.objects.pending().filter(pk=proposal.pk)
    if waiting.update(decided_at=now, decided_by=actor, **change) != 1:
        raise Decided
    proposal.refresh_from_db()


def _tell(proposal: ProposedWords, now: datetime) -> None:
    """Write to whoever proposed the words that there is a decision; what it is stands on their page."""
    person = proposal.proposed_by
    if not person.is_active:
        return
    with translation.override(person.language):
        context = {
            "clinic": Clinic.objects.the(),
            "person": person,
            "base_url": settings.PUBLIC_BASE_URL,
            "url": settings.PUBLIC_BASE_URL + reverse("own_profile:words"),
        }
        outbox.enqueue(
            key=f"words_decided:{proposal.pk}",
            to=person.email,
            subject=gettext("About the words for your profile"),
            text=render_to_string("emails/words_decided.txt", context),
            html=render_to_string("emails/words_decided.html", context),
            language=person.language,
            due_at=now,
            now=now,
        )


def _record(actor: User, action: Action, proposal: ProposedWords, now: datetime) -> None:
    audit.record(actor=actor, action=action, object_type="proposed words", object_id=proposal.pk, now=now)


def _as_typed(text: str) -> str:
    """The text without the line ends of this browser or that."""
    return "\n".join(text.splitlines()).strip()
