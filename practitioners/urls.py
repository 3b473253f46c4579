"""Addresses of portraits, of moderating, of reporting a review, and of a practitioner's own reviews and words."""

from django.urls import include, path

from practitioners import views

moderation = [
    path("", views.queue, name="queue"),
    path("<int:pk>/", views.moderate, name="moderate"),
    path("replies/<int:pk>/", views.moderate_reply, name="reply"),
    path("stories/<int:pk>/", views.moderate_story, name="story"),
    path("words/<int:pk>/publish/", views.publish_words, name="publish_words"),
    path("words/<int:pk>/decline/", views.decline_words, name="decline_words"),
]
own = [
    path("", views.own, name="list"),
    path("<int:pk>/reply/", views.reply, name="reply"),
]
own_profile = [
    path("", views.own_profile, name="words"),
    path("withdraw/", views.withdraw_words, name="withdraw"),
]

urlpatterns = [
    path("practitioners/<slug:slug>/portrait/<slug:size>/", views.portrait, name="portrait"),
    path("stories/<uuid:pair>/<slug:half>/", views.story_picture, name="story_picture"),
    path("reviews/<int:pk>/report/", views.report, name="report_review"),
    path("moderation/", include((moderation, "moderation"))),
    path("own-reviews/", include((own, "own_reviews"))),
    path("own-profile/", include((own_profile, "own_profile"))),
]
