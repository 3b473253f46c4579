"""Addresses of the public shelf."""

from django.urls import path

from treatments import views

app_name = "treatments"
urlpatterns = [
    path("concerns/", views.concerns, name="concerns"),
    path("concerns/<slug:slug>/", views.concern, name="concern"),
    path("compare/", views.compare, name="compare"),
    path("compare/<slug:slug>/", views.comparison, name="comparison"),
    path("questions/", views.questions, name="questions"),
    path("glossary/", views.glossary, name="glossary"),
    path("treatments/", views.treatments, name="treatments"),
    path("treatments/not-here/<slug:code>/", views.facts, name="facts"),
    path("treatments/<slug:slug>/", views.treatment, name="treatment"),
    path("treatments/<slug:slug>/care/", views.care, name="care"),
    path("treatments/<slug:slug>/care.ics", views.care_calendar, name="care_calendar"),
]
