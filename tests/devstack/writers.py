"""`python -m tests.devstack.writers JOURNAL SEED`: threads that post entries and write down, outside the database, each acknowledged commit.

A line of the journal: `ref began ended` (seconds of the machine's clock, which is also the server's). It is written after the commit
was acknowledged and before anything else is done: what stands there may never be missing from the ledger again.
"""

import os
import random
import sys
import threading
import time
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from members.ledger import posting

THREADS = 4
REFS = 10_000_000
"""So far apart are the refs of two threads."""


def act(ref: int, chance: random.Random) -> "posting.Act":
    """A dividend to one of fifty members, so that threads meet at the balances."""
    sen = chance.randrange(1, 10_000)
    legs = [posting.Leg(posting.fund("DIVIDEND_EXPENSE"), -sen), posting.Leg(posting.member(chance.randrange(1, 51), "PERSARAAN"), sen)]
    return posting.Act(kind=EntryKind.DIVIDEND, ref=ref, part=0, booked_on=DAY, value_date=DAY, legs=legs)


def write(journal: int, number: int, seed: int) -> None:
    """Until the database is gone."""
    chance = random.Random(seed * THREADS + number)
    for ref in range(seed * REFS + number * REFS // THREADS, (seed + 1) * REFS):
        began = time.time()
        try:
            posting.post(act(ref, chance))
        except (OperationalError, InterfaceError) as error:
            print(f"thread {number} stops: {str(error).splitlines()[0]}", flush=True)  # noqa: T201
            return
        os.write(journal, f"{ref} {began:.6f} {time.time():.6f}\n".encode())


def main(path: str, seed: int) -> None:
    journal = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    threads = [threading.Thread(target=write, args=(journal, number, seed)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    print("writing", flush=True)  # noqa: T201
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    django.setup()
    from django.db import InterfaceError, OperationalError

    from kwsp_portal.common import clock
    from members.ledger import posting
    from members.ledger.enums import EntryKind

    DAY = clock.business_date()
    main(sys.argv[1], int(sys.argv[2]))
