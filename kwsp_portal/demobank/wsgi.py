"""`gunicorn kwsp_portal.demobank.wsgi --threads 4`: the bank as a process of its own."""

import os
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kwsp_portal.demobank.settings")

from django.core.wsgi import get_wsgi_application
from whitenoise import WhiteNoise

django_application = get_wsgi_application()

from kwsp_portal.demobank import outbox, start  # noqa: E402 - models need the apps

start.prepare()
outbox.ensure_running()
application = WhiteNoise(django_application, root=Path(__file__).with_name("static"), prefix="demo/bank/static/", max_age=300)
