"""The demo register's words in both languages, side by side: it is a program of its own and shares no catalogue with the portal."""

from collections.abc import Mapping
from typing import Final

DEFAULT: Final = "ms"
LANGUAGES: Final = ("ms", "en")

_PAIRS: Final[Mapping[str, tuple[str, str]]] = {
    "register": ("Daftar Demo (JPN)", "Demo Register (JPN)"),
    "banner": ("Simulator. Semua orang di sini rekaan.", "Simulator. Everybody in it is made up."),
    "hint": (
        "Setiap nombor 12 angka dengan tarikh lahir yang wujud ada pemegangnya, sentiasa orang yang sama; yang berakhir 9999 tiada pemegang.",
        "Every number of 12 digits with a birth date that exists has a holder, always the same person; one that ends in 9999 has none.",
    ),
    "behaviour": ("Jawapan kepada soalan seterusnya", "Answer to the next questions"),
    "left": ("Untuk berapa soalan (kosong: seterusnya)", "For how many questions (blank: from now on)"),
    "asked": ("Soalan setakat ini", "Questions so far"),
    "save": ("Simpan", "Save"),
    "wrong": ("Pilih satu jawapan, dan nombor dari 1 hingga 1000 atau kosong.", "Choose an answer, and a number from 1 to 1000 or none."),
    "fault_NONE": ("Seperti biasa", "As usual"),
    "fault_LATE": ("Lewat", "Late"),
    "fault_SILENT": ("Senyap", "Silent"),
    "fault_REFUSED": ("Ditolak (503)", "Refused (503)"),
    "fault_NOT_FOUND": ("Tiada pemegang", "Nobody holds it"),
    "fault_ANOTHER_NAME": ("Nama lain", "Another name"),
    "fault_ANOTHER_BIRTH": ("Tarikh lahir lain", "Another birth date"),
    "fault_DEAD": ("Sudah meninggal dunia", "Dead"),
    "fault_GARBLED": ("Tidak boleh dibaca", "Unreadable"),
    "fault_REPEATED": ("Jawapan kepada soalan sebelumnya", "The answer to the question before"),
    "fault_BAD_SIGNATURE": ("Tandatangan palsu", "Forged signature"),
    "fault_OLD": ("Jawapan semalam", "An answer of yesterday"),
}


def of(language: str) -> dict[str, str]:
    """Every text in the language."""
    return {key: pair[LANGUAGES.index(language)] for key, pair in _PAIRS.items()}


def other(language: str) -> str:
    """The other of the two."""
    return LANGUAGES[1 - LANGUAGES.index(language)]
