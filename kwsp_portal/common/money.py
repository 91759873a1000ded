"""Money: ringgit as `Decimal` in Python, whole sen as `int` where money is stored. Every rounding of the portal lives here.

Rounding is a rule of law, so each one has the name the law uses (house style 19). No binary floating point comes near it.
"""

import re
from collections.abc import Hashable, Iterable, Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import ceil
from typing import Final, Generic, TypeVar

K = TypeVar("K", bound=Hashable)

SEN: Final = Decimal("0.01")
ZERO: Final = Decimal("0.00")
LONGEST_WHOLE_PART: Final = 13
"""Digits before the decimal point that `ringgit` accepts: any sum of sen then fits a bigint column with room to spare."""

_PLAIN = re.compile(rf"[0-9]{{1,{LONGEST_WHOLE_PART}}}(?:\.[0-9]{{1,2}})?", re.ASCII)
# Why a text was refused, from the most telling reason to the least.
_REASONS: Final = (
    ("EMPTY", re.compile(r"\s*", re.ASCII)),
    ("FORMULA", re.compile(r"=.*", re.DOTALL)),
    ("NEGATIVE", re.compile(r"-[0-9]+(?:\.[0-9]*)?", re.ASCII)),
    ("TOO_MANY_DECIMALS", re.compile(r"[0-9]+\.[0-9]{3,}", re.ASCII)),
    ("TOO_LARGE", re.compile(r"[0-9]+(?:\.[0-9]*)?", re.ASCII)),
    ("GROUPED", re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?", re.ASCII)),
)


whole_ringgit_up: Final = ceil
"""`up_to_ringgit` as a whole number, without a call more: rows are looked up and compared by it."""


class MoneyError(ValueError):
    """A text or number that is not an amount of money; `code` says why, `found` what was there (cut at 40 characters).

    Codes: EMPTY, FORMULA (starts with `=`), NEGATIVE, TOO_MANY_DECIMALS, TOO_LARGE, GROUPED (thousands separators),
    NOT_PLAIN (anything else: NaN, 1e5, signs, blanks, digits of other scripts).
    """

    def __init__(self, code: str, found: str) -> None:
        self.code = code
        self.found = found[:40]
        super().__init__(f"{code}: {self.found!r} is not an amount in ringgit")


def ringgit(text: str) -> Decimal:
    """The amount that `text` states: ASCII digits, then at most a point and one or two digits (ruling 14a).

    Answers with two decimals. Raises MoneyError: `Decimal(text)` alone would take NaN, 1e5 and full-width digits.
    """
    if _PLAIN.fullmatch(text) is None:
        raise MoneyError(_reason(text), text)
    amount = Decimal(text)
    return amount if text[-3:-2] == "." else amount.quantize(SEN)


def _reason(text: str) -> str:
    for code, pattern in _REASONS:
        if pattern.fullmatch(text):
            if code == "TOO_LARGE" and len(text.partition(".")[0]) <= LONGEST_WHOLE_PART:
                continue
            return code
    return "NOT_PLAIN"


def to_sen(amount: Decimal) -> int:
    """Whole sen of an amount in ringgit, either sign. Raises MoneyError for part of a sen, NaN and infinity."""
    try:
        exact = amount * 100
        sen = int(exact)
    except (ArithmeticError, ValueError) as error:
        raise MoneyError("NOT_PLAIN", str(amount)) from error
    if sen != exact:
        raise MoneyError("TOO_MANY_DECIMALS", str(amount))
    return sen


def from_sen(sen: int) -> Decimal:
    """Ringgit with two decimals, so that `str()` of it is what the API states (`756.00`)."""
    return SEN * sen


_CENTS: Final = tuple(f".{cents:02d}" for cents in range(100))


def each_in_full(sen: Iterable[int]) -> list[str]:
    """`str(from_sen(...))` of amounts of which none is negative, in a tenth of the time: notices are told by the hundred thousand."""
    return [f"{one // 100}{_CENTS[one % 100]}" for one in sen]


def in_full(amount: Decimal) -> str:
    """`f"{amount:.2f}"`, in a quarter of the time where the amount has two decimals already, as nearly every one has."""
    text = str(amount)
    return text if text[-3:-2] == "." else f"{amount:.2f}"


def round_sen(amount: Decimal) -> Decimal:
    """The nearest sen, half a sen away from zero: dividends, and figures shown in an explanation."""
    return amount.quantize(SEN, ROUND_HALF_UP)


def down_to_sen(amount: Decimal) -> Decimal:
    """The sen at or below: a cap that is never exceeded by part of a sen. It also names a mistake seen in files."""
    return amount.quantize(SEN, ROUND_FLOOR)


def up_to_ringgit(amount: Decimal) -> Decimal:
    """The ringgit at or above, with two decimals: "digenapkan kepada ringgit berikutnya" (seed 001)."""
    return amount.to_integral_value(ROUND_CEILING) + ZERO


def fraction_up_to_ringgit(amount: Fraction) -> Decimal:
    """`up_to_ringgit` of an amount that no decimal holds exactly, such as so many days of a year."""
    return ratio_up_to_ringgit(amount.numerator, amount.denominator)


def ratio_up_to_ringgit(above: int, below: int) -> Decimal:
    """`fraction_up_to_ringgit` of `above / below`, in lowest terms or not: a batch that needs no fraction makes none."""
    return from_sen(-(-above // below) * 100)


def fraction_to_sen(amount: Fraction) -> Decimal:
    """`round_sen` of such an amount, which is not negative."""
    return ratio_to_sen(amount.numerator, amount.denominator)


def ratio_to_sen(above: int, below: int) -> Decimal:
    """`fraction_to_sen` of `above / below`, in lowest terms or not."""
    return from_sen((above * 200 + below) // (below * 2))


def fraction_shown(amount: Fraction) -> Decimal:
    """Such an amount to a hundredth of a sen, up: for showing only, so that what is rounded up to the ringgit never looks whole."""
    return Decimal(ceil(amount * 10_000)).scaleb(-4)


def down_to_ringgit(amount: Decimal) -> Decimal:
    """The ringgit at or below, with two decimals. Never the law's: it names a mistake seen in files."""
    return amount.to_integral_value(ROUND_FLOOR) + ZERO


def nearest_ringgit(amount: Decimal) -> Decimal:
    """The nearest ringgit, half up, with two decimals. Never the law's: it names a mistake seen in files."""
    return amount.to_integral_value(ROUND_HALF_UP) + ZERO


class Division(Generic[K]):
    """Shares that a whole is divided by, checked once and used many times.

    Each part is rounded down to the sen and the remainder given to `remainder_to`: parts are made from the whole, so they always add up to
    it (house style 20) and none is negative. Raises ValueError if the shares do not add up to 1, if one is negative, or
    if `remainder_to` has none.
    """

    __slots__ = ("_ratios", "remainder_to")

    def __init__(self, shares: Mapping[K, Decimal], remainder_to: K) -> None:
        if sum(shares.values()) != 1 or min(shares.values()) < 0:
            raise ValueError(f"shares must be at least 0 and add up to 1, found {dict(shares)}")
        if remainder_to not in shares:
            raise ValueError(f"the remainder goes to {remainder_to!r}, which has no share")
        self._ratios = tuple((key, *share.as_integer_ratio()) for key, share in shares.items())
        self.remainder_to = remainder_to

    def split_sen(self, total_sen: int) -> dict[K, int]:
        """The parts of a whole number of sen, in the order of the shares. Raises MoneyError if it is negative."""
        if total_sen < 0:
            raise MoneyError("NEGATIVE", str(from_sen(total_sen)))
        parts = {key: total_sen * above // below for key, above, below in self._ratios}
        parts[self.remainder_to] += total_sen - sum(parts.values())
        return parts


def split(total: Decimal, shares: Mapping[K, Decimal], remainder_to: K) -> dict[K, Decimal]:
    """`total` in parts by `shares`, as `Division` makes them. Raises also MoneyError if the total holds part of a sen."""
    parts = Division(shares, remainder_to).split_sen(to_sen(total))
    return {key: from_sen(sen) for key, sen in parts.items()}
