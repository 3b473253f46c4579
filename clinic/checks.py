"""What the house checks about itself before it opens: keys, addresses, mail, driver, policy, public pages."""

from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004  Django's name
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.db.models import BinaryField
from django.db.models.functions import Substr
from django.urls import URLPattern, URLResolver, get_resolver

from clinic.crypto import HEADER_BYTES, KeyRing, key_number
from clinic.fields import key_ring, sealed_columns
from clinic.premises.models import Clinic, check_zone
from clinic.public import PUBLIC_VIEWS

Found = list[CheckMessage]
UNSAFE_SOURCES = {"*", "data:", "blob:", "http:", "https:", "'unsafe-inline'", "'unsafe-eval'", "'unsafe-hashes'"}


@register(Tags.security)
def keys_are_usable(**kwargs: Any) -> Found:
    """FIELD_KEYS is a ring that can seal."""
    try:
        KeyRing.parse(settings.FIELD_KEYS)
    except ValueError as error:
        return [Error(f"FIELD_KEYS cannot seal health data: {error}.", id="clinic.E001")]
    return []


@register(Tags.database)
def stored_keys_are_known(*, databases: Sequence[str] | None = None, **kwargs: Any) -> Found:
    """Every sealed value in the database is under a key of the ring; one that is not could never be read again."""
    if "default" not in (databases or ()):
        return []
    known = key_ring().ciphers
    found: Found = []
    for model, field in sealed_columns():
        header = Substr(field.attname, 1, HEADER_BYTES, output_field=BinaryField())
        filled = model._default_manager.filter(**{f"{field.attname}__isnull": False}).order_by()
        try:
            with transaction.atomic():
                headers = list(filled.annotate(header=header).values_list("header", flat=True).distinct())
        except DatabaseError:
            continue  # migrate runs the checks before it makes the table
        missing = sorted({key_number(bytes(header)) for header in headers} - set(known))
        if missing:
            numbers = ", ".join(str(number) for number in missing)
            hint = "Put the key back into FIELD_KEYS, after the newest."
            found.append(
                Error(f"{field} holds values under key {numbers}, which is not there.", hint, id="clinic.E002")
            )
    return found


@register(Tags.security, deploy=True)
def the_address_is_encrypted(**kwargs: Any) -> Found:
    """Patients reach the site by https; links in mails begin with this address."""
    if settings.DEMO or settings.PUBLIC_BASE_URL.startswith("https://"):
        return []
    return [Error("PUBLIC_BASE_URL must begin with https:// outside the demo.", id="clinic.E003")]


@register(Tags.security, deploy=True)
def mail_has_a_server(**kwargs: Any) -> Found:
    """Without a mail server confirmations would pile up in a folder."""
    if settings.DEMO or settings.EMAIL_URL:
        return []
    return [Error("EMAIL_URL is not set: nobody would get a confirmation or a code.", id="clinic.E004")]


@register(Tags.security)
def hosts_are_named(**kwargs: Any) -> Found:
    """Any other Host header could find its way into a link."""
    if "*" not in settings.ALLOWED_HOSTS:
        return []
    return [Error("ALLOWED_HOSTS must name the site's hosts, not *.", id="clinic.E005")]


@register()
def the_driver_is_ours(**kwargs: Any) -> Found:
    """Django prefers psycopg 3 where it finds it; locks, timeouts and speed here were tried with psycopg2."""
    if find_spec("psycopg") is None:
        return []
    return [Error("psycopg 3 is installed and Django would use it.", hint="pip uninstall psycopg", id="clinic.E006")]


@register(Tags.security)
def the_policy_is_strict(**kwargs: Any) -> Found:
    """A page runs, loads and frames nothing but our own files."""
    found: Found = []
    for directive, sources in settings.SECURE_CSP.items():
        if unsafe := UNSAFE_SOURCES & set(sources):
            words = f"SECURE_CSP lets {directive} use {', '.join(sorted(unsafe))}."
            found.append(Error(words, id="clinic.E007"))
    if settings.SECURE_CSP.get("default-src") != ["'none'"]:
        found.append(Error("SECURE_CSP must begin from default-src 'none'.", id="clinic.E007"))
    return found


@register(Tags.urls)
def public_pages_are_there(**kwargs: Any) -> Found:
    """A name on the public list that no page has would one day open a page of that name unseen."""
    missing = sorted(PUBLIC_VIEWS - set(page_names(get_resolver())))
    return [Error(f"clinic.public lists {name}, which is no page.", id="clinic.E008") for name in missing]


@register(Tags.database)
def the_clinic_is_set_up(*, databases: Sequence[str] | None = None, **kwargs: Any) -> Found:
    """There is a clinic, and its zone exists; until then times are shown in the zone of a clinic's first day."""
    if "default" not in (databases or ()):
        return []
    try:
        with transaction.atomic():
            clinic = Clinic.objects.first()
    except DatabaseError:
        return []  # migrate runs the checks before it makes the table
    if clinic is None:
        return [Warning("No clinic is set up yet.", hint="An owner enters it in the admin.", id="clinic.W001")]
    try:
        check_zone(clinic.zone_name)
    except ValidationError:
        return [Warning(f"The clinic's time zone {clinic.zone_name} is none.", id="clinic.W002")]
    return []


def page_names(resolver: URLResolver, namespace: str = "") -> Iterator[str]:
    """The names of all pages below a resolver, with their namespaces."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from page_names(entry, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)
        elif isinstance(entry, URLPattern) and entry.name:
            yield f"{namespace}{entry.name}"
