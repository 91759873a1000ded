"""What every installation shares. Reads the environment; runs nothing; no rate, limit or legal date stands here."""

import os
from pathlib import Path
from typing import Any

import environ
from csp.constants import NONCE, NONE, SELF
from django.urls import reverse_lazy

from kwsp_portal.settings.tac import EMAIL_PROOF as EMAIL_PROOF
from kwsp_portal.settings.tac import RECOVERY as RECOVERY
from kwsp_portal.settings.tac import TAC as TAC

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent.parent

DEMO = False
DEBUG = False
SECRET_KEY = env("SECRET_KEY", default="")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "kwsp_portal.frame.apps.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "axes",
    "csp",
    "rest_framework",
    "knox",
    "drf_spectacular",
    "kwsp_portal.audit",
    "kwsp_portal.jobs",
    "kwsp_portal.documents",
    "kwsp_portal.editions",
    "kwsp_portal.notify",
    "kwsp_portal.thumbprint",
    "members.identity",
    "members.ledger",
    "members",
    "employers",
    "contributions",
    "withdrawals",
    "kwsp_portal.frame",
]

MIDDLEWARE = [
    "kwsp_portal.frame.middleware.RequestId",
    "kwsp_portal.frame.middleware.Policies",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "kwsp_portal.frame.middleware.PrivatePages",
    "members.identity.middleware.Sessions",
    "kwsp_portal.frame.middleware.Language",
    "kwsp_portal.frame.middleware.WordsForWrongMethod",
    "kwsp_portal.frame.middleware.UploadLimit",
    "kwsp_portal.frame.middleware.Unreadable",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "members.identity.middleware.SessionLimits",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "axes.middleware.AxesMiddleware",
    "kwsp_portal.frame.middleware.ClosedDay",
]

ROOT_URLCONF = "kwsp_portal.urls"
WSGI_APPLICATION = "kwsp_portal.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "csp.context_processors.nonce",
                "kwsp_portal.frame.context.portal",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "kwsp_portal.templatetags.formats",
                "kwsp_portal.templatetags.frame",
                "kwsp_portal.templatetags.components",
            ],
        },
    }
]

# Web and workers connect as kwsp_app, which cannot change the ledger's past; migrations run with KWSP_DB_ROLE=owner.
DATABASES = {
    "default": env.db_url("DATABASE_OWNER_URL" if env("KWSP_DB_ROLE", default="app") == "owner" else "DATABASE_URL", default="postgres:///kwsp")
}
DATABASES["default"].update(CONN_MAX_AGE=60, CONN_HEALTH_CHECKS=True, ATOMIC_REQUESTS=False)
# A server that is gone without a word (a cut line, a machine that hangs) is noticed within half a minute.
DATABASES["default"].setdefault("OPTIONS", {}).update(
    {"connect_timeout": 5, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 30_000}
)
# For manage.py backup and restore alone; web and workers are given none of these addresses.
DATABASE_OWNER_URL = env("DATABASE_OWNER_URL", default="")
DATABASE_ADMIN_URL = env("DATABASE_ADMIN_URL", default="")
DATABASE_REPLICATION_URL = env("DATABASE_REPLICATION_URL", default="")
BACKUP_DIR = env("KWSP_BACKUP_DIR", default="") or str(Path(env("KWSP_RUN_DIR", default=str(BASE_DIR / ".run"))) / "backups")
BACKUP_KEEP = {"newest": 3, "days": env.int("KWSP_BACKUP_KEEP_DAYS", default=30), "months": env.int("KWSP_BACKUP_KEEP_MONTHS", default=12)}
WAL_ARCHIVE = env("KWSP_WAL_ARCHIVE", default="")
POSTGRES_BIN = env("KWSP_POSTGRES_BIN", default="")
# The head of the audit trail's chain, told outside the database each minute: files in a folder, and a service of another house where named.
AUDIT_ANCHORS = {
    "folder": env("KWSP_ANCHOR_DIR", default="") or str(Path(env("KWSP_RUN_DIR", default=str(BASE_DIR / ".run"))) / "anchors"),
    "url": env("KWSP_ANCHOR_URL", default=""),
    "timeout": 5,
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "identity.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "members.identity.backends.Activated"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator", "OPTIONS": {"user_attributes": ("user_id",)}},
]
LOGIN_URL = reverse_lazy("identity:sign_in")
LOGIN_REDIRECT_URL = reverse_lazy("home")
OTP_TOTP_ISSUER = "KWSP"

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = "members.identity.lockout.counted_by"
AXES_USERNAME_CALLABLE = "members.identity.lockout.counted_name"
AXES_USERNAME_FORM_FIELD = "user_id"
AXES_RESET_ON_SUCCESS = True
AXES_HTTP_RESPONSE_CODE = 429
AXES_LOCKOUT_CALLABLE = "members.identity.lockout.locked_out"
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False
AXES_DISABLE_ACCESS_LOG = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_SENSITIVE_PARAMETERS = ["password", "code", "csrfmiddlewaretoken"]
# Wrong answers at one User ID from all addresses together after which strangers wait that many seconds between two tries.
SIGN_IN_FLOOD = 30
SIGN_IN_FLOOD_PAUSE = 30

SESSION_ENGINE = "members.identity.session_store"
# In the session and in no cookie of its own.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_COOKIE_HTTPONLY = True
DEVICE_COOKIE_NAME = "device"
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_IDLE_SECONDS = env.int("SESSION_IDLE_SECONDS", default=600)
# The warning comes so many seconds before an idle session ends.
SESSION_WARN_SECONDS = env.int("SESSION_WARN_SECONDS", default=120)
SESSION_ABSOLUTE_SECONDS = env.int("SESSION_ABSOLUTE_SECONDS", default=8 * 3600)
SESSION_COOKIE_AGE = SESSION_ABSOLUTE_SECONDS
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "kwsp_portal.frame.errors.csrf_failure"

LANGUAGE_CODE = "ms"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGES = [("ms", "Bahasa Melayu"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "kwsp_portal" / "locale"]
TIME_ZONE = "Asia/Kuala_Lumpur"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT: Path | None = Path(env("STATIC_ROOT", default=str(BASE_DIR / ".run" / "static")))
STATICFILES_DIRS = [BASE_DIR / "kwsp_portal" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

FPX_BROWSER_URL = env("FPX_BROWSER_URL", default="/demo/bank/")
# Where the payer's browser takes the order, when that is another host than ours.
FPX_ORIGIN = ["/".join(FPX_BROWSER_URL.split("/")[:3])] if "://" in FPX_BROWSER_URL else []

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF, *FPX_ORIGIN],
        "manifest-src": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
# An uploaded Borang A: 1,000,000 rows are about 75 MiB. A workbook may have less (borang_a.layout), and so may papers (documents.services).
UPLOAD_MAX_BYTES = env.int("UPLOAD_MAX_BYTES", default=100 * 1024 * 1024)
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

# The day the portal believes it is (ruling 2): empty means today in Kuala Lumpur.
AS_AT = env("AS_AT", default="")

FPX = {
    "bank_url": env("FPX_BANK_URL", default=""),
    "browser_url": FPX_BROWSER_URL,
    "seller_id": env("FPX_SELLER_ID", default="SE00099999"),
    "seller_ex_id": env("FPX_SELLER_EX_ID", default="EX00099999"),
    "seller_bank_code": env("FPX_SELLER_BANK_CODE", default="01"),
    "seller_key": env("FPX_SELLER_KEY", default=""),
    "bank_certs": env.list("FPX_BANK_CERT", default=[]),
    "timeout": env.int("FPX_TIMEOUT", default=10),
}

# Who is asked whose account a number is (kwsp_portal.bank.names).
BANK_NAMES = {"gateway": env("BANK_NAMES_GATEWAY", default="kwsp_portal.bank.names.http.configured")}

# Who is asked who holds an identity number (kwsp_portal/jpn/README.md).
JPN = {
    "gateway": env("JPN_GATEWAY", default="kwsp_portal.jpn.Nobody"),
    "url": env("JPN_URL", default=""),
    "key": env("JPN_KEY", default=""),
    "timeout": env.int("JPN_TIMEOUT", default=4),
}
HIRE_LOOKUPS_AN_HOUR = env.int("HIRE_LOOKUPS_AN_HOUR", default=60)

# Secrets at rest: id:secret, the first writes, the others still read (kwsp_portal/encryption.py).
ENCRYPTION_KEYS = env.list("ENCRYPTION_KEYS", default=[])
# The address that people know us by: the last line of an SMS binds its code to it.
SITE_HOST = env("SITE_HOST", default=ALLOWED_HOSTS[0] if ALLOWED_HOSTS else "localhost")
# Messages that leave the house (kwsp_portal/notify/README.md).
NOTIFY = {
    "sms": env("SMS_GATEWAY", default="http"),
    "email": env("EMAIL_GATEWAY", default="smtp"),
    "folder": env("NOTIFY_DIR", default="") or str(Path(env("KWSP_RUN_DIR", default=str(BASE_DIR / ".run"))) / "messages"),
    "sms_url": env("SMS_URL", default=""),
    "sms_key": env("SMS_KEY", default=""),
    "sms_report_key": env("SMS_REPORT_KEY", default=""),
    "timeout": env.int("SMS_TIMEOUT", default=5),
    "per_hour": env.int("MESSAGES_PER_HOUR", default=30),
}

vars().update(env.email_url("EMAIL_URL", default="smtp://localhost:25"))
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="") or f"noreply@{SITE_HOST}"
# Who reads thumbprints at counters and kiosks (kwsp_portal.thumbprint). Kiosks prove themselves by a key: `name:key`, a list; none, no kiosk.
THUMBPRINT = {"gateway": env("THUMBPRINT_GATEWAY", default="kwsp_portal.thumbprint.nobody")}
KIOSK_KEYS = env.list("KIOSK_KEYS", default=[])
KIOSK_SECONDS = 60
COUNTER_LOOKUPS_AN_HOUR = env.int("COUNTER_LOOKUPS_AN_HOUR", default=120)
EMPLOYEE_LOOKUPS_AN_HOUR = env.int("EMPLOYEE_LOOKUPS_AN_HOUR", default=120)

CELERY_BROKER_URL = env("CELERY_BROKER_URL", default="redis://127.0.0.1:6379/0")
# How workers and beat behave: kwsp_portal/celery.py.

KNOX_TOKEN_MODEL = "identity.ApiToken"  # noqa: S105 - a name
API_TOKEN_SECONDS = env.int("API_TOKEN_SECONDS", default=30 * 24 * 3600)
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["kwsp_portal.frame.json_body.StrictJSON"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "kwsp_portal.frame.problems.handler",
    "COERCE_DECIMAL_TO_STRING": True,
    # Throttles count by REMOTE_ADDR, as all that counts (ClientAddress in production): unset, they take all of X-Forwarded-For, a forged one too.
    "NUM_PROXIES": 0,
}
SPECTACULAR_SETTINGS = {"TITLE": "Portal KWSP API", "VERSION": "1.0.0", "SERVE_INCLUDE_SCHEMA": False}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "reference": {"()": "kwsp_portal.common.reference.InLog"},
        "plain": {"()": "kwsp_portal.common.logs.PlainArguments"},
        "unavailable": {"()": "kwsp_portal.common.logs.OneLineWhenUnavailable"},
    },
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s [%(reference)s] %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["reference", "plain", "unavailable"]}},
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "INFO")},
    # axes writes the User IDs that were typed, which may be passwords in the wrong box; the trail has every failure.
    "loggers": {"axes": {"level": "ERROR"}},
}
