import base64
import hashlib
import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic import crypto
from clinic.crypto import KeyRing, SealBroken

OLD_KEY, NEW_KEY = (base64.urlsafe_b64encode(secrets.token_bytes(32)).decode() for _ in range(2))
OLD = KeyRing.parse([("1", OLD_KEY)])
BOTH = KeyRing.parse([("2", NEW_KEY), ("1", OLD_KEY)])
NEW = KeyRing.parse([("2", NEW_KEY)])
PLACE = "consultations_patient:phone:7c1e3f0e-3a52-4d5e-9d55-5f2f6a0f7a11"


@given(st.text(), st.text(min_size=1))
def test_what_is_sealed_opens_again_at_its_place(text: str, place: str) -> None:
    assert crypto.unseal(crypto.seal(text, bound_to=place, keys=OLD), bound_to=place, keys=OLD) == text


def test_a_sealed_value_holds_none_of_the_text_and_costs_31_bytes() -> None:
    text = "keloid after a burn 蟹足腫"
    blob = crypto.seal(text, bound_to=PLACE, keys=OLD)

    assert b"keloid" not in blob
    assert len(blob) == len(text.encode()) + 31


def test_the_same_text_never_looks_the_same_twice() -> None:
    assert crypto.seal("pregnant", bound_to=PLACE, keys=OLD) != crypto.seal("pregnant", bound_to=PLACE, keys=OLD)


def test_the_first_key_seals_and_every_key_opens() -> None:
    before = crypto.seal("before", bound_to=PLACE, keys=OLD)
    after = crypto.seal("after", bound_to=PLACE, keys=BOTH)

    assert (crypto.key_number(before), crypto.key_number(after)) == (1, 2)
    assert crypto.unseal(before, bound_to=PLACE, keys=BOTH) == "before"
    assert crypto.unseal(after, bound_to=PLACE, keys=NEW) == "after"


def test_a_value_under_a_key_that_is_gone_does_not_open() -> None:
    blob = crypto.seal("before", bound_to=PLACE, keys=OLD)

    with pytest.raises(SealBroken, match="key 1, which is not in the ring"):
        crypto.unseal(blob, bound_to=PLACE, keys=NEW)


@pytest.mark.parametrize(
    "elsewhere",
    [
        "consultations_patient:phone:00000000-0000-4000-8000-000000000000",  # another row
        PLACE.replace("phone", "sex_at_birth"),  # another column
        PLACE.replace("patient", "note"),  # another table
    ],
)
def test_a_value_moved_to_another_place_does_not_open(elsewhere: str) -> None:
    blob = crypto.seal("before", bound_to=PLACE, keys=OLD)

    with pytest.raises(SealBroken, match="sealed for another place"):
        crypto.unseal(blob, bound_to=elsewhere, keys=OLD)


def test_a_flipped_bit_is_noticed_wherever_it_is() -> None:
    blob = crypto.seal("before", bound_to=PLACE, keys=OLD)

    for position in range(len(blob)):
        damaged = bytearray(blob)
        damaged[position] ^= 1
        with pytest.raises(SealBroken):
            crypto.unseal(bytes(damaged), bound_to=PLACE, keys=OLD)


@given(st.text())
def test_no_text_looks_sealed(text: str) -> None:
    assert not crypto.is_sealed(text.encode())


@pytest.mark.parametrize("blob", [b"", b"plain", crypto.MARKER, crypto.MARKER + b"\x01" + bytes(27)])
def test_bytes_that_are_too_short_or_unmarked_are_not_sealed(blob: bytes) -> None:
    assert not crypto.is_sealed(blob)
    with pytest.raises(SealBroken, match="not a sealed value"):
        crypto.unseal(blob, bound_to=PLACE, keys=OLD)


def test_neither_the_text_nor_a_key_shows_in_an_error_or_a_repr() -> None:
    blob = crypto.seal("herpes", bound_to=PLACE, keys=OLD)

    with pytest.raises(SealBroken) as broken:
        crypto.unseal(blob, bound_to="elsewhere", keys=OLD)

    assert "herpes" not in str(broken.value)
    assert OLD_KEY not in repr(OLD)
    assert str(base64.urlsafe_b64decode(OLD_KEY)) not in repr(OLD)


@pytest.mark.parametrize(
    ("spec", "complaint"),
    [
        ([], "at least one key"),
        ([("0", OLD_KEY)], "from 1 to 255"),
        ([("256", OLD_KEY)], "from 1 to 255"),
        ([("one", OLD_KEY)], "from 1 to 255"),
        ([("²", OLD_KEY)], "from 1 to 255"),
        ([("1", OLD_KEY), ("1", NEW_KEY)], "same number"),
        ([("1", OLD_KEY[:-4])], "key 1 is not 32 bytes"),
        ([("1", "?" * 44)], "key 1 is not 32 bytes"),
    ],
)
def test_a_ring_that_cannot_be_read_is_refused(spec: list[tuple[str, str]], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        KeyRing.parse(spec)


def test_a_token_is_fresh_has_256_bits_and_fits_a_url() -> None:
    tokens = {crypto.token() for _ in range(100)}

    assert len(tokens) == 100
    assert all(len(base64.urlsafe_b64decode(token + "=")) == 32 for token in tokens)


def test_a_token_is_kept_as_its_sha256() -> None:
    assert crypto.digest("abc") == hashlib.sha256(b"abc").hexdigest()
