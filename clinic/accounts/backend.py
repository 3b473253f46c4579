"""How a signed-in person is found again with each request."""

from allauth.account.auth_backends import AuthenticationBackend

from clinic.accounts import roles
from clinic.accounts.models import User


class PersonWithRoles(AuthenticationBackend):
    """allauth's, which reads a person together with their roles: every page of theirs asks for both."""

    def get_user(self, user_id: int) -> User | None:
        """The person, while they may sign in."""
        person = roles.person(user_id)
        return person if person and self.user_can_authenticate(person) else None
