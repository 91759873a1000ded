"""Borang A bent in every way, by a seed: bytes and structures of a good file in each of its forms."""

import io
import zipfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from random import Random

import xlsxwriter

from contributions.borang_a import layout, template_sdba
from contributions.borang_a.sdba import WIDTH, MeantFor
from contributions.borang_a.template import Person

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
ENDS = (_bytes, _coding, _wrapped)
"""After these nothing is text that the other bends could read."""
FORMS = ("CSV",) * 12 + ("SDBA",) * 5 + ("XLSX",)
"""How often each form comes; a workbook costs a process of its own."""


def file(chance: Random, good: bytes, meant: MeantFor, on: date) -> tuple[bytes, str]:
    """What a good file of separated values has become, under some name, in one of the forms."""
    form, content = chance.choice(FORMS), good
    if form == "CSV":
        for bend in chance.sample(BENDS, chance.choice([0, 1, 1, 1, 2, 3])):
            content = bend(chance, content)
            if not content or bend in ENDS:
                break
    elif form == "SDBA":
        content = _sdba(chance, good, meant, on)
    else:
        content = _workbook(chance, good)
    return content, chance.choice(NAMES)


def _sdba(chance: Random, good: bytes, meant: MeantFor, on: date) -> bytes:
    """The same people in the text format: signs of some records changed, records doubled, dropped, moved, cut; or its bytes bent."""
    people = [line.split(",") for line in good.decode().splitlines()[1:]]
    listed = [Person(number, identity, name, *map(Decimal, amounts)) for number, identity, name, *amounts in people]
    content = template_sdba.sdba_template(listed, meant, on)
    act = chance.randrange(6)
    if act == 0:
        return content
    if act == 1:
        return chance.choice(ENDS)(chance, content)
    records = content.decode().splitlines()
    for _ in range(chance.randint(1, 4)):
        number = chance.randrange(len(records))
        place = chance.randrange(WIDTH)
        if act == 2:
            records[number] = records[number][:place] + chance.choice("0123456789 -.A\u0660\uff11\x00\u00e9\t") + records[number][place + 1 :]
        elif act == 3:
            records.insert(chance.randrange(len(records) + 1), records[number])
        elif act == 4 and len(records) > 1:
            del records[number]
        else:
            records[number] = chance.choice([records[number][:place], records[number] + "0" * place, records[number][place:], ""])
    return chance.choice(["\r\n", "\n"]).join(records).encode(chance.choice(["utf-8", "cp1252"]), "replace")


def _workbook(chance: Random, good: bytes) -> bytes:
    """A sheet of which some cells hold something else, as texts or as numbers; or with its archive or one of its parts bent."""
    rows: list[list[str]] = [line.split(",") for line in good.decode().splitlines()]
    act = chance.randrange(4)
    if act == 0:
        for _ in range(chance.randint(1, 5)):
            row = chance.choice(rows)
            row[chance.randrange(len(row))] = chance.choice(CELLS)[:400]
    written = io.BytesIO()
    book = xlsxwriter.Workbook(written, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet("Borang A")
    for number, cells in enumerate(rows):
        for place, cell in enumerate(cells):
            if number and place >= layout.COLUMNS.index(layout.WAGES) and cell.replace(".", "", 1).isdecimal() and cell.isascii() and len(cell) < 15:
                sheet.write_number(number, place, float(cell))
            else:
                sheet.write_string(number, place, cell.replace("\x00", "").replace("\x1b", ""))
    book.close()
    content = written.getvalue()
    if act == 1:
        return _bytes(chance, content)
    return _with_bent_part(chance, content) if act == 2 else content


def _with_bent_part(chance: Random, content: bytes) -> bytes:
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        bent = chance.choice(old.namelist())
        for name in old.namelist():
            new.writestr(name, _bytes(chance, old.read(name)) if name == bent else old.read(name))
    return changed.getvalue()
