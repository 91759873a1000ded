"""The demo register's settings: nothing of the portal's. Reads the environment; runs nothing.

DEMOJPN_KEY the key that question and answer are signed with · DEMOJPN_SILENCE_SECONDS how long it says nothing when it is told to be silent ·
DEMOJPN_DELAY_SECONDS how late a late answer is. `JPN_KEY` of the portal is the same key.
"""

import environ

env = environ.Env()

DEBUG = False
# Every link is relative and no session exists: the host of a request decides nothing.
ALLOWED_HOSTS = ["*"]
SECRET_KEY = env("SECRET_KEY", default="")
INSTALLED_APPS = ["kwsp_portal.demojpn"]
MIDDLEWARE = ["kwsp_portal.demojpn.views.headers", "django.middleware.common.CommonMiddleware"]
ROOT_URLCONF = "kwsp_portal.demojpn.views"
WSGI_APPLICATION = "kwsp_portal.demojpn.wsgi.application"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
DATABASES: dict[str, object] = {}
USE_TZ = True
TIME_ZONE = "Asia/Kuala_Lumpur"
USE_I18N = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 16 * 1024

KEY = env("DEMOJPN_KEY", default="")
SILENCE_SECONDS = env.int("DEMOJPN_SILENCE_SECONDS", default=15)
DELAY_SECONDS = env.int("DEMOJPN_DELAY_SECONDS", default=2)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "INFO"},
}
