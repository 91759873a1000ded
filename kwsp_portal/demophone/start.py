"""What the provider needs before its first request: its keys, its folder, its tables."""

import fcntl

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command

SHORTEST_KEY = 32


def prepare() -> None:
    """May run at every start. Raises ImproperlyConfigured for keys that are none: better not to start than to take anybody's messages."""
    for name in ("KEY", "REPORT_KEY"):
        if len(getattr(settings, name)) < SHORTEST_KEY:
            raise ImproperlyConfigured(f"DEMOPHONE_{name}: expected at least {SHORTEST_KEY} random characters")
    settings.HOME.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (settings.HOME / "start.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        call_command("migrate", verbosity=0, interactive=False)
