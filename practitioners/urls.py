"""Addresses of moderating and reporting reviews, and of a practitioner's own."""

from django.urls import include, path

from practitioners import views

moderation = [
    path("", views.queue, name="queue"),
    path("<int:pk>/", views.moderate, name="moderate"),
    path("replies/<int:pk>/", views.moderate_reply, name="reply"),
]
own = [
    path("", views.own, name="list"),
    path("<int:pk>/reply/", views.reply, name="reply"),
]

urlpatterns = [
    path("reviews/<int:pk>/report/", views.report, name="report_review"),
    path("moderation/", include((moderation, "moderation"))),
    path("own-reviews/", include((own, "own_reviews"))),
]
