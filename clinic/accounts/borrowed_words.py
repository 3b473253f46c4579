"""What allauth and Django say on our pages, listed here so that our catalogue says it as the rest of the house does."""

from django.utils.translation import gettext_noop as _

WORDS = (
    # The fields of signing in
    _("Email"),
    _("Email address"),
    _("Code"),
    _("Password"),
    _("Current Password"),
    _("New Password"),
    _("New Password (again)"),
    _("Forgot your password?"),
    # What is wrong with them
    _("Enter a valid email address."),
    _("Incorrect code."),
    _("Incorrect password."),
    _("Invalid or expired key."),
    _("Please type your current password."),
    _("The email address and/or password you specified are not correct."),
    _("The password reset token was invalid."),
    _("This account is currently inactive."),
    _("Too many failed login attempts. Try again later."),
    _("You must type the same password each time."),
    # What has been done
    _("A sign-in code has been sent to %(recipient)s."),
    _("Password successfully changed."),
    _("Password successfully set."),
    _("Successfully signed in as %(name)s."),
    _("You have signed out."),
)
