"""What a file is, by its first bytes and never by its name."""

from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """The forms of Borang A that are read."""

    CSV = "CSV"
    XLSX = "XLSX"
    XLS = "XLS"
    SDBA = "SDBA"


EXPECTED: Final = ", ".join(Kind)
BLANK: Final = b" \t\r\n\xef\xbb\xbf"

SDBA_TITLE: Final = b"00EPF MONTHLY FORM A"
ZIP_BEGINNINGS: Final = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
OLE_BEGINNING: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# What people send by mistake. Longer beginnings come before the shorter ones they contain.
_OTHERS: Final = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"BM\x00", "BMP"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"\x1f\x8b", "GZIP"),
    (b"7z\xbc\xaf", "7Z"),
    (b"Rar!", "RAR"),
    (b"\x7fELF", "ELF"),
    (b"MZ", "EXE"),
    (b"{\\rtf", "RTF"),
    (b"<!doctype html", "HTML"),
    (b"<html", "HTML"),
    (b"<table", "HTML"),
    (b"<?xml", "XML"),
    (b"<", "XML"),
)
_LOOKED_AT: Final = 512
# Names of the parts that betray which program a ZIP is from, looked for in its list of contents, which stands uncompressed.
_ZIP_PARTS: Final = (
    (b"xl/workbook.bin", "XLSB"),
    (b"xl/", Kind.XLSX),
    (b"word/", "DOCX"),
    (b"ppt/", "PPTX"),
    (b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "ODS"),
    (b"mimetypeapplication/vnd.oasis", "ODF"),
)


def found_in(content: bytes) -> Kind | str:
    """The kind to read a file as; the name of another kind that its first bytes betray. What may be text with columns is CSV."""
    start = content[:_LOOKED_AT].lstrip(BLANK)
    if content.startswith(ZIP_BEGINNINGS):
        return next((kind for part, kind in _ZIP_PARTS if part in content), "ZIP")
    if content.startswith(OLE_BEGINNING):
        return Kind.XLS
    if start.startswith(SDBA_TITLE):
        return Kind.SDBA
    small = start.lower()
    return next((kind for beginning, kind in _OTHERS if start.startswith(beginning) or small.startswith(beginning)), Kind.CSV)


def is_blank(content: bytes) -> bool:
    """Whether a file holds nothing but blanks; most are known not to by their first bytes."""
    return not content[:_LOOKED_AT].strip(BLANK) and not content.strip(BLANK)
