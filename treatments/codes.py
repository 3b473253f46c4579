"""The closed sets that rules, facts and the catalogue share: treatment codes, categories, levels and phototypes."""

from enum import StrEnum
from types import MappingProxyType
from typing import Final


class TreatmentCode(StrEnum):
    """A procedure as the science knows it; what the clinic sells under a name and a price is a Treatment."""

    PEEL_SUPERFICIAL = "peel_superficial"
    PEEL_MEDIUM = "peel_medium"
    PEEL_DEEP = "peel_deep"
    LASER_NAFL = "laser_nafl"
    LASER_AFL = "laser_afl"
    LASER_QS_PICO = "laser_qs_pico"
    LASER_NDYAG_LP = "laser_ndyag_lp"
    IPL = "ipl"
    MICRONEEDLING = "microneedling"
    RF_MICRONEEDLING = "rf_microneedling"
    MICRODERMABRASION = "microdermabrasion"


class Category(StrEnum):
    """A shelf of the catalogue."""

    PEELS = "peels"
    LASERS = "lasers"
    MICRONEEDLING = "microneedling"
    MICRODERMABRASION = "microdermabrasion"


class Level(StrEnum):
    """How much a finding matters, from worst to nothing; `clear` says only that no rule fired."""

    CONTRAINDICATED = "contraindicated"
    DEFER = "defer"
    ASK = "ask"
    CAUTION = "caution"
    INFO = "info"
    CLEAR = "clear"

    @property
    def severity(self) -> int:
        """Rises with how much the level matters: 0 for clear, 5 for contraindicated."""
        return _SEVERITY[self]


_SEVERITY: Final = {level: rank for rank, level in enumerate(reversed(Level))}


class SkinType(StrEnum):
    """A Fitzpatrick phototype: how skin answers to sun, never a person's background."""

    I = "I"  # noqa: E741 (the phototypes are Roman numerals)
    II = "II"
    III = "III"
    IV = "IV"
    V = "V"
    VI = "VI"


ALL: Final = frozenset(TreatmentCode)
PEEL_MD: Final = frozenset({TreatmentCode.PEEL_MEDIUM, TreatmentCode.PEEL_DEEP})
PEELS: Final = PEEL_MD | {TreatmentCode.PEEL_SUPERFICIAL}
FRAC: Final = frozenset({TreatmentCode.LASER_NAFL, TreatmentCode.LASER_AFL})
PIGLIGHT: Final = frozenset({TreatmentCode.LASER_QS_PICO, TreatmentCode.LASER_NDYAG_LP, TreatmentCode.IPL})
LIGHT: Final = FRAC | PIGLIGHT
NEEDLE: Final = frozenset({TreatmentCode.MICRONEEDLING, TreatmentCode.RF_MICRONEEDLING})
WOUND: Final = PEEL_MD | NEEDLE | {TreatmentCode.LASER_AFL}
RESURF: Final = WOUND | {TreatmentCode.LASER_NAFL}
MILD: Final = frozenset({TreatmentCode.PEEL_SUPERFICIAL, TreatmentCode.MICRODERMABRASION})

GROUPS: Final = MappingProxyType(
    {
        "ALL": ALL,
        "PEELS": PEELS,
        "PEEL_MD": PEEL_MD,
        "FRAC": FRAC,
        "PIGLIGHT": PIGLIGHT,
        "LIGHT": LIGHT,
        "NEEDLE": NEEDLE,
        "WOUND": WOUND,
        "RESURF": RESURF,
        "MILD": MILD,
        **{str(code): frozenset({code}) for code in TreatmentCode},
    }
)

CATEGORY_OF: Final = MappingProxyType(
    dict.fromkeys(PEELS, Category.PEELS)
    | dict.fromkeys(LIGHT, Category.LASERS)
    | dict.fromkeys(NEEDLE, Category.MICRONEEDLING)
    | {TreatmentCode.MICRODERMABRASION: Category.MICRODERMABRASION}
)


class UnknownGroup(ValueError):
    """A group expression names something that is neither a group nor a treatment code, or names nothing."""


def resolve(expression: str) -> frozenset[TreatmentCode]:
    """The codes that an expression such as "PEEL_MD + LIGHT" or "ALL - peel_deep" names, read from left to right."""
    codes: frozenset[TreatmentCode] = frozenset()
    sign = "+"
    for position, word in enumerate(expression.split()):
        if position % 2:
            sign = word
        elif word not in GROUPS or sign not in ("+", "-"):
            raise UnknownGroup(expression)
        else:
            codes = codes | GROUPS[word] if sign == "+" else codes - GROUPS[word]
    if not codes or not len(expression.split()) % 2:
        raise UnknownGroup(expression)
    return codes
