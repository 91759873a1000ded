"""`gunicorn kwsp_portal.demophone.wsgi --threads 8`: the provider and its phones as a process of its own."""

import os
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kwsp_portal.demophone.settings")

from django.core.wsgi import get_wsgi_application
from whitenoise import WhiteNoise

django_application = get_wsgi_application()

from kwsp_portal.demophone import outbox, start  # noqa: E402 - models need the apps

start.prepare()
outbox.ensure_running()
application = WhiteNoise(django_application, root=Path(__file__).with_name("static"), prefix="demo/phone/static/", max_age=300)
