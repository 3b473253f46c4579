"""What the demo's patients wrote after their visits, and what the moderators made of it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from clinic.accounts.models import User
from consultations import feedback
from consultations.feedback import CONCERN, DOWNTIME, TREATMENT, Told
from consultations.models import Consultation, VisitInvitation
from practitioners import moderation, reviews
from practitioners.models import Moment, ReplyState, Review, SkinBand, WithheldFor

# Stars, language and words; no health facts, as a real review would be asked to leave out.
OF_VISITS = (
    (5, "en", "Had read my answers before I sat down. No time lost, and no pressure to book anything."),
    (5, "en", "Told me plainly what would not be worth the money."),
    (4, "en", "Clear explanation of the costs of a whole course. The waiting area was crowded."),
    (5, "zh-hant", "講解清楚，沒有推銷，問題都一一回答。"),
    (4, "zh-hant", "很仔細，說明了要等多久才可以做。"),
    (3, "en", "Good advice, but we started twenty minutes late."),
    (5, "en", "Drew the depth of each option for me. I understood it for the first time."),
    (2, "en", "Felt a little rushed at the end."),
    (5, "zh-hant", "事前已看過我的資料，面診很有效率。"),
    (4, "en", "Friendly and honest about what is not known."),
    (5, "en", "Suggested to wait first. I respect that."),
    (1, "en", "I came for a treatment on the day and was asked to think about it instead."),
)
OF_COMFORT = (
    (5, "en", "Every step was announced before it came."),
    (4, "zh-hant", "過程中不時問我感覺如何。"),
    (4, "en", "Careful hands. The numbing cream took its time."),
    (3, "en", "It was all right. I would have liked a break halfway."),
)
OF_RESULTS = (
    (4, "en", "Finer than before when I look closely; nobody else has noticed."),
    (5, "zh-hant", "鼻翼兩側明顯細緻了，與事前說的差不多。"),
    (3, "en", "Some change on the cheeks, little on the nose. I was told that could be so."),
    (2, "en", "I had hoped for more, and would ask about it before a second session."),
    (4, "en", "About what the drawing showed. The redness stayed longer than I had planned for."),
)
REPLY = "Thank you for writing this. We plan more time at the end of each visit from this month on."
ANSWERS = {
    Moment.CONSULTATION: {"listened": "yes", "explained": "yes", "pressed": "no"},
    Moment.COMFORT: {"listened": "yes", "comfort": "as_told"},
    Moment.RESULT: {"result": "as_expected"},
}


@dataclass
class Voices:
    """Who moderates, and how many have written so far."""

    staff: User
    chance: Random
    written: dict[Moment, int] = field(default_factory=dict)


def speak(voices: Voices, consultation: Consultation, *, now: datetime) -> None:
    """Let the patient of a completed visit answer, or not, to each invitation whose moment has come."""
    for invited in VisitInvitation.objects.filter(consultation=consultation).select_related(
        "invitation__practitioner", "consultation__patient", "performed__treatment", "consultation__concern"
    ):
        asked_at = invited.invitation.due_at
        if asked_at > now:
            continue
        reviews.send(invitation=invited.invitation, now=asked_at)
        moment, likely = Moment(invited.moment), 0.45 if invited.moment == Moment.CONSULTATION else 0.8
        if voices.chance.random() < likely and moment in ANSWERS:
            _write(voices, invited, moment, min(asked_at + timedelta(hours=9), now), now)


def _write(voices: Voices, invited: VisitInvitation, moment: Moment, at: datetime, now: datetime) -> None:
    number = voices.written.get(moment, 0)
    voices.written[moment] = number + 1
    said = {Moment.CONSULTATION: OF_VISITS, Moment.COMFORT: OF_COMFORT, Moment.RESULT: OF_RESULTS}[moment]
    stars, language, text = said[number % len(said)]
    answers: dict[str, object] = dict(ANSWERS[moment])
    if moment == Moment.RESULT:
        answers["downtime_had"] = voices.chance.choice((1, 2, 2, 3, 3, 4, 5))
    patient = invited.consultation.patient
    assert patient is not None
    told = Told(
        stars=stars,
        text=text,
        author=patient.called.split()[0],
        language=language,
        answers=answers,
        show=(CONCERN, TREATMENT, DOWNTIME) if number % 8 else (TREATMENT,),
        skin_band=list(SkinBand)[number % 3] if number % 2 else "",
    )
    _moderate(voices, feedback.give(invited=invited, told=told, now=at), number, at, now)


def _moderate(voices: Voices, review: Review, number: int, at: datetime, now: datetime) -> None:
    """Most are published the same day; some wait, one in nine names somebody, one in seven gets a reply."""
    decided = at + timedelta(hours=5)
    if number % 9 == 8:
        moderation.withhold(actor=voices.staff, review=review, reason=WithheldFor.PERSONAL_DATA, now=decided)
        return
    if at > now - timedelta(days=3):
        return
    moderation.publish(actor=voices.staff, review=review, now=decided)
    actor = review.practitioner.user
    if number % 7 == 0 and actor is not None:
        written = moderation.reply(
            actor=actor,
            practitioner=review.practitioner,
            review=review,
            text=REPLY,
            language="en",
            now=decided + timedelta(hours=20),
        )
        if number:
            moderation.decide_reply(
                actor=voices.staff, reply=written, state=ReplyState.PUBLISHED, now=decided + timedelta(hours=30)
            )
