"""Sealing text and pictures at rest, and tokens for links. Pure: keys come in as a value.

A sealed value is two marker bytes, the number of its key, a nonce of 12 bytes, and AES-256-GCM ciphertext with its
tag: 31 bytes more than the text. The marker is not valid UTF-8 and begins no picture, so neither can be mistaken for a
sealed value. The place the value belongs to is bound in: moved to another row or column, it does not open.
"""

import base64
import binascii
import hashlib
import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MARKER = b"\xc5\x01"
NONCE_BYTES = 12
TAG_BYTES = 16
HEADER_BYTES = len(MARKER) + 1
KEY_BYTES = 32


class SealBroken(ValueError):
    """A sealed value does not open here: damaged, moved, or under a key that the ring does not hold."""


@dataclass(frozen=True)
class KeyRing:
    """Numbered keys, newest first: the first one seals, every one of them opens."""

    keys: tuple[tuple[int, bytes], ...] = field(repr=False)

    @classmethod
    def parse(cls, spec: Iterable[tuple[str, str]]) -> "KeyRing":
        """A ring from pairs of number (1 to 255) and key (32 bytes in URL-safe base64); else ValueError."""
        keys = tuple((_number(number), _key(number, key)) for number, key in spec)
        if not keys:
            raise ValueError("a key ring needs at least one key")
        if len({number for number, _ in keys}) < len(keys):
            raise ValueError("two keys of the ring have the same number")
        return cls(keys)

    @property
    def current(self) -> int:
        """The number of the key that seals."""
        return self.keys[0][0]

    @cached_property
    def ciphers(self) -> dict[int, AESGCM]:
        return {number: AESGCM(key) for number, key in self.keys}


def seal(text: str, *, bound_to: str, keys: KeyRing) -> bytes:
    """The text, sealed under the ring's first key and bound to a place such as "table:column:row uuid"."""
    return seal_bytes(text.encode(), bound_to=bound_to, keys=keys)


def seal_bytes(data: bytes, *, bound_to: str, keys: KeyRing) -> bytes:
    """The bytes, sealed as a text is."""
    nonce = os.urandom(NONCE_BYTES)
    ciphertext = keys.ciphers[keys.current].encrypt(nonce, data, bound_to.encode())
    return MARKER + bytes([keys.current]) + nonce + ciphertext


def unseal(blob: bytes, *, bound_to: str, keys: KeyRing) -> str:
    """The text of a sealed value; SealBroken, which names the place and never the content, if it does not open."""
    return unseal_bytes(blob, bound_to=bound_to, keys=keys).decode()


def unseal_bytes(blob: bytes, *, bound_to: str, keys: KeyRing) -> bytes:
    """The bytes of a sealed value; SealBroken as for a text."""
    if not is_sealed(blob):
        raise SealBroken(f"{bound_to}: this is not a sealed value")
    cipher = keys.ciphers.get(key_number(blob))
    if cipher is None:
        raise SealBroken(f"{bound_to}: sealed under key {key_number(blob)}, which is not in the ring")
    nonce, ciphertext = blob[HEADER_BYTES : HEADER_BYTES + NONCE_BYTES], blob[HEADER_BYTES + NONCE_BYTES :]
    try:
        return cipher.decrypt(nonce, ciphertext, bound_to.encode())
    except InvalidTag:
        raise SealBroken(f"{bound_to}: damaged, or sealed for another place") from None


def is_sealed(blob: bytes) -> bool:
    """Whether the bytes have the shape of a sealed value; says nothing about whether it opens."""
    return blob.startswith(MARKER) and len(blob) >= HEADER_BYTES + NONCE_BYTES + TAG_BYTES


def key_number(blob: bytes) -> int:
    """The number of the key that a sealed value is under."""
    return blob[len(MARKER)]


def token() -> str:
    """A fresh secret of 256 bits for a link, in characters that a URL carries as they are."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What is stored of a token: its SHA-256 in 64 hex digits. A token is random, so it needs no salt."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _number(number: str) -> int:
    if not (number.isascii() and number.isdigit() and 0 < int(number) < 256):
        raise ValueError("a key's number is from 1 to 255")
    return int(number)


def _key(number: str, key: str) -> bytes:
    try:
        raw = base64.b64decode(key, altchars=b"-_", validate=True)
    except binascii.Error:
        raw = b""
    if len(raw) != KEY_BYTES:
        raise ValueError(f"key {number} is not 32 bytes in URL-safe base64")
    return raw
