"""The web server's way in."""

import os
import sys
import tempfile
from pathlib import Path

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from kwsp_portal.uploads import InTurn

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kwsp_portal.settings.production")
# A page that comes back from the database waits at most this long (s) for a thread that reckons; Python's own 5 ms, twelve times a page, is felt.
sys.setswitchinterval(0.0005)
# The processes of one server have one parent, and the turn with it. A file that another user's server of that number left cannot be opened.
TURN = Path(tempfile.gettempdir()) / f"kwsp-uploads-{os.getuid()}-{os.getppid()}"
application = InTurn(get_wsgi_application(), most_bytes=settings.UPLOAD_MAX_BYTES, turn=TURN)
