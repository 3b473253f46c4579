"""A message on its way, and the sign of life of whoever sends it."""

import uuid
from datetime import datetime
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinic.fields import SealedTextField


class State(models.TextChoices):
    PENDING = "pending", _("Waiting")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    UNSURE = "unsure", _("Unsure")


class Occasion(models.TextChoices):
    """What a message is about, in words for staff; the key of each begins with it. What is not here shows as it is."""

    REQUESTED = "requested", _("Request received")
    BOOKED = "booked", _("Confirmation")
    ANSWERS = "answers", _("Answers to finish")
    COMING = "coming", _("Are you coming?")
    REMINDER = "reminder", _("Reminder")
    LATE = "late", _("Running late")
    MOVED = "moved", _("New time")
    READDRESSED = "readdressed", _("Another address")
    CANCELLED = "cancelled", _("Cancellation")
    DECLINED = "declined", _("Request declined")
    REQUEST_LAPSED = "request_lapsed", _("Request not answered in time")
    ENQUIRY = "enquiry", _("Question before the visit")
    SUGGESTION = "suggestion", _("Suggestion before the visit")
    REASSIGNED = "reassigned", _("Another practitioner")
    TIMES_NOT_POSSIBLE = "times_not_possible", _("Proposed times not possible")
    WAITLIST_JOINED = "waitlist_joined", _("Waiting list joined")
    WAITLIST_OFFER = "waitlist_offer", _("Offer of the waiting list")
    WAITLIST_PAUSED = "waitlist_paused", _("Waiting list paused")
    WAITLIST_OVER = "waitlist_over", _("Waiting list left")
    AFTERCARE = "aftercare", _("The days after a visit")
    REVIEW = "review", _("Invitation to review")
    REVIEW_DECIDED = "review_decided", _("Decision about a review")
    STORY_DECIDED = "story_decided", _("Decision about a story")
    COPY = "copy", _("Copy for people who work here")
    CODE = "code", _("Code to prove an address")
    RESUME = "resume", _("Unfinished booking")
    LICENCE = "licence", _("Registration that ends")
    COLLEAGUE = "colleague", _("Invitation to work here")
    WORDS_DECIDED = "words_decided", _("Words for a profile")
    MAIL = "mail", _("Sign-in")


# What a message carried goes as soon as nobody needs it any more: it may hold a code or a link.
PURGED: dict[str, Any] = {"text": None, "html": None, "calendar": None}


class OutboundMessageQuerySet(models.QuerySet["OutboundMessage"]):
    def due(self, now: datetime) -> Self:
        """Those whose time has come: waiting ones, and ones whose sender died, unless a repeat would be worse."""
        waiting = Q(state=State.PENDING, due_at__lte=now)
        abandoned = Q(state=State.SENDING, lease_until__lte=now, once=False)
        return self.filter(waiting | abandoned).filter(Q(expires_at=None) | Q(expires_at__gt=now))

    def in_doubt(self, now: datetime, tries: int) -> Self:
        """Those whose sender died and that are not tried again; whether they went out, only a person can find out."""
        return self.filter(state=State.SENDING, lease_until__lte=now).filter(
            Q(once=True) | Q(expires_at__lte=now) | Q(attempts__gte=tries)
        )

    def too_late(self, now: datetime) -> Self:
        """Those that waited until they were of no use."""
        return self.filter(state=State.PENDING, expires_at__lte=now)


class OutboundMessage(models.Model):
    """One mail to one address. Its id makes its Message-ID; its key keeps the same occasion from being told twice."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(_("occasion"), max_length=200, unique=True)
    occasion = models.CharField(_("kind"), max_length=30, blank=True)
    about = models.CharField(_("about"), max_length=100, blank=True, db_index=True)
    # The name that staff know a visit by, to find what was written about it.
    reference = models.CharField(_("reference"), max_length=12, blank=True, db_index=True)
    to = models.EmailField(_("to"))
    subject = models.CharField(_("subject"), max_length=200)
    language = models.CharField(_("language"), max_length=10)
    text = SealedTextField(null=True)
    html = SealedTextField(null=True)
    calendar = SealedTextField(null=True)
    calendar_method = models.CharField(max_length=10, blank=True)
    once = models.BooleanField(_("rather not than twice"), default=False)
    created_at = models.DateTimeField(_("queued"))
    due_at = models.DateTimeField(_("due"))
    expires_at = models.DateTimeField(_("of no use after"), null=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    lease_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(_("sent"), null=True)
    error = models.CharField(_("error"), max_length=200, blank=True)

    objects: ClassVar[Any] = OutboundMessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-due_at"]
        indexes = [models.Index(fields=["state", "due_at"], name="outbox_on_its_way")]

    def __str__(self) -> str:
        return self.subject

    @property
    def is_about(self) -> str:
        """The kind of message in words."""
        return str(Occasion(self.occasion).label) if self.occasion in Occasion.values else self.occasion


class WorkerHeartbeat(models.Model):
    """When a worker last looked after something, and what kept it from its work."""

    name = models.CharField(primary_key=True, max_length=20)
    beat_at = models.DateTimeField()
    problem = models.CharField(max_length=200, blank=True)

    objects: ClassVar[models.Manager["WorkerHeartbeat"]] = models.Manager()

    class Meta:
        verbose_name = _("sign of life")
        verbose_name_plural = _("signs of life")

    def __str__(self) -> str:
        return self.name
