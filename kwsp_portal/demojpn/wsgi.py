"""`gunicorn kwsp_portal.demojpn.wsgi --workers 1 --threads 8`: the register as a process of its own, one only: what it is told is in its memory."""

import os
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kwsp_portal.demojpn.settings")

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application
from whitenoise import WhiteNoise

django_application = get_wsgi_application()
if len(settings.KEY) < 32:
    raise ImproperlyConfigured("DEMOJPN_KEY: expected at least 32 random characters")
application = WhiteNoise(django_application, root=Path(__file__).with_name("static"), prefix="demo/jpn/static/", max_age=300)
