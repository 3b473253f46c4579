"""Follow links outside of any request, and keep what came of it with its time.

A link is called broken only when something says so: a page that is not there, an address that is none, a name that
nobody knows while others are found. What cannot be told is "not checked": a server that keeps us out or does not answer
in time, and everything, when the network is away. Nothing is read but the answer's head, and nothing inside a private
network is followed, wherever a link leads.
"""

import socket
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from http.client import HTTPException
from ipaddress import ip_address
from ssl import SSLError
from typing import Any, Final
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from django.db import transaction
from django.utils.encoding import iri_to_uri

from treatments.models.links import CheckedLink, Finding, LinkState

SECONDS: Final = 10
A_WEEK: Final = timedelta(days=7)
LATELY: Final = timedelta(hours=1)
_AT_ONCE: Final = 8
_NOT_THERE: Final = {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
_FINDINGS_THAT_BREAK: Final = {Finding.GONE, Finding.NO_ADDRESS}


@dataclass(frozen=True)
class Answer:
    """What came of following a link."""

    finding: Finding | None
    status: int | None = None

    def state(self, *, others_answered: bool) -> LinkState:
        if self.finding is None:
            return LinkState.ANSWERS
        is_broken = self.finding in _FINDINGS_THAT_BREAK or (self.finding == Finding.NO_SUCH_HOST and others_answered)
        return LinkState.BROKEN if is_broken else LinkState.UNCHECKED


class _Inside(Exception):
    pass


def check(found: Mapping[str, Iterable[tuple[str, str]]], *, house: str, now: datetime, seconds: int = SECONDS) -> None:
    """Follow every link, and keep what came of each in place of all that was kept before.

    `found` tells in which rows each link stands; `house` is the address of the site itself, which may be private.
    """
    _look(list(found), found, house=house, now=now, seconds=seconds)


def catch_up(
    found: Mapping[str, Iterable[tuple[str, str]]], *, house: str, now: datetime, seconds: int = SECONDS
) -> int:
    """Follow some of the links that nobody has for a week, one of each host, so that no server is asked much at once.

    Says how many that were; it takes no longer than the slowest of them.
    """
    fresh = set(CheckedLink.objects.filter(tried_at__gt=now - A_WEEK).values_list("url", flat=True))
    due = list({host_of(url): url for url in found if url not in fresh}.values())[:_AT_ONCE]
    _look(due, found, house=house, now=now, seconds=seconds)
    return len(due)


def _look(
    urls: Sequence[str], found: Mapping[str, Iterable[tuple[str, str]]], *, house: str, now: datetime, seconds: int
) -> None:
    """Follow these, keep what came of each, and forget what is found no more."""
    own = urlsplit(house).hostname or ""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        answers = dict(zip(urls, pool.map(lambda url: follow(url, own=own, seconds=seconds), urls), strict=True))
    others_answered = _others_answered_lately(house, now) or any(
        answers[url].status for url in urls if host_of(url) != own
    )
    with transaction.atomic():
        CheckedLink.objects.exclude(url__in=found).delete()
        for url, answer in answers.items():
            _keep(url, found[url], answer, answer.state(others_answered=others_answered), now)


def _others_answered_lately(house: str, now: datetime) -> bool:
    lately = CheckedLink.objects.filter(answered_at__gt=now - LATELY).exclude(url__startswith=house)
    return bool(lately.exists())


def follow(url: str, *, own: str, seconds: int) -> Answer:
    """Ask for the page and read no more than that it answers."""
    try:
        _stay_outside(url, own)
        request = Request(iri_to_uri(url), headers={"User-Agent": "Complexion link check", "Accept": "*/*"})  # noqa: S310  http only
        with build_opener(_Careful(own)).open(request, timeout=seconds) as answer:
            return Answer(None, answer.status)
    except _Inside:
        return Answer(Finding.INSIDE)
    except HTTPError as error:
        with error:
            return Answer(Finding.GONE if error.code in _NOT_THERE else Finding.REFUSED, error.code)
    except URLError as error:
        return Answer(_of_the_network(error.reason))
    except UnicodeError:  # a name in letters that we cannot write; a browser may
        return Answer(Finding.NO_ANSWER)
    except OSError as error:
        return Answer(_of_the_network(error))
    except ValueError:
        return Answer(Finding.NO_ADDRESS)
    except HTTPException:
        return Answer(Finding.NO_ANSWER)


def host_of(url: str) -> str:
    """The host a link names; empty where it is no address."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


class _Careful(HTTPRedirectHandler):
    def __init__(self, own: str) -> None:
        self.own = own

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
        _stay_outside(newurl, self.own)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _stay_outside(url: str, own: str) -> None:
    """Refuse what is no web address, and what leads into a private network other than the site itself."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError
    if parts.hostname == own:
        return
    for *_rest, address in socket.getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM):
        if not ip_address(str(address[0]).partition("%")[0]).is_global:
            raise _Inside


def _of_the_network(reason: Any) -> Finding:
    if isinstance(reason, SSLError):
        return Finding.CERTIFICATE
    return Finding.NO_SUCH_HOST if isinstance(reason, socket.gaierror) else Finding.NO_ANSWER


def _keep(url: str, places: Iterable[tuple[str, str]], answer: Answer, state: LinkState, now: datetime) -> None:
    told: dict[str, Any] = {
        "found_in": [list(place) for place in places],
        "state": state,
        "finding": answer.finding or "",
        "status": answer.status,
        "tried_at": now,
    }
    if answer.status:
        told["answered_at"] = now
    CheckedLink.objects.update_or_create(url=url, defaults=told)
