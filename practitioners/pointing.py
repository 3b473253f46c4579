"""What a moderator should look at in a text: marks of a person, and words about somebody else's health.

It only points. Nothing is withheld because of it, and that nothing is marked proves nothing.
"""

import re
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_SIGNS: tuple[tuple[str | Promise, str], ...] = (
    (_("an e-mail address"), r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    (_("a web address"), r"https?://\S+|www\.\S+"),
    (_("a number of an identity card"), r"\b[A-Z]{1,2}\d{6}\s?\(?[0-9A]\)?"),
    (_("a telephone number"), r"(?<![\d-])\+?\d(?:[ -]?\d){7,14}(?![\d-])"),
    (
        _("another person"),
        (
            r"\bmy (?:mother|mum|mom|father|dad|sister|brother|daughter|son|wife|husband|partner|friend|boss)\b"
            r"|我(?:的)?(?:媽媽|母親|爸爸|父親|姊姊|姐姐|妹妹|哥哥|弟弟|女兒|兒子|太太|先生|老公|老婆|朋友|同事|老闆)"
        ),
    ),
    (
        _("a health fact"),
        (
            r"\b(?:pregnan\w*|cancer|HIV|hepatitis|epilep\w*|diabet\w*|depress\w*|accutane|isotretinoin|roaccutane|herpes)\b"
            r"|懷孕|癌|愛滋|肝炎|癲癇|糖尿|抑鬱|異維A酸|口服A酸|皰疹"
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Sign:
    """What it looks like, and the words that do."""

    what: str | Promise
    words: str


def signs(text: str) -> list[Sign]:
    """The places of a text that a moderator should look at, in their order, each once."""
    found = [(match.start(), what, match.group()) for what, sign in _SIGNS for match in re.finditer(sign, text, re.I)]
    return list(dict.fromkeys(Sign(what, words) for _start, what, words in sorted(found, key=lambda each: each[0])))
