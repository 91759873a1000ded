"""The demo bank's settings: nothing of the portal's. Reads the environment; runs nothing.

DEMOBANK_DIR folder of its database · DEMOBANK_KEY its private key · DEMOBANK_SELLER_CERT the portal's certificate, or
several parted by commas · DEMOBANK_PORTAL_URL where direct messages go · DEMOBANK_RETIRED_KEY (optional) a withdrawn key ·
DEMOBANK_RETURN_URL and DEMOBANK_M2U_RETURN_URL where the browser goes back to · DEMOBANK_SELLER_ID (optional) whom files of receipts are for ·
DEMOBANK_SESSION_SECONDS how long an order waits for its payer.
"""

from pathlib import Path

import environ

env = environ.Env()

DEBUG = False
# Every link of the bank is relative and no session exists: the host of a request decides nothing.
ALLOWED_HOSTS = ["*"]
SECRET_KEY = env("SECRET_KEY", default="")
INSTALLED_APPS = ["kwsp_portal.demobank"]
MIDDLEWARE = [
    "kwsp_portal.demobank.middleware.Headers",
    "kwsp_portal.demobank.middleware.Language",
    "kwsp_portal.demobank.middleware.Outbox",
    "django.middleware.common.CommonMiddleware",
]
ROOT_URLCONF = "kwsp_portal.demobank.urls"
WSGI_APPLICATION = "kwsp_portal.demobank.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"builtins": ["kwsp_portal.demobank.templatetags.bank"]},
    }
]

HOME = Path(env("DEMOBANK_DIR", default="."))
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": HOME / "bank.sqlite3",
        "OPTIONS": {"timeout": 20, "transaction_mode": "IMMEDIATE", "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"},
    }
}
USE_TZ = True
TIME_ZONE = "Asia/Kuala_Lumpur"
USE_I18N = False
# A collection file of 10,000 rows is about 1 MiB as a form; messages of FPX have a limit of their own (wire.LARGEST_BODY).
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 100

KEY = env("DEMOBANK_KEY", default="")
RETIRED_KEY = env("DEMOBANK_RETIRED_KEY", default="")
SELLER_CERTS = env.list("DEMOBANK_SELLER_CERT", default=[])
SELLER_ID = env("DEMOBANK_SELLER_ID", default="SE00099999")
PORTAL_URL = env("DEMOBANK_PORTAL_URL", default="http://127.0.0.1:8000").rstrip("/")
RETURN_URL = env("DEMOBANK_RETURN_URL", default="/fpx/indirect/")
M2U_RETURN_URL = env("DEMOBANK_M2U_RETURN_URL", default="/maybank2u/indirect/")
SESSION_SECONDS = env.int("DEMOBANK_SESSION_SECONDS", default=900)
PORTAL_TIMEOUT = env.int("DEMOBANK_PORTAL_TIMEOUT", default=5)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "INFO"},
}
