"""
Settings: one file, read from the environment, in Django's own order.

What must be set is described in ``.env.example``; what is missing or malformed stops the start with one
sentence that names the variable. ``make run`` sets everything itself (see ``portal/quickstart``).
"""

import json
import re
import sys
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from environ import Env

from portal import VERSION as PORTAL_VERSION
from portal import logs
from portal.static_headers import add_static_headers

BASE_DIR = Path(__file__).resolve().parent.parent
env = Env()


def required(name: str) -> str:
    value = env.str(name, "")
    if not value:
        raise ImproperlyConfigured(
            f"{name} is not set: put it into the environment (see .env.example), or use `make run`."
        )
    return value


def switch(name: str, default: str = "0") -> bool:
    """Return whether the variable is "1"; anything but "1", "0" or nothing stops the start."""
    value = env.str(name, "") or default
    if value not in {"0", "1"}:
        raise ImproperlyConfigured(f"{name} must be 0 or 1, not {value!r} (see .env.example).")
    return value == "1"


def oidc_providers(name: str) -> list[dict[str, object]]:
    """Return the OpenID Connect providers of a JSON list, as django-allauth wants its apps."""
    try:
        written = json.loads(env.str(name, "") or "[]")
        providers = [
            {
                "provider_id": each["id"],
                "name": each["name"],
                "client_id": each["client_id"],
                "secret": each["secret"],
                "settings": {"server_url": each["server_url"], "uid_field": each.get("uid_field", "sub")},
            }
            for each in written
        ]
        ours = [re.fullmatch(r"[a-z0-9-]{1,20}", each["id"]) and is_private(each["server_url"]) for each in written]
    except (ValueError, KeyError, TypeError, AttributeError) as reason:
        raise ImproperlyConfigured(f"{name} must be a JSON list of providers (see .env.example).") from reason
    if not all(ours):
        raise ImproperlyConfigured(
            f"{name}: an id is of a-z, 0-9 and -, a server_url begins with https:// (.env.example)."
        )
    return providers


def is_private(url: str) -> bool:
    """Return whether what is sent there cannot be read on the way: https, or this very machine."""
    return url.startswith(("https://", "http://127.0.0.1", "http://localhost"))


# --- Core -----------------------------------------------------------------------------------------------------------
VERSION = PORTAL_VERSION
TESTING = switch("TESTING")
DEBUG = switch("DEBUG")
DEMO = switch("DEMO")  # the demonstration world, /dev/mailbox/ and `tick`: never set in production
SECRET_KEY = required("SECRET_KEY")
if len(SECRET_KEY) < 50:
    raise ImproperlyConfigured("SECRET_KEY must have at least 50 characters (see .env.example).")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
# Ed25519: signs the records that learners take away. The public halves of earlier keys stay published.
STATEMENT_SIGNING_KEY = required("STATEMENT_SIGNING_KEY")
STATEMENT_SIGNING_KEYS_OLD = env.list("STATEMENT_SIGNING_KEYS_OLD", default=[])
if not re.fullmatch(r"[0-9a-f]{64}", STATEMENT_SIGNING_KEY):
    raise ImproperlyConfigured("STATEMENT_SIGNING_KEY must be 64 hexadecimal digits (see .env.example).")
if not all(re.fullmatch(r"[\w-]{43}", key, re.ASCII) for key in STATEMENT_SIGNING_KEYS_OLD):
    raise ImproperlyConfigured("STATEMENT_SIGNING_KEYS_OLD must be keys as /ledger/keys.json has them (.env.example).")
SITE_URL = required("SITE_URL").rstrip("/")
SITE_HOST = urlsplit(SITE_URL).hostname or ""
if not SITE_HOST or urlsplit(SITE_URL).scheme not in {"http", "https"}:
    raise ImproperlyConfigured(f"SITE_URL must be an address such as https://example.vn, not {SITE_URL!r}.")
HTTPS = SITE_URL.startswith("https://")
ALLOWED_HOSTS = [SITE_HOST, *env.list("EXTRA_HOSTS", default=[])]
ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
APPEND_SLASH = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000  # the admin's bulk actions post one field a row
DATA_UPLOAD_MAX_NUMBER_FILES = 10
# The largest file a page takes has 16 MB (courses/rules.py); up to here the page itself says that one is too large.
UPLOAD_REQUEST_BYTES_MAX = 32 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "portal.uploads.LimitedUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
# Where the source of the running version is to be had, when not from the portal itself (portal/source_archive.py).
SOURCE_URL = env.str("SOURCE_URL", "")
HELPLINE = env.str("HELPLINE", "")  # shown only when set
HELPLINE_HOURS = env.str("HELPLINE_HOURS", "")

INSTALLED_APPS = [
    "portal",
    "courses",
    "credits",
    "learners",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "portal.apps.DeskConfig",  # django.contrib.admin behind the portal's own sign-in
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "csp",
]

MIDDLEWARE = [
    "portal.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Slow networks come first. Django masks the CSRF token and pads, so a compressed secret cannot be guessed by size.
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "portal.middleware.HeadersMiddleware",
    "portal.middleware.MethodsMiddleware",
    "portal.middleware.BusyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "portal.middleware.CharsetMiddleware",  # before anything reads a form
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "portal.middleware.SeenMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "portal.middleware.StaffMiddleware",
    "portal.middleware.CardMiddleware",
]

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
                "portal.context_processors.page",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "portal.templatetags.ui",
                "portal.templatetags.format",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
INSTALLED_APPS.append("django.forms")  # TemplatesSetting looks for the widgets' templates there

# --- Database -------------------------------------------------------------------------------------------------------
DATABASES = {
    "default": {
        **Env.db_url_config(required("DATABASE_URL")),
        "ATOMIC_REQUESTS": False,  # actions open their own transactions
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "TEST": {"NAME": "test_lh"},
    }
}
if DATABASES["default"]["ENGINE"] != "django.db.backends.postgresql":
    raise ImproperlyConfigured("DATABASE_URL must name a PostgreSQL database: postgresql://user@host/name.")
_database_options = DATABASES["default"].setdefault("OPTIONS", {})
_database_options.setdefault("connect_timeout", 5)
if "migrate" not in sys.argv:  # a migration may take its time
    _database_options.setdefault(
        "options", "-c lock_timeout=5s -c statement_timeout=30s -c idle_in_transaction_session_timeout=60s"
    )
# The role that serves pages; the owner's migrations grant it what it needs and no more.
DATABASE_APP_ROLE = env.str("DATABASE_APP_ROLE", "lh_app")

# --- Caches, sessions, tasks ----------------------------------------------------------------------------------------
REDIS_URL = required("REDIS_URL")
CACHES = {
    # Sign-in limits live here, so signing in never depends on Valkey.
    "default": {
        "BACKEND": "portal.counter_cache.CounterCache",
        "LOCATION": "cache_entry",
        "OPTIONS": {"MAX_ENTRIES": 100_000},  # from then on what has expired is taken out; what has not, never
    },
    # Rendered pieces of public pages; a failure is a miss.
    "pages": {
        "BACKEND": "portal.page_cache.ForgivingRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "pages",
        "TIMEOUT": 300,
        "OPTIONS": {"socket_connect_timeout": 0.2, "socket_timeout": 0.2},
    },
}
# How old a page of the catalogue may be that is kept for visitors; a change is seen by everyone within five seconds.
# Tests see every change at once, but for those of this.
PAGES_KEPT_SECONDS = 0 if TESTING else 4
SESSION_ENGINE = "learners.sessions"  # in the database, beside each session whose it is
SESSION_COOKIE_AGE = 30 * 24 * 3600
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
# Says that a browser was signed in before, so that no letter is written about a new device; opens nothing.
DEVICE_COOKIE_NAME = "__Host-device" if HTTPS else "device"
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "portal.views.errors.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- Security headers -----------------------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health/"]  # the load balancer asks over plain HTTP
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# How many proxies in front of us append to X-Forwarded-For; with 0 the header is ignored.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 0)
if ALLAUTH_TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}

# --- People ---------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "learners.Learner"
AUTHENTICATION_BACKENDS = ["learners.adapters.Backend"]
# Nobody has a password; the hasher is named so that a stray call cannot bring a weak one in.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "dashboard"
LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "learners.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # the sign-in code is the proof
MFA_ADAPTER = "learners.adapters.SecondStepAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # allauth's own table of addresses stays empty; ours are proved before they are used
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS  # browsers allow it on one's own machine only
MFA_FORMS = {
    "activate_totp": "learners.forms.second_step.SetUpForm",
    "add_webauthn": "learners.forms.second_step.NewPasskeyForm",
    "authenticate": "learners.forms.second_step.SecondStepForm",
    "authenticate_webauthn": "learners.forms.second_step.PasskeyForm",
    "login_webauthn": "learners.forms.second_step.PasskeySignInForm",
}
MFA_TOTP_TOLERANCE = 1  # clocks of phones differ: the code before and after, thirty seconds each
# Whoever works here signs in in two steps; a demonstration asks for it only when told to (decisions 0208, 0233).
DESK_SECOND_STEP = switch("DESK_SECOND_STEP", default="0" if DEMO else "1")

# Who else may say who somebody is; nobody is ever asked to have one (decision 0209).
OIDC_PROVIDERS = oidc_providers("OIDC_PROVIDERS")
SOCIALACCOUNT_ADAPTER = "learners.identities.IdentityAdapter"
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": OIDC_PROVIDERS}}
SOCIALACCOUNT_LOGIN_ON_GET = True  # a link: a form would be held by our Content-Security-Policy at the first redirect
SOCIALACCOUNT_STORE_TOKENS = False  # we ask who somebody is, and nothing afterwards
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False  # an address somebody else vouches for opens nothing here

# --- Language and time ----------------------------------------------------------------------------------------------
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", _("Vietnamese")), ("en", _("English"))]
# Ours first; what django-allauth and Django leave in English comes second.
LOCALE_PATHS = [BASE_DIR / "portal" / "locale", BASE_DIR / "portal" / "locale_vendor"]
FORMAT_MODULE_PATH = "portal.locale"  # portal/locale/vi/formats.py
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"
# A machine whose clock is further from the database's serves no page and begins no task (decision 0450). NTP keeps
# clocks within a tenth of a second; the shortest deadline that is decided by one is half a minute.
CLOCKS_APART_MAX = timedelta(seconds=5)
USE_THOUSAND_SEPARATOR = False  # ids and years are not amounts; the format filters group digits where wanted

# --- Static files ---------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", "") or BASE_DIR / ".local" / "static")
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "portal.source_archive.SourceArchiveFinder",  # the source of the running version
    "portal.stylesheets.StylesheetFinder",  # joins static/css/ into the one file a page loads
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        # Tests find static files where they lie; the tests of the whole stack collect them as production does.
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_MAX_AGE = 3600
WHITENOISE_ALLOW_ALL_ORIGINS = False  # nothing of ours is meant for other sites
WHITENOISE_ADD_HEADERS_FUNCTION = add_static_headers
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", "") or BASE_DIR / ".local" / "media")

# --- Mail -----------------------------------------------------------------------------------------------------------
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", f"Học Suốt Đời <khong-tra-loi@{SITE_HOST}>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
MAILBOX_DIR = Path(env.str("MAILBOX_DIR", "") or BASE_DIR / ".local" / "mailbox")
if DEMO:
    EMAIL_BACKEND = "portal.mailbox.MailboxBackend"  # read at /dev/mailbox/; nothing leaves the machine
else:
    vars().update(Env.email_url_config(required("EMAIL_URL")))
EMAIL_TIMEOUT = 20

# --- Text messages --------------------------------------------------------------------------------------------------
# Without a gateway nobody is asked for a number.
SMS_GATEWAY_URL = env.str("SMS_GATEWAY_URL", "")
SMS_GATEWAY_TOKEN = env.str("SMS_GATEWAY_TOKEN", "")
SMS_SENDER = env.str("SMS_SENDER", "") or "HocSuotDoi"
if SMS_GATEWAY_URL and not is_private(SMS_GATEWAY_URL):
    raise ImproperlyConfigured("SMS_GATEWAY_URL must begin with https:// (see .env.example).")
SMS_GATEWAY = "learners.channels.sms.HttpGateway" if SMS_GATEWAY_URL else ""
if DEMO:
    SMS_GATEWAY = "portal.mailbox.SmsMailbox"  # beside the letters; nothing leaves the machine

# --- Other sites ----------------------------------------------------------------------------------------------------
# Hosts (host:port) that may be fetched although they are not public; for trying things out on one machine.
FETCH_PRIVATE_HOSTS = env.list("FETCH_PRIVATE_HOSTS", default=[])

# --- Logs -----------------------------------------------------------------------------------------------------------
LOGGING_CONFIG = None
logs.configure(as_json=env.str("LOG_FORMAT", "json") == "json", level=env.str("LOG_LEVEL", "INFO"))
