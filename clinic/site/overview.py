"""What the admin's front page counts: where work waits, and how many visits the weeks hold. Numbers, never names."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from clinic.accounts.models import User
from clinic.localtime import day_bounds, local, week_start
from clinic.outbox.models import OutboundMessage, State
from clinic.site.due_page import texts_due
from consultations import outside
from consultations.models import Consultation, Performed, Status
from practitioners.models import ProposedWords, Review, Story
from treatments.models import CheckedLink, LinkState, Questionnaire, RuleSet

ONE_WEEK = timedelta(weeks=1)
A_QUARTER = timedelta(days=90)
WEEKS_BACK = 8
WEEKS_AHEAD = 4
CHART_HEIGHT = 80
BROKEN = urlencode({"state__exact": LinkState.BROKEN.value})


@dataclass(frozen=True)
class Tile:
    """A number that leads to the list it counts."""

    label: str
    count: int
    url: str


@dataclass(frozen=True)
class Bar:
    """One week of the drawing: its Monday, how many visits begin in it, and where its bar stands."""

    monday: date
    count: int
    x: int
    y: int
    height: int
    is_current: bool


def tiles(*, user: User | AnonymousUser, now: datetime, zone: ZoneInfo) -> list[Tile]:
    """The counts that this person may look behind."""
    found: list[Tile] = []
    if user.has_perm("consultations.view_consultation"):
        found += _of_consultations(now, zone)
    if user.has_perm("practitioners.view_review"):
        found.append(Tile(_("Reviews to moderate"), Review.objects.to_decide().count(), reverse("moderation:queue")))
    if user.has_perm("practitioners.view_story"):
        waiting = Story.objects.to_decide().count()
        found.append(Tile(_("Stories to moderate"), waiting, reverse("moderation:queue") + "#stories"))
    if user.has_perm("practitioners.view_proposedwords"):
        waiting = ProposedWords.objects.pending().count()
        found.append(Tile(_("Words of practitioners to read"), waiting, reverse("moderation:queue") + "#words"))
    if texts := texts_due(user, local(now, zone).date()):
        found.append(Tile(_("Texts due for review"), sum(kind.count() for kind in texts), reverse("admin:due")))
    if user.has_perm("treatments.view_checkedlink"):
        broken = CheckedLink.objects.filter(state=LinkState.BROKEN).count()
        found.append(Tile(_("Broken links"), broken, f"{reverse('admin:treatments_checkedlink_changelist')}?{BROKEN}"))
    if user.has_perm("outbox.view_outboundmessage"):
        found.append(_failed_messages(since=now - ONE_WEEK))
    if user.has_perm("treatments.view_ruleset"):
        found += _to_decide_on()
    return found


def weeks(*, user: User | AnonymousUser, now: datetime, zone: ZoneInfo) -> list[Bar]:
    """The visits of each week, from eight weeks back to four ahead; nothing for somebody who may not read the list."""
    if not user.has_perm("consultations.view_consultation"):
        return []
    this_monday = week_start(local(now, zone).date())
    mondays = [this_monday + ONE_WEEK * number for number in range(-WEEKS_BACK, WEEKS_AHEAD + 1)]
    begins, _end = day_bounds(mondays[0], zone)
    ends, _end = day_bounds(mondays[-1] + ONE_WEEK, zone)
    starts = Consultation.objects.booked().exclude(status=Status.CANCELLED).between(begins, ends).order_by()
    counts = Counter(week_start(local(start, zone).date()) for start in starts.values_list("starts", flat=True))
    return bars([(monday, counts[monday]) for monday in mondays], current=this_monday)


def treated_early(*, user: User | AnonymousUser, now: datetime) -> int | None:
    """How many treatments of the last ninety days did not wait; a number without a list, since a list would name."""
    if not user.has_perm("consultations.view_consultation"):
        return None
    return int(Performed.objects.early().filter(consented_afresh_at__gte=now - A_QUARTER).count())


def bars(counts: list[tuple[date, int]], *, current: date) -> list[Bar]:
    """The counts as bars of a drawing 80 units high, each in a column 40 wide; the highest fills its column."""
    highest = max([count for _monday, count in counts], default=0) or 1
    drawn = []
    for number, (monday, count) in enumerate(counts):
        height = round(CHART_HEIGHT * count / highest)
        drawn.append(Bar(monday, count, 40 * number, CHART_HEIGHT - height, height, monday == current))
    return drawn


def _of_consultations(now: datetime, zone: ZoneInfo) -> list[Tile]:
    begins, ends = day_bounds(local(now, zone).date(), zone)
    today = Consultation.objects.booked().exclude(status=Status.CANCELLED).between(begins, ends)
    requested = Consultation.objects.filter(status=Status.REQUESTED, held_until__gt=now)
    coming = Consultation.objects.filter(status=Status.CONFIRMED).between(now, now + ONE_WEEK)
    unfinished = coming.exclude(intake__is_complete=True)
    return [
        Tile(_("Consultations today"), today.count(), _list(when="today")),
        Tile(_("Visits outside of hours"), len(outside.found(now=now)), reverse("reception:outside")),
        Tile(_("Requests to answer"), requested.count(), _list(status__exact=Status.REQUESTED.value)),
        Tile(_("Intakes unfinished this week"), unfinished.count(), _list(when="week", intake="open")),
    ]


def _failed_messages(*, since: datetime) -> Tile:
    lost = [State.FAILED.value, State.UNSURE.value]
    count = OutboundMessage.objects.filter(state__in=lost, due_at__gte=since).count()
    filters = urlencode({"state__in": ",".join(lost), "due_at__gte": since.isoformat()})
    return Tile(
        _("Messages that failed this week"), count, f"{reverse('admin:outbox_outboundmessage_changelist')}?{filters}"
    )


def _to_decide_on() -> list[Tile]:
    """What ships with a release and waits for a clinical lead; mostly nothing."""
    kinds = ((_("Questionnaires to decide on"), Questionnaire), (_("Rule sets to decide on"), RuleSet))
    return [
        Tile(words, 1, reverse(f"admin:treatments_{model._meta.model_name}_change", args=[offered.pk]))
        for words, model in kinds
        if (offered := model.objects.defer("data").offered())
    ]


def _list(**filters: Any) -> str:
    return f"{reverse('admin:consultations_consultation_changelist')}?{urlencode(filters)}"
