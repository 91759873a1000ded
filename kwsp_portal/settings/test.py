"""The suite: the demo's settings with a fast hasher and strict templates."""

from kwsp_portal.settings.dev import *  # noqa: F403
from kwsp_portal.settings.dev import NOTIFY, TEMPLATES, env

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# A test that wants the provider starts one; the journeys do.
NOTIFY = {**NOTIFY, "sms": env("SMS_GATEWAY", default="file"), "email": env("EMAIL_GATEWAY", default="file")}
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = "«undefined: %s»"
# Every test client makes its own middleware: look for static files when they are asked for, not each time.
WHITENOISE_AUTOREFRESH = True
# The database is emptied after each test: what one test anchored would speak against the next.
AUDIT_ANCHORS = {"folder": "", "url": "", "timeout": 5}
