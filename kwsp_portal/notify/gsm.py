"""What an SMS may hold: GSM 03.38's alphabet of 7 bits, or UCS-2 where a sign is outside it; how many parts a text takes."""

import unicodedata
from typing import Final, NamedTuple

_ALPHABET: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_ESCAPED: Final = frozenset("^{}\\[~]|€")
_SINGLE_7BIT, _JOINED_7BIT, _SINGLE_UCS2, _JOINED_UCS2 = 160, 153, 70, 67

# Signs of typesetting that have a plain twin in the alphabet: one of them would cost the whole text its seven bits.
_PLAIN: Final = str.maketrans(
    {
        "\u00a0": " ",
        "\u202f": " ",
        "\u2009": " ",
        "–": "-",
        "—": "-",
        "‑": "-",
        "−": "-",
        "‘": "'",
        "’": "'",
        "“": '"',
        "”": '"',
        "…": "...",
        "•": "*",
    }
)
_INVISIBLE: Final = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})


class Size(NamedTuple):
    """The coding of a text, its length in units of that coding, and the number of short messages it goes out as."""

    coding: str
    units: int
    parts: int


def size(text: str) -> Size:
    """How a text goes out. A sign of the extension table takes two septets and is never cut in two, nor is a pair of UTF-16."""
    if all(sign in _ALPHABET or sign in _ESCAPED for sign in text):
        lengths = [2 if sign in _ESCAPED else 1 for sign in text]
        return Size("GSM-7", sum(lengths), _parts(lengths, _SINGLE_7BIT, _JOINED_7BIT))
    lengths = [len(sign.encode("utf-16-be")) // 2 for sign in text]
    return Size("UCS-2", sum(lengths), _parts(lengths, _SINGLE_UCS2, _JOINED_UCS2))


def _parts(lengths: list[int], single: int, joined: int) -> int:
    if sum(lengths) <= single:
        return 1
    parts, filled = 1, 0
    for length in lengths:
        if filled + length > joined:
            parts, filled = parts + 1, 0
        filled += length
    return parts


def plain(text: str) -> str:
    """The text with plain twins of typeset signs, so that Malay and English fit seven bits."""
    return text.translate(_PLAIN)


def one_line(text: str) -> str:
    """What came from somebody (a name, an employer's) as harmless part of a line.

    Signs of one look are made one (NFKC); control signs, direction marks and line breaks become blanks: nobody's name ends our line and
    begins one of its own, such as the last line that binds a code to an address.
    """
    text = unicodedata.normalize("NFKC", text)
    return " ".join("".join(" " if unicodedata.category(sign) in _INVISIBLE else sign for sign in text).split())
