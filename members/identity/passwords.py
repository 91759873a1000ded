"""What a password must be (ruling 29): 12 to 128 characters of any kind, not in the list of common ones, not made of the person's own data.

Length counts and composition does not; a sentence is the best one. Nothing is cut off and blanks count. The rules are asked where a password is
chosen, never where one is given: who has an older one signs in with it.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from functools import cache
from typing import Final

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from members.identity.models import User

SHORTEST: Final = 12
LONGEST: Final = 128
OWN_SHORTEST: Final = 4
"""Shorter pieces of own data (`bin`, a day of the month) stand in too many good passwords."""
LEFT_OVER: Final = 8
"""What must be left of a password when the own data is taken out: `Aminah1985!!` is not a password, a sentence with a name in it is."""


class Rule(StrEnum):
    """What a password must be, in the order in which it is said."""

    SHORTEST = "SHORTEST"
    LONGEST = "LONGEST"
    COMMON = "COMMON"
    OWN = "OWN"


WORDS: Final[dict[Rule, str | Promise]] = {
    Rule.SHORTEST: _("Sekurang-kurangnya 12 aksara"),
    Rule.LONGEST: _("Tidak melebihi 128 aksara"),
    Rule.COMMON: _("Bukan kata laluan yang biasa digunakan orang"),
    Rule.OWN: _("Bukan daripada maklumat anda sendiri (nama, ID Pengguna, nombor pengenalan, tarikh lahir, telefon)"),
}
"""Each as a rule, before anything is typed; it is ticked as it is met."""

MENDED: Final[dict[Rule, str | Promise]] = {
    Rule.SHORTEST: _("Kata laluan itu terlalu pendek: sekurang-kurangnya 12 aksara. Beberapa perkataan yang hanya anda fikirkan mudah diingat."),
    Rule.LONGEST: _("Kata laluan itu terlalu panjang: tidak melebihi 128 aksara."),
    Rule.COMMON: _("Kata laluan itu ada dalam senarai yang dicuba dahulu oleh pencuri. Pilih yang lain."),
    Rule.OWN: _("Kata laluan itu dibuat daripada maklumat anda sendiri, yang boleh diketahui orang lain. Pilih yang lain."),
}
"""What is wrong with one that was typed, and how to mend it."""

_BEFORE: Final = re.compile(r"\A[\W\d_]*")
_AFTER: Final = re.compile(r"[\W\d_]*\Z")
Source = Callable[[User], Iterable[str]]
_SOURCES: list[Source] = []


def of_own_data(source: Source) -> Source:
    """Decorates what knows pieces of a person's own data (apps above register theirs in work.py)."""
    if source not in _SOURCES:
        _SOURCES.append(source)
    return source


def own_data(user: User) -> frozenset[str]:
    """The pieces of the person's own data that no password is made of, without blanks and marks, in small letters."""
    return frozenset(piece for piece in _pieces(user) if len(piece) >= OWN_SHORTEST)


def broken(password: str, *, own: Iterable[str]) -> list[Rule]:
    """The rules that a password does not meet. `own` as `own_data` gives it, with the User ID that is being chosen."""
    found = []
    if len(password) < SHORTEST:
        found.append(Rule.SHORTEST)
    if len(password) > LONGEST:
        found.append(Rule.LONGEST)
    if _is_common(password):
        found.append(Rule.COMMON)
    if _is_own(password, own):
        found.append(Rule.OWN)
    return found


@cache
def listed() -> frozenset[str]:
    """Django's list of 20,000."""
    return frozenset(CommonPasswordValidator().passwords)


@cache
def common() -> frozenset[str]:
    """Of the list those that are long enough, 187; they are also what the page ticks by."""
    return frozenset(word for word in listed() if len(word) >= SHORTEST)


def simple(text: str) -> str:
    """Letters and digits alone, small and without accents: how two spellings of one thing are told to be one."""
    bare = unicodedata.normalize("NFKD", text).casefold()
    return re.sub(r"[\W_]", "", bare)


def _is_common(password: str) -> bool:
    """Also written twice, as `password1234password1234` is, or made long enough with figures and signs around it, as `Michael-2026!`: of the list
    itself the length leaves few, and these are what people make of the others (ASVS 5.0, 6.2.4: the top 3,000 that fit the policy)."""
    text = password.strip().lower()
    half = text[: len(text) // 2]
    return text in common() or (half * 2 == text and half in listed()) or _is_padded(text) or len(set(text)) == 1


def _is_padded(text: str) -> bool:
    """Whether a word of the list stands in it, half of it or more, with nothing but figures and signs before and after."""
    begin, end = _BEFORE.match(text), _AFTER.search(text)
    first, last = begin.end() if begin else 0, end.start() if end else len(text)
    pieces = (text[start:stop] for start in range(first + 1) for stop in range(max(last, start), len(text) + 1))
    return any(len(piece) * 2 >= len(text) and piece in listed() for piece in pieces)


def _is_own(password: str, own: Iterable[str]) -> bool:
    rest = text = simple(password)
    for piece in sorted(map(simple, own), key=len, reverse=True):
        if len(piece) >= OWN_SHORTEST:
            rest = rest.replace(piece, "")
    return rest != text and len(rest) < LEFT_OVER


def _pieces(user: User) -> Iterator[str]:
    yield from _of_name(user.name)
    yield simple(user.user_id)
    for source in _SOURCES:
        yield from map(simple, source(user))


def _of_name(name: str) -> Iterator[str]:
    yield simple(name)
    yield from map(simple, name.split())
