"""Addresses of booking, the mailed link, the patient's own pages, the practitioner's desk and the reception."""

from django.urls import include, path

from consultations.views import (
    answering,
    booking,
    brief,
    desk,
    intake,
    judging,
    manage,
    my,
    prepare,
    reception,
    reviewing,
    treated,
)

book = [
    path("", booking.what, name="what"),
    path("who/", booking.who, name="who"),
    path("when/", booking.when, name="when"),
    path("details/", booking.details, name="details"),
    path("code/", booking.code, name="code"),
    path("consent/", booking.consent, name="consent"),
    path("intake/", intake.first, name="intake"),
    path("intake/still-true/", intake.still_true, name="still_true"),
    path("intake/later/", intake.later, name="later"),
    path("intake/<slug:page>/", intake.page, name="intake"),
    path("check/", booking.check, name="check"),
    path("booked/", booking.booked, name="booked"),
    path("booked/calendar.ics", booking.calendar, name="calendar"),
    path("booked/prepare/", prepare.booked, name="summary"),
    path("booked/prepare/calendar.ics", prepare.booked_calendar, name="summary_calendar"),
    path("leave/", booking.leave, name="leave"),
]
link = [
    path("<slug:token>/", manage.visit, name="visit"),
    path("<slug:token>/move/", manage.move, name="move"),
    path("<slug:token>/cancel/", manage.cancel, name="cancel"),
    path("<slug:token>/undo/", manage.undo, name="undo"),
    path("<slug:token>/calendar.ics", manage.calendar, name="calendar"),
]
review = [
    path("<slug:token>/", reviewing.write, name="write"),
    path("<slug:token>/yours/", reviewing.yours, name="yours"),
    path("<slug:token>/edit/", reviewing.edit, name="edit"),
    path("<slug:token>/withdraw/", reviewing.withdraw, name="withdraw"),
    path("<slug:token>/appeal/", reviewing.appeal, name="appeal"),
]
mine = [
    path("", my.consultations, name="consultations"),
    path("resume/<uuid:draft>/", my.resume, name="resume"),
    path("<slug:reference>/", my.consultation, name="consultation"),
    path("<slug:reference>/move/", my.move, name="move"),
    path("<slug:reference>/cancel/", my.cancel, name="cancel"),
    path("<slug:reference>/undo/", my.undo, name="undo"),
    path("<slug:reference>/prepare/", prepare.prepare, name="prepare"),
    path("<slug:reference>/prepare/calendar.ics", prepare.prepare_calendar, name="prepare_calendar"),
    path("<slug:reference>/questions-for-you/", answering.enquiry, name="enquiry"),
    path("<slug:reference>/suggestion/", answering.suggestion, name="suggestion"),
    path("<slug:reference>/suggestion/time/", answering.later, name="later"),
    path("<slug:reference>/answers/", my.answers, name="answers"),
    path("<slug:reference>/answers/still-true/", my.still_true, name="still_true"),
    path("<slug:reference>/answers/guardian/", my.guardian, name="guardian"),
    path("<slug:reference>/consent/<slug:page>/", my.consent, name="consent"),
    path("<slug:reference>/answers/<slug:page>/", my.page, name="page"),
]
practitioner = [
    path("", desk.today, name="today"),
    path("week/", desk.week, name="week"),
    path("<slug:reference>/", brief.brief, name="brief"),
    path("<slug:reference>/reviewed/", brief.reviewed, name="reviewed"),
    path("<slug:reference>/note/", brief.note, name="note"),
    path("<slug:reference>/amend/", brief.amend, name="amend"),
    path("<slug:reference>/visit/", brief.visit, name="visit"),
    path("<slug:reference>/treated/", treated.complete, name="treated"),
    path("<slug:reference>/ask/", judging.ask, name="ask"),
    path("<slug:reference>/ask/withdraw/", judging.ask_no_more, name="ask_no_more"),
    path("<slug:reference>/suggest/", judging.suggest, name="suggest"),
    path("<slug:reference>/suggest/withdraw/", judging.suggest_no_more, name="suggest_no_more"),
    path("<slug:reference>/override/", judging.override, name="override"),
    path("<slug:reference>/override/withdraw/", judging.override_no_more, name="override_no_more"),
    path("<slug:reference>/grade/", judging.grade, name="grade"),
    path("<slug:reference>/reply/", judging.reply, name="reply"),
]
front = [
    path("", reception.day, name="day"),
    path("<slug:reference>/", reception.consultation, name="consultation"),
    path("<slug:reference>/move/", reception.move, name="move"),
    path("<slug:reference>/change/", reception.change, name="change"),
]

urlpatterns = [
    path("book/", include((book, "booking"))),
    path("visit/", include((link, "manage"))),
    path("review/", include((review, "reviews"))),
    path("my/", include((mine, "my"))),
    path("desk/", include((practitioner, "desk"))),
    path("reception/", include((front, "reception"))),
]
