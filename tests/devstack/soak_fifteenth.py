"""The 15th of the month (`make soak ARGS="-k fifteenth"`): 50 employers send a Borang A of 2,000 rows each while 200 members read their home.

A whole `make run`. First each member's home on the idle portal, and all files one after the other for one month; then all at once for the next, by
makers who have the page of a new file open. No error; p95 of the home at most 5 x that of the idle portal; the last file READY within 3 x the time of
one after the other. KWSP_SOAK_EMPLOYERS, KWSP_SOAK_ROWS and KWSP_SOAK_MEMBERS for fewer. A member looks at their home every KWSP_SOAK_PAUSE seconds
(10). A page counts as the home if it says that member's number and sum.
"""

import json
import os
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import count
from pathlib import Path

import psycopg2

from kwsp_portal.devstack import addresses

from .browser import Browser
from .running import Running

EMPLOYERS = int(os.environ.get("KWSP_SOAK_EMPLOYERS", "50"))
ROWS = int(os.environ.get("KWSP_SOAK_ROWS", "2000"))
MEMBERS = int(os.environ.get("KWSP_SOAK_MEMBERS", "200"))
PAUSE = float(os.environ.get("KWSP_SOAK_PAUSE", "10"))
MOST_OF_IDLE, MOST_OF_IN_TURN = 5, 3
GIVE_UP_SECONDS = 1800
WARM = 40
"""Pages before the idle ones are timed: the first of each process of the server load what all others have."""
HOME, NEW = "/member/", "/employer/filings/new/"


class Crowd:
    """Everybody of tests.devstack.crowd, each with a browser of their own."""

    def __init__(self, running: Running, folder: Path) -> None:
        self.running, self.folder = running, folder
        made = json.loads(running.do("-m", "tests.devstack.crowd", *map(str, (EMPLOYERS, ROWS, MEMBERS, folder))).splitlines()[-1])
        self.makers = [Browser.of(running.port, cookies) for cookies in made["makers"]]
        self.members = [(number, Browser.of(running.port, cookies)) for number, cookies in made["members"]]
        self.wrong: list[str] = []

    def read_home(self, place: int) -> float:
        """Seconds of one page."""
        number, browser = self.members[place]
        began = time.perf_counter()
        status, page = browser.get(HOME)
        took = time.perf_counter() - began
        if status != 200 or number not in page or "hero__amount" not in page:
            self.wrong.append(f"home of {number}: {status} {browser.location}")
        return took

    def send(self, place: int, month: int) -> int:
        """The number of the filing; the file's rows are those of the employer's people."""
        content = (self.folder / f"{place}-{month}.csv").read_bytes()
        browser = self.makers[place]
        status, _page = browser.post(NEW, wage_month=f"2026-{month:02d}", file=("borang-a.csv", content))
        if status != 302 or "/filings/" not in browser.location:
            self.wrong.append(f"upload {status} {browser.location}")
            return 0
        return int(browser.location.rstrip("/").rpartition("/")[2])

    def wait(self, filings: list[int]) -> float:
        """Until all are read; fails where one is not READY with all its rows."""
        with closing(psycopg2.connect(addresses.read(self.running.folder)["DATABASE_OWNER_URL"])) as connection, connection.cursor() as cursor:
            until = time.monotonic() + GIVE_UP_SECONDS
            while True:
                cursor.execute("SELECT state, rows_valid FROM contributions_filing WHERE id = ANY(%s)", [filings])
                found = cursor.fetchall()
                connection.rollback()
                if not any(state == "RECEIVED" for state, _rows in found):
                    assert found == [("READY", ROWS)] * len(filings), (self.wrong, found)
                    return time.monotonic()
                assert time.monotonic() < until, found
                time.sleep(0.05)


def p95(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1]


def test_the_fifteenth(open_place: Path) -> None:
    # The members look again only when all files in turn are read, however long the machine takes for that.
    with Running(open_place / "run", AS_AT="2026-11-12", SESSION_IDLE_SECONDS="28000") as running:
        running.wait_until_ready()
        crowd = Crowd(running, open_place)
        pids, children = running.pids(), {name: running.children(name) for name in ("web", "worker")}
        for place in range(WARM):
            crowd.read_home(place % MEMBERS)
        idle = [crowd.read_home(place) for place in range(MEMBERS)]
        in_turn = _in_turn(crowd)
        busy, longest, uploads = _at_once(crowd)

        print(  # noqa: T201
            f"{EMPLOYERS} employers of {ROWS:,} rows, {MEMBERS} members, load {os.getloadavg()[0]:.0f}: home p95 {p95(idle) * 1e3:.0f} ms idle, "
            f"{p95(busy) * 1e3:.0f} ms on the 15th ({len(busy)} pages, {p95(busy) / p95(idle):.1f} x); all READY in turn {in_turn:.1f} s, "
            f"at once {longest:.1f} s ({longest / in_turn:.2f} x); upload answered p95 {p95(uploads):.2f} s"
        )
        assert crowd.wrong == []
        assert not [status for status in running.answers() if status >= 500]
        assert (running.pids(), {name: running.children(name) for name in children}) == (pids, children), "a program died"
        assert running.stop() == 0
    assert len(busy) >= max(20, MEMBERS * longest / max(PAUSE, *busy) / 2), "the members did not read meanwhile"
    assert longest <= MOST_OF_IN_TURN * in_turn
    assert p95(busy) <= MOST_OF_IDLE * p95(idle)


def _in_turn(crowd: Crowd) -> float:
    began = time.monotonic()
    for place in range(EMPLOYERS):
        crowd.wait([crowd.send(place, 9)])
    return time.monotonic() - began


def _at_once(crowd: Crowd) -> tuple[list[float], float, list[float]]:
    """Seconds of the members' pages that were begun while files were being sent and read, until the last was READY, and of the answers to the
    uploads."""
    over, pages = threading.Event(), list[tuple[float, float]]()

    def member(place: int) -> None:
        # Not all in one moment: each begins at a point of the pause of its own.
        start = time.monotonic() + PAUSE * place / MEMBERS
        for turn in count():
            if over.wait(max(0.0, start + turn * PAUSE - time.monotonic())):
                return
            began = time.monotonic()
            pages.append((began, crowd.read_home(place)))

    readers = [threading.Thread(target=member, args=[place], daemon=True) for place in range(MEMBERS)]
    for reader in readers:
        reader.start()
    until = time.monotonic() + PAUSE
    for maker in crowd.makers:
        maker.open_form(NEW)
    time.sleep(max(0.0, until - time.monotonic()))
    began, uploads = time.monotonic(), list[float]()

    def upload(place: int) -> int:
        filing = crowd.send(place, 10)
        uploads.append(time.monotonic() - began)
        return filing

    with ThreadPoolExecutor(EMPLOYERS) as pool:
        filings = list(pool.map(upload, range(EMPLOYERS)))
    ended = crowd.wait(filings)
    over.set()
    for reader in readers:
        reader.join(120)
    return [took for start, took in pages if began <= start < ended], ended - began, uploads
