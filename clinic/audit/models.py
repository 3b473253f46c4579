"""The audit trail's rows."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.constraints import AppendOnly


class Action(models.TextChoices):
    """What a person can do that leaves a row. Reading health data is on the list as well as writing it."""

    BRIEF_READ = "brief_read", _("Brief read")
    INTAKE_READ = "intake_read", _("Intake read")
    INTAKE_SAVED = "intake_saved", _("Intake saved")
    NOTE_READ = "note_read", _("Note read")
    NOTE_SAVED = "note_saved", _("Note saved")
    NOTE_SIGNED = "note_signed", _("Note signed")
    NOTE_AMENDED = "note_amended", _("Note amended")
    HISTORY_READ = "history_read", _("History read")
    DAY_LIST_READ = "day_list_read", _("List of a day read")
    REVIEWED_STAMP = "reviewed_stamp", _("Intake marked as reviewed")
    DRAFT_RESUMED = "draft_resumed", _("Unfinished booking taken up again")
    ENQUIRY_SENT = "enquiry_sent", _("Patient asked for more")
    ENQUIRY_WITHDRAWN = "enquiry_withdrawn", _("Enquiry withdrawn")
    ENQUIRY_ANSWERED = "enquiry_answered", _("Enquiry answered")
    SUGGESTION_MADE = "suggestion_made", _("Another treatment or date suggested")
    SUGGESTION_WITHDRAWN = "suggestion_withdrawn", _("Suggestion withdrawn")
    SUGGESTION_ANSWERED = "suggestion_answered", _("Suggestion answered")
    FINDING_OVERRIDDEN = "finding_overridden", _("Finding overridden")
    OVERRIDE_WITHDRAWN = "override_withdrawn", _("Override withdrawn")
    SKIN_GRADED = "skin_graded", _("Skin graded")
    QUESTION_ANSWERED = "question_answered", _("Patient's question answered")
    CONSENT_GIVEN = "consent_given", _("Consent given")
    CONSULTATION_HELD = "consultation_held", _("Time held")
    CONSULTATION_BOOKED = "consultation_booked", _("Consultation booked")
    CONSULTATION_COMING = "consultation_coming", _("Patient said that they are coming")
    CONSULTATION_MOVED = "consultation_moved", _("Consultation moved")
    CONSULTATION_REASSIGNED = "consultation_reassigned", _("Consultation given to another practitioner")
    CONSULTATION_CANCELLED = "consultation_cancelled", _("Consultation cancelled")
    TIMES_PROPOSED = "times_proposed", _("Other times proposed")
    TIMES_NOT_POSSIBLE = "times_not_possible", _("Proposed times not possible")
    CONSULTATION_ARRIVED = "consultation_arrived", _("Patient arrived")
    CONSULTATION_STARTED = "consultation_started", _("Consultation started")
    CONSULTATION_COMPLETED = "consultation_completed", _("Consultation completed")
    CONSULTATION_NO_SHOW = "consultation_no_show", _("Patient did not come")
    NO_SHOW_UNDONE = "no_show_undone", _("No-show taken back")
    ARRIVAL_UNDONE = "arrival_undone", _("Arrival taken back")
    RULE_DEPARTED_FROM = "rule_departed_from", _("Time given outside of what is offered")
    FEE_WAIVED = "fee_waived", _("Late fee waived")
    RUNNING_LATE_SAID = "running_late_said", _("Running late")
    PATIENT_REGISTERED = "patient_registered", _("Patient registered at the desk")
    NUMBER_GIVEN = "number_given", _("Phone number of a patient noted")
    WAITLIST_JOINED = "waitlist_joined", _("Waiting list joined")
    WAITLIST_CHANGED = "waitlist_changed", _("Entry of the waiting list changed")
    WAITLIST_LEFT = "waitlist_left", _("Waiting list left")
    WAITLIST_REMOVED = "waitlist_removed", _("Taken off the waiting list")
    WAITLIST_OFFERED = "waitlist_offered", _("Time offered from the waiting list")
    WAITLIST_ANSWERED = "waitlist_answered", _("Offer of the waiting list answered")
    TREATED_EARLY = "treated_early", _("Treatment before the time to decide was over")
    LINK_USED = "link_used", _("Mailed link used")
    REVIEW_SUBMITTED = "review_submitted", _("Review written")
    REVIEW_EDITED = "review_edited", _("Review changed by its author")
    REVIEW_WITHDRAWN = "review_withdrawn", _("Review withdrawn by its author")
    REVIEW_APPEALED = "review_appealed", _("Decision about a review appealed")
    REVIEW_REPORTED = "review_reported", _("Review reported by a reader")
    REVIEW_MODERATED = "review_moderated", _("Review moderated")
    REPLY_WRITTEN = "reply_written", _("Reply to a review written")
    REPLY_MODERATED = "reply_moderated", _("Reply to a review moderated")
    WORDS_PROPOSED = "words_proposed", _("Words for a profile proposed")
    WORDS_WITHDRAWN = "words_withdrawn", _("Words for a profile taken back")
    WORDS_APPROVED = "words_approved", _("Words for a profile published")
    WORDS_DECLINED = "words_declined", _("Words for a profile declined")
    PORTRAIT_PUT_UP = "portrait_put_up", _("Photograph of a practitioner put up")
    PORTRAIT_TAKEN_DOWN = "portrait_taken_down", _("Photograph of a practitioner taken down")
    PICTURE_CONSENT_GIVEN = "picture_consent_given", _("Consent to photographs given")
    PICTURE_CONSENT_WITHDRAWN = "picture_consent_withdrawn", _("Consent to photographs withdrawn")
    PICTURE_CONSENT_LAPSED = "picture_consent_lapsed", _("Consent to photographs ran out")
    PHOTOGRAPH_ADDED = "photograph_added", _("Photograph added")
    PHOTOGRAPH_READ = "photograph_read", _("Photograph read")
    PHOTOGRAPH_REMOVED = "photograph_removed", _("Photograph removed")
    PHOTOGRAPHS_PAIRED = "photographs_paired", _("Photographs paired")
    STORY_TOLD = "story_told", _("Story told")
    STORY_MODERATED = "story_moderated", _("Story moderated")
    STORY_APPEALED = "story_appealed", _("Decision about a story appealed")
    STORY_REMOVED = "story_removed", _("Story removed")
    PERSON_INVITED = "person_invited", _("Person invited to work here")
    ROLE_CHANGED = "role_changed", _("Role changed")
    SIGN_IN_ENDED = "sign_in_ended", _("Sign-in ended")
    SIGN_IN_RESTORED = "sign_in_restored", _("Sign-in restored")
    PLACE_CHOSEN = "place_chosen", _("Jurisdiction chosen")
    LAW_OVERRIDDEN = "law_overridden", _("Rule of the place overridden")
    LAW_RESTORED = "law_restored", _("Rule of the place put back")
    RULES_DRAFTED = "rules_drafted", _("Draft of the rules or of the questionnaire changed")
    RULES_PUBLISHED = "rules_published", _("Rules or questionnaire published or signed")
    SCREENED_ANEW = "screened_anew", _("Answers screened by new rules")
    MAIL_SENT_AGAIN = "mail_sent_again", _("Mail sent again")
    CLOSURES_IMPORTED = "closures_imported", _("Closed days imported")
    PRACTITIONER_AWAY = "practitioner_away", _("Practitioner noted as away")
    PRACTITIONER_BACK = "practitioner_back", _("Time off of a practitioner taken back")
    PRACTITIONER_LEAVES = "practitioner_leaves", _("Hours of a practitioner ended")
    HOURS_CHANGED = "hours_changed", _("Hours of a practitioner changed")
    CALENDAR_FEED_MADE = "calendar_feed_made", _("Calendar address made")
    CALENDAR_FEED_ENDED = "calendar_feed_ended", _("Calendar address switched off")
    CATALOGUE_IMPORTED = "catalogue_imported", _("Catalogue imported")
    LIST_DOWNLOADED = "list_downloaded", _("List downloaded")
    SIGNED_IN = "signed_in", _("Signed in")
    SIGN_IN_FAILED = "sign_in_failed", _("Sign-in failed")


class Outcome(models.TextChoices):
    DONE = "done", _("Done")
    REFUSED = "refused", _("Refused")


class AuditEntry(models.Model):
    """Who did what to which object, and whose it was; values and health data are never in it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField(_("when"))
    # Without an account: a guest with a mailed link, or the house itself; the role says which.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,  # audit_of_an_actor begins with it
        verbose_name=_("who"),
    )
    role = models.CharField(_("as"), max_length=80)
    action = models.CharField(_("did"), max_length=30, choices=Action.choices)
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome.choices, default=Outcome.DONE)
    object_type = models.CharField(_("to"), max_length=40)
    object_id = models.CharField(_("number"), max_length=64)
    patient_id = models.UUIDField(_("patient"), null=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    request_id = models.CharField(_("request"), max_length=64, blank=True)

    objects: ClassVar[models.Manager["AuditEntry"]] = models.Manager()

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit trail")
        ordering = ["-at"]
        indexes = [
            models.Index(fields=["patient_id", "at"], name="audit_of_a_patient"),
            models.Index(fields=["actor", "at"], name="audit_of_an_actor"),
            models.Index(fields=["at"], name="audit_by_time"),
        ]
        constraints = [AppendOnly(name="the_audit_trail_is_append_only")]

    def __str__(self) -> str:
        return f"{self.get_action_display()} ({self.object_type})"
