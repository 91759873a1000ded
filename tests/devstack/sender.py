"""An employer's maker who sends one bent file after another to a portal that runs, and reads why each was refused; and who pays what was not."""

import csv
import html
import io
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from random import Random
from typing import Any, NamedTuple

import psycopg2
from django.utils import translation

from contributions import problems
from contributions.borang_a.sdba import MeantFor
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.devstack import addresses
from kwsp_portal.devstack.folder import PROJECT
from tests.contributions import bent
from tests.contributions.soak_borang_a import OF_THE_WHOLE_ROW

from .browser import Browser
from .crowd import FIRST_EMPLOYER
from .loaded import TAGS
from .running import Running

ON, NEWEST = date(2026, 11, 12), WageMonth(2026, 10)
MONTHS = [NEWEST.plus(-number) for number in range(12)]
NEW = "/employer/filings/new/"
READ_SECONDS = PAID_SECONDS = 300
"""Long enough for a machine with other work: how fast files are read is asked elsewhere, here that each of them is."""
WORDS = {"": ("ditemui", "dijangka"), "/en": ("found", "expected")}
LANGUAGES = {"": "ms", "/en": "en"}
SUMMARY = re.compile(r'<div class="error-summary".*?</div>', re.DOTALL)


class Met(NamedTuple):
    """What became of a file, and the seconds until it was told."""

    outcome: str
    answered: float
    read: float


class Payer:
    """A process of the portal's that pays what it is told."""

    def __init__(self, running: Running) -> None:
        command = [sys.executable, "-m", "tests.devstack.crowd", "pay"]
        self._process = subprocess.Popen(
            command, cwd=PROJECT, env=running.environ(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        self._lock = threading.Lock()
        self.told: list[int] = []

    def pay(self, filing: int) -> None:
        assert self._process.stdin is not None
        with self._lock:
            self.told.append(filing)
            self._process.stdin.write(f"{filing}\n")
            self._process.stdin.flush()

    def end(self) -> None:
        said, errors = self._process.communicate(timeout=PAID_SECONDS)
        assert self._process.returncode == 0, errors[-3000:]
        assert [int(line) for line in said.splitlines()] == self.told


class Sender:
    """Each file is for a month that is free. `place`: which employer of the crowd; every `paid_every`th file that is READY is paid."""

    def __init__(self, running: Running, place: int, cookies: str, good: bytes, payer: Payer, paid_every: int) -> None:
        self.place, self.good, self.payer, self.paid_every = place, good, payer, paid_every
        self.browser = Browser.of(running.port, cookies)
        self.months, self.ready = list(MONTHS), 0
        self.met: list[Met] = []
        self.wrong: list[str] = []
        self._connection = psycopg2.connect(addresses.read(running.folder)["DATABASE_OWNER_URL"])
        self._connection.autocommit = True

    def send_all(self, seed: int, numbers: range) -> None:
        """The first is the good file itself; in one language and the other."""
        for turn, number in enumerate(numbers):
            title, chance = f"seed {seed} file {number}", Random(f"{seed} {number}")
            meant = MeantFor(f"{FIRST_EMPLOYER + self.place}", self.months[0])
            content, name = bent.file(chance, self.good, meant, ON) if turn else (self.good, "borang-a.csv")
            try:
                self.met.append(self._send(content, name, ("", "/en")[turn % 2], title))
            except AssertionError as error:
                self.wrong.append(str(error).partition("\n")[0])
                if len(self.months) > 1:
                    # What became of it may hold its month: every later file would be refused for that alone.
                    self.months.pop(0)
        self._connection.close()

    def _send(self, content: bytes, name: str, prefix: str, title: str) -> Met:
        began = time.monotonic()
        status, page = self.browser.post(prefix + NEW, wage_month=str(self.months[0]), file=(name, content))
        answered = time.monotonic() - began
        assert status in (302, 422), f"{title}: {status}"
        if status == 422:
            self._was_not_taken_because(page, prefix, title)
            return Met("refused", answered, 0)
        filing = int(self.browser.location.rstrip("/").rpartition("/")[2])
        state = self._read(filing, title)
        read = time.monotonic() - began - answered
        status, page = self.browser.get(f"{prefix}/employer/filings/{filing}/")
        assert status == 200, f"{title}: its page is {status}"
        assert "<script>alert" not in page, title
        if state == "UNREADABLE":
            self._is_unread_because(filing, page, prefix, title)
        elif state == "FAULTY":
            self._each_row_says_why(filing, page, prefix, title)
        else:
            self._go_on(filing, title)
        return Met(state, answered, read)

    def _was_not_taken_because(self, page: str, prefix: str, title: str) -> None:
        """What was found and what was expected, with no figure missing."""
        summary = SUMMARY.search(page)
        assert summary, f"{title}: refused without a summary"
        text = _text(summary[0])
        assert all(word in text.lower() for word in WORDS[prefix]), f"{title}: no reason: {text[:300]}"
        assert "%(" not in text, f"{title}: a figure is missing: {text[:300]}"

    def _is_unread_because(self, filing: int, page: str, prefix: str, title: str) -> None:
        ((refusal,),) = self._ask("SELECT refusal FROM contributions_filing WHERE id = %s", filing)
        _are_in(_text(page), refusal, prefix, title)

    def _each_row_says_why(self, filing: int, page: str, prefix: str, title: str) -> None:
        """As the page does for the first of them, the file with the bad rows does for all: its row, and each reason with its column."""
        bad = dict(self._ask("SELECT line, problems FROM contributions_filingrow WHERE filing_id = %s AND status <> 'VALID'", filing))
        _are_in(_text(page), bad[min(bad)], prefix, f"{title}: its page, row {min(bad)}")
        status, text = self.browser.get(f"{prefix}/employer/filings/{filing}/bad-rows.csv")
        assert status == 200, f"{title}: the bad rows are {status}"
        said = {int(row["Row"]): row["Reason"] for row in csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))}
        assert said.keys() == bad.keys(), f"{title}: told of rows {sorted(said)}, bad are {sorted(bad)}"
        for line, found in bad.items():
            assert all(problem["column"] or problem["code"] in OF_THE_WHOLE_ROW for problem in found), f"{title}: row {line}: {found}"
            _are_in(" ".join(said[line].split()), found, prefix, f"{title}: row {line}")

    def _go_on(self, filing: int, title: str) -> None:
        """What cannot go on gives way to the next file; what is READY is paid, or thrown away."""
        self.ready += 1
        if self.ready % self.paid_every == 0 and len(self.months) > 1:
            self.payer.pay(filing)
            self.months.pop(0)
            return
        status, _page = self.browser.post(f"/employer/filings/{filing}/discard/")
        assert status == 302, f"{title}: thrown away with {status}"

    def _read(self, filing: int, title: str) -> str:
        until = time.monotonic() + READ_SECONDS
        while (state := self._ask("SELECT state FROM contributions_filing WHERE id = %s", filing)[0][0]) == "RECEIVED":
            assert time.monotonic() < until, f"{title}: not read in {READ_SECONDS} s"
            time.sleep(0.02)
        assert state in ("READY", "FAULTY", "UNREADABLE"), f"{title}: {state}"
        return str(state)

    def _ask(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with self._connection.cursor() as cursor:
            cursor.execute(query, values)
            return cursor.fetchall()


def _text(page: str) -> str:
    return " ".join(html.unescape(TAGS.sub(" ", page)).split())


def _are_in(text: str, found: Sequence[Mapping[str, Any]], prefix: str, title: str) -> None:
    """Each reason stands there as a sentence, with what to do."""
    assert found, f"{title} has no reason"
    missing = [words for words in _told(found, prefix) if words not in text]
    assert not missing, f"{title} does not say: {missing[0]}"


def _told(found: Sequence[Mapping[str, Any]], prefix: str) -> Iterator[str]:
    with translation.override(LANGUAGES[prefix]):
        for problem in found:
            yield from (" ".join(words.split()) for words in (problems.sentence(problem), problems.mend(problem)))
