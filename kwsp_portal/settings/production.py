"""Real servers. Refuses to start on a demo's secrets; has no demo door."""

from django.core.exceptions import ImproperlyConfigured

from kwsp_portal.settings.base import *  # noqa: F403
from kwsp_portal.settings.base import ENCRYPTION_KEYS, JPN, MIDDLEWARE, SECRET_KEY

if len(SECRET_KEY) < 50 or SECRET_KEY.startswith("demo-only"):
    raise ImproperlyConfigured("SECRET_KEY: found a short or demo key, expected at least 50 random characters; set SECRET_KEY in the environment")
if any("demo-only" in key for key in ENCRYPTION_KEYS) or not ENCRYPTION_KEYS:
    raise ImproperlyConfigured("ENCRYPTION_KEYS: found none or a demo key, expected id:secret with at least 32 random characters")
if JPN["gateway"] != "kwsp_portal.jpn.Nobody" and not (JPN["url"].startswith("https://") and len(JPN["key"]) >= 32):
    raise ImproperlyConfigured("JPN_URL, JPN_KEY: found the demo's register or no key, expected JPN's https:// address and 32 random characters")

# The proxy that speaks HTTPS for us says who asks; it must overwrite X-Forwarded-Proto and append to X-Forwarded-For.
MIDDLEWARE = ["kwsp_portal.frame.middleware.ClientAddress", *MIDDLEWARE]
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31536000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
DEVICE_COOKIE_NAME = "__Host-device"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrf"
# It holds no secret and must come along when the bank sends the payer back by a form.
LANGUAGE_COOKIE_NAME = "__Host-language"
LANGUAGE_COOKIE_SECURE = True
LANGUAGE_COOKIE_SAMESITE = "None"
