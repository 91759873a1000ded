"""A whole `make run` under load: pages are read, files uploaded, filings paid and credited, and each thing is timed."""

import re
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg2

from kwsp_portal.devstack import addresses
from kwsp_portal.devstack.folder import PROJECT
from tests.journeys.borang_a import with_wages

from .browser import Browser
from .lean import portal_environment
from .running import Running, outside

MONTH = "2026-10"
MEMBER = "10000101"
PAGE_PAUSE = 0.05
UPLOAD_PAUSE = 0.5
TAGS = re.compile(r"<(head|script|style|svg|nav)\b.*?</\1>|<[^>]+>", re.DOTALL)
READ = "SELECT FROM contributions_filing WHERE id = pk AND state <> 'RECEIVED'"


class Load:
    """`ticks` and `pages`: when each was begun and ended well. `accepted`: addresses of the files that were taken."""

    def __init__(self, running: Running) -> None:
        self.running = running
        self.found = addresses.read(running.folder)
        self.ticks: list[tuple[float, float]] = []
        self.pages: list[tuple[float, float]] = []
        self.accepted: list[str] = []
        self.statuses: Counter[tuple[str, int]] = Counter()
        self.faults: list[str] = []
        self.over = threading.Event()
        self.maker = Browser(running.port)
        self.maker.sign_in("majikanmaker")

    def read_pages(self) -> None:
        browser = Browser(self.running.port)
        browser.sign_in("majikanchecker")
        while not self.over.wait(PAGE_PAUSE):
            began = time.time()
            status, page = browser.get("/employer/")
            self._seen("page", status, page)
            if status == 200:
                self.pages.append((began, time.time()))

    def upload(self) -> None:
        template = self.maker.get(f"/employer/template.csv?wage_month={MONTH}")[1].encode()
        number = 0
        while not self.over.wait(UPLOAD_PAUSE):
            number += 1
            file = with_wages(template, MEMBER, f"{3000 + number}.00", "500", "400")
            status, page = self.maker.post("/employer/filings/new/", wage_month=MONTH, file=("borang-a.csv", file))
            self._seen("upload", status, page)
            if status == 302:
                self.accepted.append(self.maker.location)

    def _seen(self, what: str, status: int, page: str) -> None:
        self.statuses[what, status] += 1
        # 422: the month's last file is still being read.
        if status not in ((0, 200, 302, 422, 503) if what == "upload" else (0, 200, 503)) or "Traceback" in page:
            self.faults.append(f"{what} {status}: {' '.join(TAGS.sub(' ', page).split())[-600:]}")

    def read_ticks(self, ticker: "subprocess.Popen[str]") -> None:
        assert ticker.stdout is not None
        for line in ticker.stdout:
            try:
                began, ended = (float(word) for word in line.split())
            except ValueError:
                if " WARNING " not in line:
                    self.faults.append(f"ticks: {line.strip()}")
            else:
                self.ticks.append((began, ended))

    def goes_on_after(self, moment: float, *, seconds: float) -> float:
        """How long after a moment both a page was asked for and shown, and a filing was begun and credited. Fails after `seconds`."""
        while time.time() < moment + seconds:
            ends = [next((ended for began, ended in done[-200:] if began >= moment), None) for done in (self.ticks, self.pages)]
            if None not in ends:
                return max(end for end in ends if end is not None) - moment
            time.sleep(0.05)
        missing = [name for name, done in (("ticks", self.ticks), ("pages", self.pages)) if not done or done[-1][0] < moment]
        raise AssertionError(f"no {missing} in {seconds} s; {dict(self.statuses)}; {self.faults[-40:]}; {self.traces()}")

    def all_read(self, *, seconds: float) -> int:
        """Every file that was taken is there and was read by a worker; how many."""
        wanted = [int(address.rstrip("/").rpartition("/")[2]) for address in self.accepted]
        deadline = time.time() + seconds
        while unread := self.ask("SELECT array_agg(pk) FROM unnest(%s) pk WHERE NOT EXISTS (" + READ + ")", wanted):
            assert time.time() < deadline, f"not read: {unread}"
            time.sleep(0.2)
        return len(wanted)

    def traces(self) -> str:
        """What the web server wrote with a trace, the last of it."""
        log = (self.running.folder.logs / "web.log").read_text(encoding="utf-8")
        return log[log.find("Traceback") - 1000 :][:8000] if "Traceback" in log else ""

    def ask(self, query: str, *values: object) -> object:
        """The one value of a query, as the database's owner."""
        with closing(psycopg2.connect(self.found["DATABASE_OWNER_URL"])) as connection, connection.cursor() as cursor:
            cursor.execute(query, values)
            return cursor.fetchone()[0]  # type: ignore[index]


@contextmanager
def loaded(running: Running) -> Iterator[Load]:
    """The load, until the block is left."""
    load = Load(running)
    environ = portal_environment(running.folder, load.found, outside() | {"KWSP_RUN_DIR": str(running.folder.root), "PYTHONWARNINGS": "ignore"})
    ticker = subprocess.Popen(
        [sys.executable, "-m", "tests.devstack.ticks"], cwd=PROJECT, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    threads = [threading.Thread(target=work, daemon=True) for work in (load.read_pages, load.upload, lambda: load.read_ticks(ticker))]
    try:
        for thread in threads:
            thread.start()
        yield load
    finally:
        load.over.set()
        ticker.terminate()
        ticker.wait(30)
        for thread in threads:
            thread.join(90)
