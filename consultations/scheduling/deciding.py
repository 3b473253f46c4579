"""How long a patient has to decide, as a function of values: shown on the page and applied behind it."""

from collections.abc import Iterable
from datetime import datetime, timedelta


def carried_out_from(*, talks: Iterable[datetime], visit: datetime, hours: int) -> datetime:
    """From when a treatment may be carried out: so many hours after the first consultation in which it was discussed.

    `talks` are the moments at which earlier ones began, `visit` is that of the one in which it would be carried out;
    all are aware instants. Hours are hours, whatever the clocks do in between.
    """
    return min([*talks, visit]) + timedelta(hours=hours)
