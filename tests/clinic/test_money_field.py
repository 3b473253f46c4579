import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from clinic.premises.money_field import MoneyField


@pytest.mark.parametrize(
    ("typed", "currency", "kept"),
    [
        ("1800", "HKD", 180000),
        ("1800.5", "HKD", 180050),
        ("0", "HKD", 0),
        ("1800", "JPY", 1800),
        (" 12.34 ", "GBP", 1234),
    ],
)
def test_an_amount_is_typed_as_people_write_it_and_kept_in_the_smallest_unit(
    typed: str, currency: str, kept: int
) -> None:
    assert MoneyField(currency=currency).clean(typed) == kept


@pytest.mark.parametrize(
    ("typed", "currency"), [("12.345", "HKD"), ("1.5", "JPY"), ("-1", "HKD"), ("much", "HKD"), ("NaN", "HKD")]
)
def test_what_is_no_amount_of_the_currency_is_refused(typed: str, currency: str) -> None:
    with pytest.raises(ValidationError):
        MoneyField(currency=currency).clean(typed)


def test_nothing_typed_is_no_amount() -> None:
    assert MoneyField(currency="HKD", required=False).clean("") is None


@given(amount=st.integers(0, 2**31 - 1), currency=st.sampled_from(["HKD", "JPY"]))
def test_an_amount_shown_and_sent_back_is_unchanged(amount: int, currency: str) -> None:
    field = MoneyField(currency=currency)
    shown = str(field.prepare_value(amount))
    assert field.clean(shown) == amount
    assert not field.has_changed(amount, shown)
    assert field.has_changed(amount, str(field.prepare_value(amount + 1)))
