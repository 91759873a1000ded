"""`make run`: the whole portal on this machine, with the demo doors open."""

from kwsp_portal.settings.base import *  # noqa: F403
from kwsp_portal.settings.base import JPN, NOTIFY, STORAGES, env

DEMO = True
SECRET_KEY = env("SECRET_KEY", default="demo-only-never-in-production-" + "0" * 40)
ENCRYPTION_KEYS = env.list("ENCRYPTION_KEYS", default=["demo:demo-only-never-in-production-" + "0" * 40])
SITE_HOST = env("SITE_HOST", default="localhost")
NOTIFY = {**NOTIFY, "sms": env("SMS_GATEWAY", default="http"), "email": env("EMAIL_GATEWAY", default="http")}
JPN = {**JPN, "gateway": env("JPN_GATEWAY", default="kwsp_portal.jpn.http.configured")}
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", *env.list("ALLOWED_HOSTS", default=[])]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
# Files are served from where they lie: nothing is collected.
STATIC_ROOT = None
THUMBPRINT = {"gateway": "kwsp_portal.thumbprint.demo.read"}
