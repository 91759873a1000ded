"""Workbooks that mean harm (ASVS 1.5.1, 5.2.3): each ends in a sentence, in little time and memory, and never in an error of ours."""

import io
import resource
import time
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from contributions.borang_a import archive, kinds, reader, workbook
from contributions.borang_a.problem import Code, FileProblem
from tests.contributions.sheets import GOOD, added, book, repacked, sheet_xml, xlsx
from tests.contributions.test_workbooks import xls

LIMIT = 20 << 20
MOST_SECONDS_OF_CPU = 8.0
MOST_MIB = 300
SHEET = "xl/worksheets/sheet1.xml"
PASSWORD = (Path(__file__).parent / "data" / "password.xlsx").read_bytes()
ENTITIES = (
    b'<!DOCTYPE lolz [<!ENTITY a "lol">'
    + b"".join(b'<!ENTITY %c "&%c;&%c;&%c;&%c;&%c;&%c;&%c;&%c;&%c;&%c;">' % (n, *[n - 1] * 10) for n in range(ord("b"), ord("k")))
    + b"]>"
)
EXTERNAL = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


def code_of(content: bytes) -> str:
    """What became of a file: the code of its refusal, READ, or ASKED."""
    try:
        reader.check(content, max_bytes=LIMIT)
        rows = list(reader.open_file(content).rows)
    except FileProblem as refused:
        return refused.problem.code.value
    except reader.SheetsAsked:
        return "ASKED"
    assert rows
    return "READ"


@cache
def zeros(mebibytes: int) -> bytes:
    """An archive of a few KiB that says truly how far it unpacks."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as whole, whole.open(SHEET, "w", force_zip64=True) as part:
        for _ in range(mebibytes):
            part.write(bytes(1 << 20))
    return content.getvalue()


def lying(content: bytes, size: int) -> bytes:
    """The archive with another size of its largest part in its list of contents: what is measured is not what comes out."""
    with zipfile.ZipFile(io.BytesIO(content)) as whole:
        largest = max(whole.infolist(), key=lambda part: part.file_size)
    return content.replace(largest.file_size.to_bytes(4, "little"), size.to_bytes(4, "little"))


def with_doctype(content: bytes, declared: bytes) -> bytes:
    def insert(part: bytes) -> bytes:
        head, sign, rest = part.partition(b"?>")
        return (head + sign + declared + rest).replace(b"<t>LIM WEI MING</t>", b"<t>&a;</t>").replace(b"<t>Member No</t>", b"<t>&a;</t>")

    return repacked(content, **{"xl/sharedStrings.xml": insert})


def shared(content: bytes, text: str, cells: int) -> bytes:
    """One long text that a great many cells show."""
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, cells + 1))
    strings = f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="1" uniqueCount="1"><si><t>{text}</t></si></sst>'
    return repacked(content, **{SHEET: sheet_xml(rows), "xl/sharedStrings.xml": lambda _part: strings.encode()})


def cell(ref: str) -> bytes:
    return repacked(
        xlsx(GOOD), **{SHEET: lambda part: part.replace(b"</sheetData>", f'<row r="{ref[3:]}"><c r="{ref}"><v>1</v></c></row></sheetData>'.encode())}
    )


HOSTILE: dict[str, tuple[Callable[[], bytes], set[str]]] = {
    "password": (lambda: PASSWORD, {"ENCRYPTED"}),
    "macros": (lambda: added(xlsx(GOOD), "xl/vbaProject.bin", b"\xcc\x61"), {"MACROS"}),
    "macros in an xls": (lambda: xls(GOOD) + "_VBA_PROJECT".encode("utf-16-le"), {"MACROS"}),
    "a bomb": (lambda: zeros(400), {"UNPACKS_TOO_FAR"}),
    "a bomb that lies": (lambda: lying(zeros(400), 50), {"BROKEN_WORKBOOK", "UNPACKS_TOO_FAR"}),
    "a bomb within the limit": (lambda: zeros(150), {"BROKEN_WORKBOOK"}),
    "a bomb in a bomb": (lambda: added(xlsx(GOOD), "xl/embeddings/more.xlsx", zeros(150)), {"READ"}),
    "too many parts": (lambda: added(xlsx(GOOD), "xl/media/{}.png", b"", 500), {"TOO_MANY_PARTS"}),
    "a thousand sheets": (lambda: book({f"S{n}": [["x"]] for n in range(60)}), {"TOO_MANY_SHEETS"}),
    "two parts of one name": (lambda: added(xlsx(GOOD), "XL/worksheets/sheet1.xml", b"<worksheet/>"), {"BROKEN_WORKBOOK"}),
    "billion laughs": (lambda: with_doctype(xlsx(GOOD), ENTITIES), {"HAS_ENTITIES"}),
    "an external entity": (lambda: with_doctype(xlsx(GOOD), EXTERNAL), {"HAS_ENTITIES"}),
    "a cell at the end of the world": (lambda: cell("XFD1048576"), {"FAR_CELL"}),
    "a cell in the last row": (lambda: cell("AAA1048576"), {"FAR_CELL"}),
    "a sheet outside its folder": (
        lambda: repacked(xlsx(GOOD), **{"xl/_rels/workbook.xml.rels": lambda part: part.replace(b"worksheets/sheet1", b"theme/theme1")}),
        {"BROKEN_WORKBOOK"},
    ),
    "one text in every cell": (lambda: shared(xlsx(GOOD), "x" * 32_000, 90_000), {"UNPACKS_TOO_FAR"}),
    "millions of blank cells": (
        lambda: repacked(xlsx(GOOD), **{SHEET: lambda part: part.replace(b"</sheetData>", b'<row r="9"/>' * 3_000_000 + b"</sheetData>")}),
        {"READ", "TOO_MANY_ROWS"},
    ),
    "ten thousand columns": (lambda: xlsx(GOOD, header=[f"K{n}" for n in range(10_000)]), {"WRONG_COLUMNS"}),
    "nested deeply": (lambda: repacked(xlsx(GOOD), **{SHEET: sheet_xml("<x>" * 100_000)}), {"BROKEN_WORKBOOK"}),
    "NUL in a text": (
        lambda: repacked(xlsx(GOOD), **{"xl/sharedStrings.xml": lambda part: part.replace(b"LIM WEI MING", b"LIM_x0000_MING")}),
        {"READ", "BROKEN_WORKBOOK"},
    ),
    "cut off": (lambda: xlsx(GOOD)[:3_000], {"BROKEN_WORKBOOK", "WRONG_TYPE"}),
    "cut off xls": (lambda: xls(GOOD)[:4_000], {"BROKEN_WORKBOOK", "WRONG_TYPE"}),
    "zeros of an xls": (lambda: xls(GOOD)[:600] + bytes(9_000) + "Workbook".encode("utf-16-le"), {"BROKEN_WORKBOOK", "UNPACKS_TOO_FAR"}),
    "nothing but sheets": (lambda: book({"A": [], "B": []}), {"EMPTY_FILE"}),
    "html named xls": (lambda: b"<html><body><table><tr><td>Member No</td></tr></table>", {"WRONG_TYPE"}),
    "a picture": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(500), {"WRONG_TYPE"}),
    "xml of 2003": (lambda: b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>', {"WRONG_TYPE"}),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_workbook_ends_in_a_sentence(name: str) -> None:
    make, expected = HOSTILE[name]
    content = make()
    before, largest = _spent(), _largest_mib()

    found = code_of(content)

    assert found in expected
    assert _spent() - before < MOST_SECONDS_OF_CPU
    # The largest of all processes that this one ever waited for: others' may have been larger. And a process is born as large as this one is.
    assert _largest_mib() < max(MOST_MIB, largest + 1, _own_mib() + 1)


def _own_mib() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _spent() -> float:
    """Seconds of processor of this process and of those it waited for."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def _largest_mib() -> int:
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10


def test_what_is_measured_needs_no_unpacking(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the request itself nothing is unpacked: a bomb is known by its list of contents."""
    bomb, honest = zeros(400), xlsx(GOOD)
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_args, **_named: pytest.fail("unpacked"))

    with pytest.raises(FileProblem) as refused:
        reader.check(bomb, max_bytes=LIMIT)
    reader.check(honest, max_bytes=LIMIT)

    assert refused.value.problem.code is Code.UNPACKS_TOO_FAR
    assert (refused.value.problem.found, refused.value.problem.expected) == ("400 MiB", f"{archive.MAX_UNPACKED >> 20} MiB")


def test_the_process_that_unpacks_is_given_nothing_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither addresses nor secrets: what it can be made to do, it does without them."""
    monkeypatch.setenv("DATABASE_URL", "postgres:///secret")
    given = {}
    really = workbook.subprocess.run

    def seen(*args: object, **named: object) -> object:
        given.update(named)
        return really(*args, **named)

    monkeypatch.setattr(workbook.subprocess, "run", seen)
    workbook.read(xlsx(GOOD), kinds.Kind.XLSX)

    assert set(given["env"]) == {"PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "PYTHONUTF8", "PATH"}


def test_a_process_that_dies_is_a_file_that_cannot_be_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "_COMMAND", ("sh", "-c", "echo '{}'; kill -9 $$"))

    with pytest.raises(FileProblem) as refused:
        workbook.read(xlsx(GOOD), kinds.Kind.XLSX)

    assert refused.value.problem.code is Code.UNPACKS_TOO_FAR
