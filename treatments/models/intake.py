"""The versions of the questionnaire and of the rules that read its answers. They hold questions, never answers."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinic.constraints import AppendOnly, Settled

# What a version says; once it is published or discarded, none of it changes.
CONTENT = ["version", "status", "data", "published_at"]
SIGNATURE = ["signed_by", "signed_at"]
DECIDED = Q(status__in=["published", "discarded"])


class VersionStatus(models.TextChoices):
    OFFERED = "offered", _("Offered")
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    DISCARDED = "discarded", _("Discarded")


class VersionQuerySet(models.QuerySet[Any]):
    def published(self) -> Self:
        """The published versions, the one in force first."""
        return self.filter(status=VersionStatus.PUBLISHED).order_by("-version")

    def current(self) -> Any:
        """The newest published version; None before the first."""
        return self.published().first()

    def offered(self) -> Any:
        """The version that ships with the product and waits for a clinical lead; None mostly."""
        return self.filter(status=VersionStatus.OFFERED).order_by("-version").first()


class Version(models.Model):
    """Questions or rules; a draft is made from the version in force, and what was run over it is kept on it."""

    version = models.PositiveIntegerField(_("version"), unique=True)
    status = models.CharField(_("status"), max_length=10, choices=VersionStatus.choices, default=VersionStatus.DRAFT)
    data = models.JSONField(_("content"))
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    # A version may be in use before a clinical lead has put a name to it; until then every brief says so.
    signed_by = models.CharField(_("signed by"), max_length=120, blank=True)
    signed_at = models.DateTimeField(_("signed"), null=True, blank=True)
    # The number that it has in the files of the product, if it came from there.
    shipped_as = models.PositiveIntegerField(_("shipped as"), null=True, blank=True)
    based_on = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("made from")
    )
    # How the vignettes came out: trials.Run as JSON, and the digest of what they were run on.
    run = models.JSONField(_("vignettes"), null=True, blank=True)
    run_on = models.CharField(max_length=64, blank=True)
    run_at = models.DateTimeField(_("vignettes run"), null=True, blank=True)

    objects: ClassVar[Any] = VersionQuerySet.as_manager()
    # The lists of the content whose entries a draft may change.
    EDITABLE: ClassVar[tuple[str, ...]]
    changes: Any

    class Meta:
        abstract = True
        ordering: ClassVar[list[str]] = ["-version"]

    def __str__(self) -> str:
        return str(self.version)

    @property
    def is_signed(self) -> bool:
        return self.signed_at is not None

    @property
    def is_draft(self) -> bool:
        return self.status == VersionStatus.DRAFT

    @property
    def is_offered(self) -> bool:
        return self.status == VersionStatus.OFFERED


class Questionnaire(Version):
    EDITABLE = ("items", "sections")

    class Meta(Version.Meta):
        abstract = False
        verbose_name = _("questionnaire")
        verbose_name_plural = _("questionnaires")
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="published") | Q(published_at__isnull=False),
                name="a_published_questionnaire_has_a_date",
            ),
            models.UniqueConstraint(
                fields=["status"], condition=Q(status="draft"), name="one_draft_of_the_questions_at_a_time"
            ),
            Settled(name="a_published_questionnaire_stays_as_it_is", fields=CONTENT, condition=DECIDED),
            Settled(
                name="a_signature_under_a_questionnaire_stays", fields=SIGNATURE, condition=Q(signed_at__isnull=False)
            ),
        ]


class RuleSet(Version):
    EDITABLE = ("rules",)

    class Meta(Version.Meta):
        abstract = False
        verbose_name = _("rule set")
        verbose_name_plural = _("rule sets")
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="published") | Q(published_at__isnull=False), name="a_published_rule_set_has_a_date"
            ),
            models.UniqueConstraint(
                fields=["status"], condition=Q(status="draft"), name="one_draft_of_the_rules_at_a_time"
            ),
            Settled(name="a_published_rule_set_stays_as_it_is", fields=CONTENT, condition=DECIDED),
            Settled(name="a_signature_under_a_rule_set_stays", fields=SIGNATURE, condition=Q(signed_at__isnull=False)),
        ]


class Change(models.Model):
    """One edit of one field of a draft, and why; it stays when the draft is published or discarded."""

    entry = models.CharField(_("entry"), max_length=60)
    field = models.CharField(_("what"), max_length=120)
    before = models.JSONField(_("before"), null=True)
    after = models.JSONField(_("after"), null=True)
    reason = models.CharField(_("reason"), max_length=500)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("who")
    )
    changed_at = models.DateTimeField(_("when"))

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        abstract = True
        ordering: ClassVar[list[str]] = ["-changed_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.entry} {self.field}"


class RuleChange(Change):
    version = models.ForeignKey(RuleSet, on_delete=models.PROTECT, related_name="changes")

    class Meta(Change.Meta):
        abstract = False
        verbose_name = _("change of a rule")
        verbose_name_plural = _("changes of rules")
        constraints = [AppendOnly(name="changes_of_rules_are_append_only")]


class QuestionChange(Change):
    version = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, related_name="changes")

    class Meta(Change.Meta):
        abstract = False
        verbose_name = _("change of a question")
        verbose_name_plural = _("changes of questions")
        constraints = [AppendOnly(name="changes_of_questions_are_append_only")]
