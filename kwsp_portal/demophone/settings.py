"""The demo phone's settings: nothing of the portal's. Reads the environment; runs nothing.

DEMOPHONE_DIR folder of its database · DEMOPHONE_KEY the key that the portal calls with · DEMOPHONE_REPORT_KEY signs delivery reports ·
DEMOPHONE_PORTAL_URL where they go · DEMOPHONE_SILENCE_SECONDS how long it says nothing when it is told to be silent ·
DEMOPHONE_LATE_SECONDS when a late report comes.
"""

from pathlib import Path

import environ

env = environ.Env()

DEBUG = False
# Every link is relative and no session exists: the host of a request decides nothing.
ALLOWED_HOSTS = ["*"]
SECRET_KEY = env("SECRET_KEY", default="")
INSTALLED_APPS = ["kwsp_portal.demophone"]
MIDDLEWARE = [
    "kwsp_portal.demophone.middleware.Headers",
    "kwsp_portal.demophone.middleware.Language",
    "kwsp_portal.demophone.middleware.Outbox",
    "django.middleware.common.CommonMiddleware",
]
ROOT_URLCONF = "kwsp_portal.demophone.urls"
WSGI_APPLICATION = "kwsp_portal.demophone.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"builtins": ["kwsp_portal.demophone.templatetags.phone"]},
    }
]

HOME = Path(env("DEMOPHONE_DIR", default="."))
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": HOME / "phone.sqlite3",
        "CONN_MAX_AGE": 60,
        # What a power cut may take of a simulator's books is no loss: it is asked again with the same key.
        "OPTIONS": {"timeout": 20, "transaction_mode": "IMMEDIATE", "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"},
    }
}
USE_TZ = True
TIME_ZONE = "Asia/Kuala_Lumpur"
USE_I18N = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 100

KEY = env("DEMOPHONE_KEY", default="")
REPORT_KEY = env("DEMOPHONE_REPORT_KEY", default="")
PORTAL_URL = env("DEMOPHONE_PORTAL_URL", default="http://127.0.0.1:8000").rstrip("/")
PORTAL_TIMEOUT = env.int("DEMOPHONE_PORTAL_TIMEOUT", default=5)
LATE_SECONDS = env.int("DEMOPHONE_LATE_SECONDS", default=20)
SILENCE_SECONDS = env.int("DEMOPHONE_SILENCE_SECONDS", default=15)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "INFO"},
}
