"""Two consultations that keep somebody or something in two places, found without a word of ours: plain SQL."""

from django.db import connection

# Of practitioners, rooms and devices a visit keeps its clean-up after it and its preparation before it, and
# neighbours share the larger of the two; of patients it keeps itself.
BUFFERED = (
    "one.starts < other.blocked_until and other.starts < one.blocked_until"
    " or one.blocked_from < other.ends and other.blocked_from < one.ends"
)
BARE = "one.starts < other.ends and other.starts < one.ends"
BLOCKING = "('held', 'requested', 'confirmed', 'arrived', 'in_consultation')"
PAIRS = """
    select one.reference, other.reference
    from consultations_consultation one
    join consultations_consultation other on one.{key} = other.{key} and one.id < other.id
    where one.status in {blocking} and other.status in {blocking} and ({overlap})
"""


def overlapping() -> list[tuple[str, str, str]]:
    """Every pair of references that overlaps, with what it has in common."""
    found = []
    with connection.cursor() as cursor:
        for key in ("practitioner_id", "room_id", "device_id", "patient_id"):
            overlap = BARE if key == "patient_id" else BUFFERED
            cursor.execute(PAIRS.format(key=key, blocking=BLOCKING, overlap=overlap))
            found += [(key, *pair) for pair in cursor.fetchall()]
    return found
