"""Wiring. Everything an operator may change comes from the environment; README lists the variables."""

import os
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from clinic import environment

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("COMPLEXION_VAR", BASE_DIR / "var"))
DEMO = environment.flag("COMPLEXION_DEMO")
DEBUG = environment.flag("DEBUG")

SECRET_KEY = environment.secret_key(VAR_DIR)
FIELD_KEYS = environment.field_keys(VAR_DIR)
PUBLIC_BASE_URL = os.environ.get("PUBLIC_BASE_URL", "http://127.0.0.1:8000").rstrip("/")
HTTPS = PUBLIC_BASE_URL.startswith("https://")
ALLOWED_HOSTS = [
    host.strip()
    for host in os.environ.get("ALLOWED_HOSTS", f"{urlsplit(PUBLIC_BASE_URL).hostname},127.0.0.1,localhost").split(",")
    if host.strip()
]

INSTALLED_APPS = [
    "modeltranslation",  # before the admin, so that its fields are known there
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",  # for its clearsessions; the table is clinic.accounts.models.Session
    "django.contrib.messages",
    "django.contrib.sitemaps",  # its template
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "crispy_forms",
    "simple_history",
    "clinic.accounts",
    "clinic.premises",
    "clinic.audit",
    "clinic.outbox",
    "clinic.throttle",
    "treatments",
    "practitioners",
    "consultations",
    "clinic.site.apps.DeskConfig",  # django.contrib.admin, with our own site; last of those with tables
    "clinic.site",
]

MIDDLEWARE = [
    "clinic.middleware.request_id",
    "clinic.middleware.security_headers",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "clinic.middleware.readable_charset",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "clinic.accounts.backend.PersonOfTheSession",
    "clinic.middleware.SignedInUnlessPublic",
    "clinic.middleware.no_store_for_people",
    "clinic.middleware.idle_sign_out",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "clinic.middleware.Refusals",
]

ROOT_URLCONF = "clinic.urls"
WSGI_APPLICATION = "clinic.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "clinic.site.context.house",
            ],
        },
    }
]
CRISPY_TEMPLATE_PACK = "pack"
CRISPY_ALLOWED_TEMPLATE_PACKS = ("pack",)
CRISPY_FAIL_SILENTLY = False

DATABASES = {
    "default": environment.database(
        os.environ.get("DATABASE_URL", ""), VAR_DIR / ("demo.sqlite3" if DEMO else "complexion.sqlite3")
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    # What clinic.window keeps, in each process for itself: some 20 kB a page, the least asked for makes room.
    "window": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "window",
        "TIMEOUT": 60,
        "OPTIONS": {"MAX_ENTRIES": 300},
    },
}

# Sign-in: people with a password are staff and practitioners; a patient gets a code by e-mail.
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["clinic.accounts.backend.PersonWithRoles"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
     "OPTIONS": {"user_attributes": ("email", "name")}},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 15}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]  # fmt: skip
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "after_sign_in"
LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "clinic.accounts.adapter.ClosedSignUp"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # an address is proved by the mailed code or the mailed invitation
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 900
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
# Our own throttle counts these: exactly, whatever the number of processes, and never by the account alone.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": None, "request_login_code": None, "reset_password": None}
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
SESSION_ENGINE = "clinic.accounts.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
SESSION_COOKIE_AGE = int(timedelta(hours=8).total_seconds())
IDLE_SIGN_OUT = {"staff": timedelta(minutes=20), "patient": timedelta(minutes=30)}
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
CSRF_FAILURE_VIEW = "clinic.site.errors.csrf_failure"
CSRF_TRUSTED_ORIGINS = [PUBLIC_BASE_URL]

# What a browser may do with our pages. Django 6 reads a setting of this name; until then clinic.middleware does.
SECURE_CSP = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "form-action": ["'self'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
    "object-src": ["'none'"],
    "manifest-src": ["'self'"],
}
PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = int(timedelta(days=730).total_seconds()) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
X_FRAME_OPTIONS = "DENY"
if environment.flag("BEHIND_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000  # the guide to one concern, with all its lines in two languages, has some 600
DATA_UPLOAD_MAX_NUMBER_FILES = 2
FILE_UPLOAD_HANDLERS = ["clinic.uploads.InMemory"]  # no upload lies on a disk on its way into the database

# Times are kept in UTC and shown in the clinic's own zone, never in the visitor's.
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hant", "繁體中文")]
FORMAT_MODULE_PATH = "clinic.formats"
LOCALE_PATHS = [BASE_DIR / "clinic" / "locale"]
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = HTTPS
MODELTRANSLATION_DEFAULT_LANGUAGE = "en"
MODELTRANSLATION_LANGUAGES = ("en", "zh-hant")
MODELTRANSLATION_FALLBACK_LANGUAGES = ("en",)

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "clinic" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "clinic.site.stylesheet.OneStylesheetStorage"},
}
WHITENOISE_ALLOW_ALL_ORIGINS = False

# Mail: a request only writes an outbox row; `manage.py deliver` speaks to the mail server.
EMAIL_BACKEND = "clinic.outbox.backend.OutboxEmailBackend"
DEFAULT_FROM_EMAIL = os.environ.get("MAIL_FROM", "clinic@localhost")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_URL = os.environ.get("EMAIL_URL", "")
OUTBOX_TRANSPORT = "smtp" if EMAIL_URL else "folder"
OUTBOX_FOLDER = VAR_DIR / "mail"

# Limits, so that nobody hoards times or floods a mailbox.
HOLD_MINUTES = 15
HOLD_LIMIT_MINUTES = 60
DRAFT_HOURS = 2
OPEN_CONSULTATIONS_PER_PERSON = 6
BOOKINGS_PER_PERSON_PER_DAY = 10
WAITLISTS_PER_PERSON = 6
# Limits by network address: an operator whose patients share one (a campus, a carrier) may multiply them. In the demo
# everybody sits at the same machine.
ADDRESS_FACTOR = int(os.environ.get("ADDRESS_FACTOR", "") or ("20" if DEMO else "1"))
HOLDS_PER_ADDRESS_PER_HOUR = 30 * ADDRESS_FACTOR
TIME_LISTS_PER_ADDRESS_PER_MINUTE = 120 * ADDRESS_FACTOR
MAILS_TO_AN_ADDRESS_FROM_ONE_PLACE_PER_HOUR = 5
MAILS_TO_AN_ADDRESS_PER_HOUR = 20
MAILS_FROM_ONE_PLACE_PER_HOUR = 20 * ADDRESS_FACTOR
SIGN_INS_OF_ONE_PERSON_FROM_ONE_PLACE_PER_QUARTER = 10
SIGN_INS_FROM_ONE_PLACE_PER_QUARTER = 30

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "WARNING")},
    # An address may hold a secret link: what Django logs of a request names the page, not its address.
    "filters": {"without_addresses": {"()": "clinic.log.WithoutAddresses"}},
    "loggers": {
        "django.request": {
            "handlers": ["console"],
            "level": "ERROR",
            "propagate": False,
            "filters": ["without_addresses"],
        },
        "django.security.csrf": {"filters": ["without_addresses"]},
    },
}

ADMIN_SITE_TITLE = _("Clinic desk")
SILENCED_SYSTEM_CHECKS: list[str] = []
