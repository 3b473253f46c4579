"""Money is a whole number of the currency's smallest unit; this is the one place that writes it out."""

_EXPONENT = {"JPY": 0, "KRW": 0, "TWD": 0, "VND": 0}
_SIGN = {"HKD": "HK$", "TWD": "NT$", "GBP": "£", "USD": "US$", "EUR": "€", "AUD": "A$", "JPY": "¥"}


def format_minor(amount: int, currency: str) -> str:
    """The amount as people read it: format_minor(40000, "HKD") is HK$400, format_minor(40050, "HKD") is HK$400.50."""
    exponent = _EXPONENT.get(currency, 2)
    sign = _SIGN.get(currency, f"{currency} ")
    whole, rest = divmod(abs(amount), 10**exponent)
    minus = "-" if amount < 0 else ""
    cents = f".{rest:0{exponent}d}" if rest else ""
    return f"{minus}{sign}{whole:,}{cents}"


def to_minor(whole: int, currency: str) -> int:
    """A whole amount in the currency's smallest unit: to_minor(400, "HKD") is 40000."""
    return int(whole * 10 ** _EXPONENT.get(currency, 2))
