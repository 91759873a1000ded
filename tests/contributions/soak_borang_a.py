"""Borang A files bent in every way: bytes and structures of a good one, uploaded through the page and read by the worker (`make soak`).

KWSP_SOAK_FILES files (400), KWSP_SOAK_SEED for the same ones once more; a failure prints its seed and number. Each is READY, shown as bad or
refused with sentences; never a 5xx, never a worker's error, nothing half done.
"""

import io
import os
import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from random import Random

import pytest
from django.core.cache import cache
from django.db.models import Sum
from django.test import Client

from contributions.borang_a import layout
from contributions.enums import FilingState, RowStatus
from contributions.models import Filing
from contributions.services import filing as services
from kwsp_portal.common import clock
from kwsp_portal.jobs.models import Chunk
from members.ledger import invariants
from tests.contributions import pages
from tests.contributions.conftest import ON, Office, read_jobs
from tests.factories import borang_a

FILES = int(os.environ.get("KWSP_SOAK_FILES", "400"))
SEED = int(os.environ.get("KWSP_SOAK_SEED", secrets.randbelow(10**6)))
pytestmark = pytest.mark.django_db

CELLS = (
    "", " ", "0", "-0", "-1.00", "0.001", "1e5", "1e999999", "NaN", "Infinity", "٣٤٥", "６２５０", "1,234.50", "RM6250", "=1+1", "@SUM(A1)", "+1",
    "9" * 5000, "99999999999999.99", "6250.", ".5", "\x00", "\x1b[31m", "\u202e\u200b", "\ufeff", "😀" * 30, "'", '"', '""', "a\tb", "NULL",
    "true", "%s%n", "{{7*7}}", "<script>alert(1)</script>", "'; DROP TABLE contributions_filingrow; --", "../../etc/passwd", "\\N", "\\.",
    "A" * 121, "850101-14-1234",
)  # fmt: skip
NAMES = (
    "borang.csv",
    "borang.CSV",
    "borang.xlsx",
    "a.txt",
    "..",
    "../../x.csv",
    "\u202evsc.csv",
    "x" * 300 + ".csv",
    "😀.csv",
    "no-dot",
    "con.csv",
    "a\tb.csv",
)
CODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252", "utf-7")
Bend = Callable[[Random, bytes], bytes]


def _cells(chance: Random, content: bytes) -> bytes:
    """One to five cells of the file hold something else; whether quoted or not."""
    lines = [line.split(",") for line in content.decode().splitlines()]
    for _ in range(chance.randint(1, 5)):
        line = chance.choice(lines)
        cell = chance.choice(CELLS)
        line[chance.randrange(len(line))] = f'"{cell}"' if chance.random() < 0.3 else cell
    return "\r\n".join(",".join(line) for line in lines).encode("utf-8", "surrogatepass")


def _structure(chance: Random, content: bytes) -> bytes:
    """Rows and columns doubled, dropped, moved; other separators and ends of lines."""
    lines = content.decode().splitlines()
    act = chance.randrange(8)
    if act == 0:
        chance.shuffle(lines)
    elif act == 1:
        lines *= chance.randint(2, 40)
    elif act == 2:
        lines = [line for line in lines if chance.random() < 0.6]
    elif act == 3:
        lines = [",".join(chance.sample(line.split(","), line.count(",") + 1)) for line in lines]
    elif act == 4:
        lines = [line + "," * chance.randint(0, 6) for line in lines]
    elif act == 5:
        lines = [line.replace(",", chance.choice(";\t| ")) for line in lines]
    elif act == 6:
        lines = lines[1:] if chance.random() < 0.5 else [lines[0], *lines]
    else:
        lines.insert(chance.randrange(len(lines) + 1), chance.choice(['"', '"a\nb",x', "," * 5000, "x" * 9000, "\x00" * 50]))
    return chance.choice(["\n", "\r\n", "\r", "\n\n", "\r\n\x00"]).join(lines).encode("utf-8", "surrogatepass")


def _bytes(chance: Random, content: bytes) -> bytes:
    """Bits flipped, pieces cut out, random ones put in."""
    bent = bytearray(content)
    for _ in range(chance.randint(1, 30)):
        place = chance.randrange(len(bent) + 1)
        act = chance.randrange(3)
        if act == 0 and place < len(bent):
            bent[place] ^= 1 << chance.randrange(8)
        elif act == 1:
            del bent[place : place + chance.randint(1, 40)]
        else:
            bent[place:place] = chance.randbytes(chance.randint(1, 20))
    return bytes(bent)


def _coding(chance: Random, content: bytes) -> bytes:
    return content.decode().encode(chance.choice(CODINGS), "replace")


def _wrapped(chance: Random, content: bytes) -> bytes:
    """Something of another kind, or with another beginning or end."""
    head = chance.choice(
        [b"PK\x03\x04", b"%PDF-1.7", b"\xd0\xcf\x11\xe0", b"\x89PNG\r\n", b"\x1f\x8b", b"\xff\xfe", b"\xef\xbb\xbf" * 2, b"\x00" * 500, b"sep=;\r\n"]
    )
    return chance.choice([head, head + content, content + head, content[: chance.randrange(len(content))], chance.randbytes(chance.randint(0, 4000))])


BENDS: tuple[Bend, ...] = (_cells, _cells, _structure, _bytes, _coding, _wrapped)


@pytest.fixture(autouse=True)
def tenth_of_november(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(clock, "business_date", lambda: ON)
    cache.clear()
    yield
    cache.clear()


def test_no_file_is_an_error_of_ours(office: Office) -> None:
    people = [office.hire() for _ in range(6)]
    good = borang_a.file(*(borang_a.row(member) for member in people))
    maker = pages.signed_in(office.maker)
    maker.client.raise_request_exception = False
    outcomes: Counter[str] = Counter()
    for number in range(FILES):
        chance = Random(f"{SEED} {number}")
        content = good
        for bend in chance.sample(BENDS, chance.choice([0, 1, 1, 1, 2, 3]) if number else 0):
            content = bend(chance, content)
            if not content or bend in (_bytes, _coding, _wrapped):
                break  # what follows would need text
        outcomes[_send(maker.client, office, content, chance.choice(NAMES), f"seed {SEED} file {number}")] += 1

    print(f"seed {SEED}: {FILES} files: " + ", ".join(f"{count} {outcome}" for outcome, count in outcomes.most_common()))  # noqa: T201
    assert outcomes["READY"], "the good file itself"
    assert outcomes["FAULTY"], "files with bad rows"
    assert [result.name for result in invariants.broken()] == []


def _send(client: Client, office: Office, content: bytes, name: str, title: str) -> str:
    """What became of a file; everything that must hold then is asked. The month is free again afterwards."""
    before = Filing.objects.count()
    file = io.BytesIO(content)
    file.name = name
    answer = client.post(pages.NEW, {"wage_month": "2026-10", "file": file})
    assert answer.status_code in (302, 413, 422), f"{title}: {answer.status_code}"
    if answer.status_code != 302:
        assert Filing.objects.count() == before, f"{title}: refused and kept"
        assert b"error-summary" in answer.content, title
        return f"refused {answer.status_code}"
    counts = read_jobs()
    assert counts.failed == 0, f"{title}: {Chunk.objects.order_by('-pk').values_list('error', flat=True).first()}"
    filing = Filing.objects.latest("pk")
    _holds(filing, title)
    for prefix in ("", "/en"):
        shown = client.get(f"{prefix}{pages.address(filing)}")
        assert shown.status_code == 200, f"{title}: its page is {shown.status_code}"
        assert b"<script>alert" not in shown.content, title
        assert b"\xc2\xabundefined" not in shown.content, title
    state = filing.state
    if state in (FilingState.READY, FilingState.FAULTY):
        services.discard(filing_id=filing.pk, by=office.maker, on=ON)
    return str(state)


def _holds(filing: Filing, title: str) -> None:
    """The counts and totals are those of the rows; READY has valid rows only; nothing of an unreadable file is kept."""
    rows = filing.rows.all()
    by_status = {status: rows.filter(status=status).count() for status in RowStatus}
    assert filing.rows_total == sum(by_status.values()) == rows.count(), title
    valid = rows.filter(status=RowStatus.VALID).aggregate(employer=Sum("employer_share"), employee=Sum("employee_share"))
    assert (filing.employer_total, filing.employee_total) == (valid["employer"] or 0, valid["employee"] or 0), title
    match filing.state:
        case FilingState.READY:
            assert by_status[RowStatus.VALID] == filing.rows_total > 0, title
            assert rows.values("member").distinct().count() == filing.rows_total, title
        case FilingState.FAULTY:
            assert all(row.problems for row in rows.exclude(status=RowStatus.VALID)), title
            assert by_status[RowStatus.VALID] < filing.rows_total <= layout.MAX_LINES, title
        case FilingState.UNREADABLE:
            assert filing.refusal, title
        case other:
            pytest.fail(f"{title}: {other}")
    assert not filing.payments.exists(), title
