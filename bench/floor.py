"""The floor: the least that a request can cost with Django, served in the same way with the same kept connections."""

import os
from pathlib import Path

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

from clinic import environment

settings.configure(
    ROOT_URLCONF=__name__,
    ALLOWED_HOSTS=["*"],
    MIDDLEWARE=[],
    DATABASES={"default": environment.database(os.environ["DATABASE_URL"], Path())},
    SECRET_KEY="nothing is signed here",
)
django.setup()


def trivial(request: HttpRequest) -> HttpResponse:
    """Answer without middleware, template or database."""
    return HttpResponse("ok")


def one_query(request: HttpRequest) -> HttpResponse:
    """Answer with one row that an index finds."""
    with connection.cursor() as cursor:
        cursor.execute("select name from premises_clinic where id = %s", [1])
        return HttpResponse(cursor.fetchone()[0])


urlpatterns = [path("", trivial), path("one-query/", one_query)]
application = get_wsgi_application()
