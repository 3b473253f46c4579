"""The one list of pages that a visitor may open without signing in. Every other page asks who you are."""

PUBLIC_VIEWS = frozenset(
    {
        "home",
        "about",
        "privacy",
        "practitioners",
        "practitioner",
        "styleguide",
        "healthz",
        "treatments:concerns",
        "treatments:concern",
        "treatments:treatments",
        "treatments:treatment",
        # Booking: the draft's token in the session says whose it is, the mailed code who they are.
        "booking:what",
        "booking:who",
        "booking:when",
        "booking:details",
        "booking:code",
        "booking:consent",
        "booking:intake",
        "booking:still_true",
        "booking:later",
        "booking:check",
        "booking:booked",
        "booking:calendar",
        "booking:summary",
        "booking:summary_calendar",
        "booking:leave",
        # The mailed link: times and places only; anything about health asks for a mailed code.
        "manage:visit",
        "manage:move",
        "manage:cancel",
        "manage:undo",
        "manage:calendar",
        "reviews:write",
        "reviews:thanks",
        # Signing in.
        "account_login",
        "account_logout",
        "account_request_login_code",
        "account_confirm_login_code",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key",
        "account_reset_password_from_key_done",
        "account_inactive",
        "account_reauthenticate",
        "admin:login",
    }
)
# Pages that show one person's own data to somebody who has not signed in: never kept by a cache.
PERSONAL_NAMESPACES = frozenset({"booking", "manage", "reviews"})
