"""2,000 files of Borang A bent in every way, sent to a portal that runs: gunicorn, PostgreSQL, Valkey and Celery (`make soak ARGS="-k soak_files"`).

KWSP_SOAK_FILES files (2,000) by KWSP_SOAK_SENDERS employers at once (4), KWSP_SOAK_SEED for the same ones once more. No 5xx by the server's own log,
no process died, no chunk failed. Whoever sends a file that is refused reads why in their language, of bad rows each with its number and its column.
Every tenth that is READY (KWSP_SOAK_PAID_EVERY) is submitted, approved and paid: all of its rows are credited, and none of any other. Then sixteen
sessions send one file at once, and one sends 200 MB. tests/contributions/soak_borang_a.py has ten times as many files without the servers.
"""

import json
import os
import re
import secrets
import statistics
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .browser import Browser
from .crowd import FIRST_EMPLOYER, SESSIONS
from .running import Running
from .sender import MONTHS, NEW, NEWEST, ON, PAID_SECONDS, READ_SECONDS, Payer, Sender

FILES = int(os.environ.get("KWSP_SOAK_FILES", "2000"))
SENDERS = int(os.environ.get("KWSP_SOAK_SENDERS", "4"))
SEED = int(os.environ.get("KWSP_SOAK_SEED", secrets.randbelow(10**6)))
PAID_EVERY = int(os.environ.get("KWSP_SOAK_PAID_EVERY", "10"))
ROWS_OF_ONE = 6
TOO_LARGE = 200 << 20
BEGUN_SECONDS = 1_200
"""Long enough for a machine with other work, as READ_SECONDS: the demonstration's data took more than five minutes at load 27."""
WRONG_CREDITS = """
SELECT f.id, f.state, count(r.id), count(e.id), count(DISTINCT e.ref)
  FROM contributions_filing f LEFT JOIN contributions_filingrow r ON r.filing_id = f.id LEFT JOIN ledger_entry e ON e.kind = 3 AND e.ref = r.id
 WHERE f.employer_id IN (SELECT id FROM employers_employer WHERE number::bigint BETWEEN %s AND %s) GROUP BY f.id
HAVING NOT (f.state = 'CREDITED' AND count(e.id) = count(r.id) AND count(DISTINCT e.ref) = count(r.id) AND count(r.id) > 0
            OR f.state <> 'CREDITED' AND count(e.id) = 0)
"""


def test_soak_files(open_place: Path) -> None:
    # The first employer's sessions come in the end: however long that takes, they are signed in.
    with Running(open_place / "run", AS_AT=str(ON), SESSION_IDLE_SECONDS="28000") as running:
        running.wait_until_ready(BEGUN_SECONDS)
        crowd = json.loads(running.do("-m", "tests.devstack.crowd", str(SENDERS + 1), str(ROWS_OF_ONE), "0", str(open_place)).splitlines()[-1])
        good = [(open_place / f"{place}-{NEWEST.month}.csv").read_bytes() for place in range(SENDERS + 1)]
        pids, children = running.pids(), _begun(running)
        payer = Payer(running)
        senders = [Sender(running, place, crowd["makers"][place], good[place], payer, PAID_EVERY) for place in range(1, SENDERS + 1)]
        began = time.monotonic()
        with ThreadPoolExecutor(SENDERS) as pool:
            list(pool.map(lambda sender: sender.send_all(SEED, range(sender.place - 1, FILES, SENDERS)), senders))
        took = time.monotonic() - began
        payer.end()
        _tell(senders, took, payer, running)

        assert [words for sender in senders for words in sender.wrong] == []
        _all_at_once(running, crowd["sessions"], good[0])
        _too_large(running, crowd["makers"][0])
        _no_partial_credit(running, payer)
        _nothing_died(running, pids, children)
        assert running.stop() == 0
    _was_no_show(Counter(one.outcome for sender in senders for one in sender.met), payer)


def _tell(senders: list[Sender], took: float, payer: Payer, running: Running) -> None:
    met = [one for sender in senders for one in sender.met]
    outcomes, wrong = Counter(one.outcome for one in met), sum(len(sender.wrong) for sender in senders)
    print(  # noqa: T201
        f"seed {SEED}: {len(met)} files by {SENDERS} at once in {took:.0f} s, load {os.getloadavg()[0]:.0f}: {dict(outcomes.most_common())}, "
        f"{wrong} wrong, {len(payer.told)} paid; {_seconds('answered', [one.answered for one in met])}; "
        f"{_seconds('read', [one.read for one in met if one.read])}; statuses {dict(sorted(running.answers().items()))}; "
        + "".join(f"wrong: {words}; " for sender in senders for words in sender.wrong)
        + ", ".join(f"{name} at most {_most_mib(running, name):.0f} MiB" for name in ("web", "worker"))
    )


def _seconds(what: str, seconds: list[float]) -> str:
    return f"{what} in {statistics.median(seconds):.2f} s, p95 {statistics.quantiles(seconds, n=20)[-1]:.2f} s, longest {max(seconds):.2f} s"


def _most_mib(running: Running, name: str) -> float:
    """The high-water mark of the largest of a program's processes."""
    marks = [re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(encoding="ascii")) for pid in running.children(name)]
    return max(int(mark[1]) for mark in marks if mark) / 1024


def _all_at_once(running: Running, sessions: list[str], content: bytes) -> None:
    """One of them is taken, and is read to READY."""
    gate = threading.Barrier(SESSIONS)

    def send(cookies: str) -> int:
        browser = Browser.of(running.port, cookies)
        gate.wait(60)
        return browser.post(NEW, wage_month=str(NEWEST), file=("borang-a.csv", content))[0]

    with ThreadPoolExecutor(SESSIONS) as pool:
        statuses = Counter(pool.map(send, sessions))
    print(f"{SESSIONS} sessions with one file: {dict(statuses)}")  # noqa: T201
    assert statuses == {302: 1, 422: SESSIONS - 1}
    query = "SELECT f.state, f.rows_valid FROM contributions_filing f JOIN employers_employer e ON e.id = f.employer_id WHERE e.number = %s"
    until = time.monotonic() + READ_SECONDS
    while (found := running.rows(query, str(FIRST_EMPLOYER))) != [("READY", ROWS_OF_ONE)]:
        assert time.monotonic() < until, found
        time.sleep(0.2)


def _too_large(running: Running, cookies: str) -> None:
    """The whole of it is sent, and the page says what the limit is."""
    browser = Browser.of(running.port, cookies)
    began = time.monotonic()
    status, page = browser.post(NEW, wage_month="2026-09", file=("borang-a.csv", b"x" * TOO_LARGE))
    print(f"a file of 200 MB: {status} in {time.monotonic() - began:.1f} s; web at most {_most_mib(running, 'web'):.0f} MiB")  # noqa: T201
    assert status == 413
    assert "100 MB" in page
    assert browser.get("/employer/")[0] == 200


def _no_partial_credit(running: Running, payer: Payer) -> None:
    """All rows of what was paid are credited, once each; none of anything else; the ledger is sound."""
    until = time.monotonic() + PAID_SECONDS
    while waiting := running.rows("SELECT id, state FROM contributions_filing WHERE id = ANY(%s) AND state <> 'CREDITED'", payer.told):
        assert time.monotonic() < until, waiting
        time.sleep(0.2)
    assert running.rows(WRONG_CREDITS, FIRST_EMPLOYER, FIRST_EMPLOYER + SENDERS) == []
    running.do("manage.py", "check_ledger")


def _begun(running: Running) -> dict[str, set[int]]:
    """The processes of the web server's and of the worker's, once both have some: on a busy machine the portal answers before its worker works."""
    until = time.monotonic() + BEGUN_SECONDS
    while True:
        found = {name: running.children(name) for name in ("web", "worker")}
        if all(found.values()):
            return found
        assert time.monotonic() < until, found
        time.sleep(1)


def _nothing_died(running: Running, pids: dict[str, int], children: dict[str, set[int]]) -> None:
    assert running.pids() == pids, "a program died"
    assert {name: running.children(name) for name in children} == children, "a process of the web server's or the worker's died"
    assert not [status for status in running.answers() if status >= 500]
    assert running.answers()[302] >= FILES // 10, "the log of the web server does not tell"
    assert running.rows("SELECT id, error FROM jobs_chunk WHERE failures > 0 OR losses > 0 OR state = 'DEAD'") == []


def _was_no_show(met: Counter[str], payer: Payer) -> None:
    """Each of the outcomes was met often, so that what is asked of it was asked."""
    assert met.total() == FILES
    assert min(met[outcome] for outcome in ("READY", "FAULTY", "UNREADABLE", "refused")) >= FILES // 100, met
    assert len(payer.told) >= min(met["READY"] // PAID_EVERY // 2, len(MONTHS) - 1)
