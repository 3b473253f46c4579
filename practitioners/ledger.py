"""The open ledger's chain: acts are added to its end, and anybody who holds the rows can check it.

Each act's digest is SHA-256 over the act, the digest of what the review said, and the digest of the act before; a row
that is changed, taken out or put in breaks every digest after it. Only the newest acts could be cut off unseen, and
the head on the public page, once somebody has noted it, shows that as well.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from clinic.accounts.models import User
from practitioners.models import Act, LedgerAct, LedgerHead, Review, ReviewState, ReviewVersion

# After which act a review may be in which state.
LEADS_TO = {
    ReviewState.PENDING: {Act.RECEIVED, Act.EDITED},
    ReviewState.PUBLISHED: {Act.PUBLISHED},
    ReviewState.FLAGGED: {Act.REPORTED},
    ReviewState.WITHHELD: {Act.WITHHELD, Act.APPEALED, Act.UPHELD},
    ReviewState.WITHDRAWN: {Act.WITHDRAWN},
}


def content(review: Review | ReviewVersion) -> str:
    """The digest of what a review says: its stars, its words and the name it is shown under."""
    return _digest([review.stars, review.text, review.author])


def append(*, review: Review, act: Act, by: User | None, reason: str = "", now: datetime) -> LedgerAct:
    """Add an act to the end of the chain, inside the transaction of the act itself; one at a time."""
    LedgerHead.objects.get_or_create(pk=1)
    head = LedgerHead.objects.select_for_update().get(pk=1)
    link = LedgerAct(
        number=head.number + 1,
        review=review,
        act=act,
        reason=reason,
        by=by,
        at=now,
        content=content(review),
        previous=head.digest,
    )
    link.digest = digest(link)
    link.save(force_insert=True)
    LedgerHead.objects.filter(pk=1).update(number=link.number, digest=link.digest)
    return link


def digest(link: LedgerAct) -> str:
    """What the digest of an act must be."""
    at = link.at.astimezone(UTC).isoformat(timespec="microseconds")
    return _digest(
        [link.number, link.review_id, link.act, link.reason, link.by_id, at, link.content, link.previous],
    )


@dataclass(frozen=True, slots=True)
class Verdict:
    """How many acts were read, the last one's digest, and what is wrong: number of an act -> what."""

    acts: int
    head: str
    broken: Mapping[int, str]


def verify() -> Verdict:
    """Read the chain from its beginning and compare it with its head and with what the reviews say today."""
    newest: dict[int, LedgerAct] = {}
    broken: dict[int, str] = {}
    read, number, before = 0, 0, ""
    for link in LedgerAct.objects.order_by("number").iterator():
        if wrong := _wrong(link, number, before):
            broken.setdefault(link.number, wrong)
        read, number, before = read + 1, link.number, link.digest
        newest[link.review_id] = link
    head = LedgerHead.objects.filter(pk=1).first() or LedgerHead()
    if (head.number, head.digest) != (number, before):
        broken.setdefault(number + 1, "acts are missing at the end")
    for review in Review.objects.iterator():
        if (link_of := newest.get(review.pk)) is None:
            broken.setdefault(number + 1, f"review {review.pk} has no act")
        elif link_of.content != content(review):
            broken.setdefault(link_of.number, f"review {review.pk} says something else")
        elif link_of.act not in LEADS_TO[ReviewState(review.state)]:
            broken.setdefault(link_of.number, f"review {review.pk} is {review.state}, which no act made it")
    return Verdict(read, before, broken)


def holds(noted: str) -> bool:
    """Whether an act of the chain has this digest, or one that begins so."""
    return LedgerAct.objects.filter(digest__startswith=noted).exists()


def _wrong(link: LedgerAct, number: int, before: str) -> str:
    if link.number != number + 1:
        return "acts are missing before it"
    if link.previous != before:
        return "it does not follow the act before"
    return "it was changed" if link.digest != digest(link) else ""


def _digest(parts: Iterable[object]) -> str:
    return hashlib.sha256(json.dumps([*parts], ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
