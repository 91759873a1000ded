"""Amounts as people and spreadsheets write them: `RM 1,234.50`, `1.234,50`, `6250.0000000001`. Read only where one reading fits."""

import re
from typing import Final, NamedTuple

from contributions.borang_a.assumed import Taken

_CURRENCY: Final = re.compile(r"(?:RM|MYR)[ \u00a0]?", re.IGNORECASE)
_THOUSANDS: Final = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]{1,2})?")
_BLANKS: Final = re.compile(r"[0-9]{1,3}(?:[ \u00a0\u202f][0-9]{3})+(?:[.,][0-9]{1,2})?")
_ONE_GROUP: Final = re.compile(r"[0-9]{1,3},[0-9]{3}")
_COMMA: Final = re.compile(r"[0-9]+,[0-9]{1,2}")
_POINTS: Final = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3}){2,}")
_POINTS_AND_COMMA: Final = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]{1,2}")
_ONE_POINT: Final = re.compile(r"[0-9]{1,3}\.[0-9]{3}")
_ENDS: Final = re.compile(r"[0-9]{1,13}\.[0-9]{2}0+")

# The same in a file of text, where a separator, a quotation mark or the end of the line stands on either side.
_IN_TEXT: Final = re.compile(rb"(?:^|[;\t\"])[ ]*(?:RM ?)?[0-9][0-9.]*,[0-9]{1,2}[ ]*(?=[;\t\"\r\n]|$)")
_IN_QUOTES: Final = re.compile(rb"\"[ ]*(?:RM ?)?[0-9][0-9.]*,[0-9]{1,2}[ ]*\"")


class Amount(NamedTuple):
    """An amount as plain digits with a point, and what had to be assumed to read it so."""

    plain: str
    taken: tuple[Taken, ...]


class TwoReadings(Exception):
    """A text that two amounts fit, both as plain digits."""

    def __init__(self, one: str, other: str) -> None:
        self.one, self.other = one, other
        super().__init__(one, other)


def cleaned(text: str, *, decimal_comma: bool) -> Amount | None:
    """The one amount that a text states which is not plain digits; None for what is no amount. `decimal_comma`: the file has amounts that can
    only be read with a comma before the sen.

    An amount has at most two decimals, so `1,234` is thousands where the point stands before the sen, as in Malaysia. Raises TwoReadings for
    `1,234` and `1.234` in a file that also writes `1234,50`.
    """
    plain = _CURRENCY.sub("", text, count=1) if _CURRENCY.match(text) else text
    taken = [] if plain == text else [Taken.RINGGIT]
    if decimal_comma and (_ONE_GROUP.fullmatch(plain) or _ONE_POINT.fullmatch(plain)):
        raise TwoReadings(plain.replace(",", "").replace(".", ""), plain.replace(",", "."))
    if _THOUSANDS.fullmatch(plain):
        return Amount(plain.replace(",", ""), (*taken, Taken.THOUSANDS))
    if _COMMA.fullmatch(plain):
        return Amount(plain.replace(",", "."), (*taken, Taken.DECIMAL_COMMA))
    if _POINTS.fullmatch(plain):
        return Amount(plain.replace(".", ""), (*taken, Taken.THOUSANDS))
    if _POINTS_AND_COMMA.fullmatch(plain):
        return Amount(plain.replace(".", "").replace(",", "."), (*taken, Taken.THOUSANDS, Taken.DECIMAL_COMMA))
    if _BLANKS.fullmatch(plain):
        joined = re.sub(r"[ \u00a0\u202f]", "", plain)
        return Amount(joined.replace(",", "."), (*taken, Taken.THOUSANDS, *([Taken.DECIMAL_COMMA] if "," in joined else [])))
    if _ENDS.fullmatch(plain):
        whole, _point, sen = plain.partition(".")
        return Amount(f"{whole}.{sen[:2]}", (*taken, Taken.FLOATS))
    return Amount(plain, tuple(taken)) if taken and plain[:1].isdigit() else None


def has_decimal_comma(text: str) -> bool:
    """Whether a text can only be an amount with a comma before the sen."""
    return "," in text and bool(_COMMA.fullmatch(plain := _CURRENCY.sub("", text.strip(), count=1)) or _POINTS_AND_COMMA.fullmatch(plain))


def text_has_decimal_comma(content: bytes, separator: str) -> bool:
    """Whether any cell of a file of text can only be an amount with a comma before the sen."""
    return (_IN_QUOTES if separator == "," else _IN_TEXT).search(content) is not None
