"""200 members applying at once to two web processes of 16 threads, against 200 one after the other, halved: at most 1.5 x; no error, no double hold.

From the click on: draft and code are there, the code's approval is spent. Akaun Fleksibel, which is held and approved at once. In turn, three rounds.
"""

import importlib
import json
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from decimal import Decimal
from itertools import islice
from typing import Any

from benchmarks import applications, database, harness
from benchmarks.applying_worker import AT, ON

REGISTER = 20_000
COPY_NAME = "kwsp_bench_applying"
AT_ONCE, ROUNDS, WARM, THREADS = 200, 3, 16, 16
SAVINGS = {"FLEKSIBEL": 500_000}
FIRST = 101
"""The members before it are 55 by then."""
GOAL = 1.5

_PEOPLE = """
INSERT INTO identity_user (user_id, role, name, secret_phrase, password, language, is_active, joined_at, activated_at)
SELECT 'orang' || lpad(n::text, 8, '0'), 'MEMBER', 'Orang ' || n, '', '', 'ms', true, now(), now() FROM generate_series(1, %(last)s) AS n;
INSERT INTO identity_tacphone (user_id, number, how, bound_at, ended_why)
SELECT id, '+6011' || (10000000 + id), 'COUNTER', now(), '' FROM identity_user WHERE user_id LIKE 'orang0%%';
UPDATE members_member AS member SET user_id = one.id FROM identity_user AS one WHERE one.user_id = 'orang' || lpad(member.id::text, 8, '0');
"""
_TABLES = ("identity_user", "identity_tacphone", "identity_challenge", "identity_approval", "members_member", "members_citizenshipperiod")


class Worker:
    """A web process (benchmarks.applying_worker)."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.applying_worker"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )

    def tell(self, pairs: Sequence[tuple[int, int]], threads: int) -> None:
        assert self._process.stdin is not None
        print(json.dumps({"pairs": pairs, "threads": threads}), file=self._process.stdin, flush=True)

    def seconds(self, approved: int) -> float:
        assert self._process.stdout is not None
        found = json.loads(self._process.stdout.readline())
        assert found["approved"] == approved, found
        return float(found["seconds"])

    def end(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)


@contextmanager
def worker() -> Iterator[Worker]:
    made = Worker()
    try:
        yield made
    finally:
        made.end()


def measure() -> list[harness.Figure]:
    applications.prepare(REGISTER)
    with applications.fresh(COPY_NAME):
        each = 2 * ROUNDS * AT_ONCE + 3 * WARM
        pairs = iter(_drafts(each))
        with ExitStack() as stack:
            workers = [stack.enter_context(worker()) for _ in range(2)]
            for one, threads in ((workers[0], 1), (workers[0], THREADS), (workers[1], THREADS)):
                one.tell(list(islice(pairs, WARM)), threads)
                one.seconds(WARM)
            taken = [(_one_after_the_other(workers[0], pairs), _at_once(workers, pairs)) for _ in range(ROUNDS)]
        _held_once(each)
        applications.sound()
    alone, together = (statistics.median(found) for found in zip(*taken, strict=True))
    note = f"{AT_ONCE / together:.0f}/s; one after the other {1000 * alone / AT_ONCE:.1f} ms each"
    return [harness.Figure(f"{AT_ONCE} members applying at once, against one after the other, halved", together, GOAL, alone / 2, note=note)]


def _one_after_the_other(one: Worker, pairs: Iterator[tuple[int, int]]) -> float:
    one.tell(list(islice(pairs, AT_ONCE)), 1)
    return one.seconds(AT_ONCE)


def _at_once(workers: Sequence[Worker], pairs: Iterator[tuple[int, int]]) -> float:
    """Until the last is answered."""
    half = AT_ONCE // len(workers)
    for one in workers:
        one.tell(list(islice(pairs, half)), THREADS)
    return max(one.seconds(half) for one in workers)


def _drafts(count: int) -> list[tuple[int, int]]:
    """So many members with a draft and the approval that their code gave: the ids of both."""
    last = FIRST + count * 10 // 9 + 10
    applications.saved(last, SAVINGS)
    applications.with_accounts(last)
    with database.owner_of_bench() as cursor:
        cursor.execute(_PEOPLE, {"last": last})
    members = importlib.import_module("members.models").Member.objects.filter(pk__gte=FIRST, pk__lte=last)
    citizens = members.filter(citizenships__status="CITIZEN").select_related("user").order_by("pk")
    made = [_draft(member) for member in citizens[:count]]
    applications.analysed(*_TABLES)
    return made


def _draft(member: Any) -> tuple[int, int]:
    drafts, applying = (importlib.import_module(f"withdrawals.services.{name}") for name in ("drafts", "applying"))
    enums, tac = importlib.import_module("withdrawals.enums"), importlib.import_module("members.identity.tac")
    found = drafts.begin(member=member, kind=enums.KindCode.FLEKSIBEL, by=member.user, on=ON)
    found = drafts.say(application_id=found.pk, version=found.version, said=drafts.Said(asked=Decimal(200)), by=member.user)
    digits: list[str] = []
    tac.notify.send_sms = lambda *, secrets, **_rest: digits.append(secrets["tac"])
    purpose, shown = importlib.import_module("members.identity.enums").Purpose.WITHDRAWAL, applying.shown(found, applying.account_for(found))
    challenge = tac.issue(user=member.user, purpose=purpose, shown=shown, at=AT - timedelta(seconds=40))
    return found.pk, tac.verify(challenge=challenge, user=member.user, digits=digits[-1], at=AT - timedelta(seconds=20)).pk


def _held_once(count: int) -> None:
    held = "SELECT count(*), count(DISTINCT ref), sum(amount_sen) FROM ledger_hold WHERE state = 'PLACED'"
    assert applications.counted(held) == (count, count, count * 20_000)
