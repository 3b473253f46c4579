"""Addresses of writing and moderating reviews."""

from django.urls import include, path

from practitioners import views

write = [
    path("<slug:token>/", views.write, name="write"),
    path("<slug:token>/thanks/", views.thanks, name="thanks"),
]
moderation = [
    path("", views.queue, name="queue"),
    path("<int:pk>/", views.moderate, name="moderate"),
]

urlpatterns = [
    path("review/", include((write, "reviews"))),
    path("moderation/", include((moderation, "moderation"))),
]
