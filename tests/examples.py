"""How many examples hypothesis makes up where a test names a number: as many, or on an everyday run a quarter."""

from hypothesis import settings


def examples(number: int) -> int:
    return number // 4 if settings.get_current_profile_name() == "everyday" else number
