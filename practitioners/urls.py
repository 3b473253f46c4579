"""Addresses of writing and moderating reviews."""

from django.urls import include, path

from practitioners import views

write = [
    path("<str:token>/", views.write, name="write"),
    path("<str:token>/thanks/", views.thanks, name="thanks"),
]
moderation = [
    path("", views.queue, name="queue"),
    path("<int:pk>/", views.moderate, name="moderate"),
]

urlpatterns = [
    path("review/", include((write, "reviews"))),
    path("moderation/", include((moderation, "moderation"))),
]
