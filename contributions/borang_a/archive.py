"""A workbook measured before anything of it is unpacked (ASVS 5.2.3): what its list of contents says, and what must not be in it."""

import io
import zipfile
from typing import Final

from contributions.borang_a.kinds import EXPECTED
from contributions.borang_a.problem import Code, FileProblem, Problem

MAX_PARTS: Final = 400
MAX_SHEETS: Final = 50
MAX_UNPACKED: Final = 192 * 1024 * 1024
"""Bytes: a hundred thousand rows of ten columns are 60 MiB of XML."""
MAX_MEMORY: Final = 300 * 1024 * 1024
"""Bytes of addresses for the process that unpacks; the interpreter and its libraries take a third of it before they do anything."""
_SHEET_PART: Final = b"xl/worksheets/sheet"
_LISTED: Final = b"PK\x01\x02"
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED_BIT: Final = 0x1
# Names of the streams of an OLE file, as its directory has them.
_ENCRYPTED_PACKAGE: Final = "EncryptedPackage".encode("utf-16-le")
_MACROS: Final = "_VBA_PROJECT".encode("utf-16-le")
_BOOKS: Final = ("Workbook".encode("utf-16-le"), "Book".encode("utf-16-le"))
_OTHERS: Final = (("WordDocument".encode("utf-16-le"), "DOC"), ("PowerPoint Document".encode("utf-16-le"), "PPT"))


def measure_xlsx(content: bytes) -> None:
    """Raises FileProblem BROKEN_WORKBOOK, ENCRYPTED, MACROS, TOO_MANY_PARTS, TOO_MANY_SHEETS or UNPACKS_TOO_FAR."""
    listed = content.count(_LISTED)
    if listed > MAX_PARTS:
        # Their names stand twice, before each part and in the list of contents. A thousand sheets are better told as what they are.
        sheets = content.count(_SHEET_PART) // 2
        if sheets > MAX_SHEETS:
            raise FileProblem(Problem(Code.TOO_MANY_SHEETS, found=str(sheets), expected=str(MAX_SHEETS)))
        raise FileProblem(Problem(Code.TOO_MANY_PARTS, found=str(listed), expected=str(MAX_PARTS)))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise broken("ZIP") from error
    names = [part.filename.casefold() for part in parts]
    if any(part.flag_bits & _ENCRYPTED_BIT for part in parts):
        raise FileProblem(Problem(Code.ENCRYPTED))
    # Of two parts of one name, two programs may read different ones.
    if len(set(names)) != len(names) or any(part.compress_type not in _METHODS for part in parts):
        raise broken("ZIP")
    if any(name.endswith("vbaproject.bin") for name in names):
        raise FileProblem(Problem(Code.MACROS))
    sheets = sum(name.startswith("xl/worksheets/") and name.endswith(".xml") for name in names)
    if sheets > MAX_SHEETS:
        raise FileProblem(Problem(Code.TOO_MANY_SHEETS, found=str(sheets), expected=str(MAX_SHEETS)))
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MAX_UNPACKED:
        raise too_far(unpacked)


def measure_xls(content: bytes) -> None:
    """An OLE file that holds a workbook without macros. Raises FileProblem ENCRYPTED, MACROS or WRONG_TYPE."""
    if _ENCRYPTED_PACKAGE in content:
        raise FileProblem(Problem(Code.ENCRYPTED))
    if not any(name in content for name in _BOOKS):
        kind = next((kind for name, kind in _OTHERS if name in content), "OLE")
        raise FileProblem(Problem(Code.WRONG_TYPE, found=kind, expected=EXPECTED))
    if _MACROS in content:
        raise FileProblem(Problem(Code.MACROS))


def broken(what: str) -> FileProblem:
    """The refusal of a workbook that is not whole."""
    return FileProblem(Problem(Code.BROKEN_WORKBOOK, found=what))


def too_far(size: int) -> FileProblem:
    """The refusal of a file that would unpack to more than any list of people needs."""
    return FileProblem(Problem(Code.UNPACKS_TOO_FAR, found=f"{-(-size // (1 << 20))} MiB", expected=f"{MAX_UNPACKED >> 20} MiB"))
