"""Sessions whose row names the person who has signed in: one question finds the session, the person and their roles."""

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db.models import F
from django.utils import timezone

from clinic.accounts import roles
from clinic.accounts.models import Session, User


class SessionStore(DatabaseStore):
    """Django's store in the database, on a table of ours; `person` is who the row names, once it is read."""

    person: User | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """The row to save; it names whoever Django has signed in."""
        row = super().create_model_instance(data)
        assert isinstance(row, Session)
        row.person_id = data.get(SESSION_KEY)
        return row

    def _get_session_from_db(self) -> Session | None:
        unexpired = Session.objects.filter(session_key=self.session_key, expire_date__gt=timezone.now())
        rows = list(unexpired.select_related("person").annotate(group=F("person__groups__name")))
        if not rows:
            self._session_key = None
            return None
        self.person = rows[0].person
        if self.person:
            self.person.roles = roles.named({vars(row)["group"] for row in rows})
        return rows[0]
