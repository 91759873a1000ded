"""What the bank needs before its first request: its folder, its tables, its list of banks, its keys."""

import fcntl

from django.conf import settings
from django.core.management import call_command

from kwsp_portal.bank import banks
from kwsp_portal.demobank import protocol
from kwsp_portal.demobank.models import Branch, Message


def prepare() -> None:
    """May run at every start and in several processes at once. Raises OSError or ValueError for keys that cannot be read:
    better not to start than to refuse every payment later."""
    protocol.own_key()
    protocol.seller_certificates()
    settings.HOME.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (settings.HOME / "start.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        call_command("migrate", verbosity=0, interactive=False)
        Branch.objects.bulk_create([Branch(code=code) for code in banks.known()], ignore_conflicts=True)
        # Leases of a process that was killed; of one that lives, at worst a message goes out twice, as FPX's do anyway.
        Message.objects.filter(lease_until__isnull=False).update(lease_until=None)
