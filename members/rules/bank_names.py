"""Whether a bank's name of an account's holder is the member's (seed 004: the account is in the member's own name, no joint or company account).

Names agree whatever the blanks, signs and titles, the usual ways to write BIN/BINTI, A/L, A/P, MUHAMMAD and ABDUL. Where a name says whose child its
owner is, the own name and the father's agree each by itself: AHMAD BIN ALI is not ALI BIN AHMAD, nor AHMAD BINTI ALI. Where neither says it, the
order does not matter. A bank that cuts names off agrees with what it kept, at the widths where banks cut. Near are two spellings that differ by a
letter or two, the same words in another order, or a name with a part left out: a person looks at those.
"""

import re
import unicodedata
from typing import Final, NamedTuple

from members.enums import NameMatch

_SON: Final = r"ANAK LELAKI|BIN|B|A ?/ ?L|S ?/ ?O"
_DAUGHTER: Final = r"ANAK PEREMPUAN|BINTI|BINTE|BTE|BT|A ?/ ?P|D ?/ ?O"
_PARTICLES: Final = re.compile(rf"\b(?:(?P<son>{_SON})|(?P<daughter>{_DAUGHTER})|(?P<child>ANAK|AK|A ?/ ?K))\b\.?")
_NOT_LETTERS: Final = re.compile(r"[^A-Z0-9]+")
# fmt: off
_TITLES: Final = frozenset({
    "ENCIK", "EN", "TUAN", "PUAN", "PN", "CIK", "MR", "MRS", "MS", "MISS", "MDM", "MADAM", "DR", "PROF", "IR", "HAJI", "HJ", "HAJAH", "HAJJAH", "HJH",
    "DATO", "DATIN", "DATUK", "TUN", "SERI", "SRI",
})
_MUHAMMAD: Final = (
    "MOHD", "MOHAMAD", "MOHAMED", "MOHAMMED", "MOHAMMAD", "MUHAMAD", "MUHAMED", "MUHAMMED", "MUHD", "MUH", "MOH", "MD", "MHD",
)
# fmt: on
_SPELLINGS: Final = {**dict.fromkeys(_MUHAMMAD, "MUHAMMAD"), "ABD": "ABDUL", "ABDOL": "ABDUL"}
CUT_AT: Final = frozenset({20, 40})
"""The signs that a bank keeps which cuts names: older systems' 20, SDBA's 40."""
SHORTEST_NEAR: Final = 6


class _Name(NamedTuple):
    """The words of a name before and behind `kin` ("son", "daughter", "child", or "" where it is not told: all words are `own` then)."""

    own: list[str]
    kin: str
    father: list[str]

    @property
    def words(self) -> list[str]:
        return self.own + self.father


def compare(ours: str, theirs: str) -> NameMatch:
    """FULL, NEAR or NONE. A name without a letter agrees with none."""
    best, cut = NameMatch.NONE, len(theirs.strip()) in CUT_AT
    for one in _readings(ours):
        for other in _readings(theirs):
            found = _compare(one, other, cut=cut)
            if found is NameMatch.FULL:
                return found
            best = found if found is NameMatch.NEAR else best
    return best


def _readings(name: str) -> list[_Name]:
    """A name as it is written; YUSOF, AMINAH as AMINAH YUSOF, too; where an alias is told (@, ALIAS), each of the names with what follows both."""
    folded = "".join(sign for sign in unicodedata.normalize("NFKD", name).upper() if not unicodedata.combining(sign))
    first, *others = re.split(r"@|\bALIAS\b", folded)
    if others:
        # NURUL @ SITI BINTI OSMAN: the father's name stands behind the last alias and belongs to each.
        kin = _PARTICLES.search(others[-1])
        return [_name(folded), _name(first + (others[-1][kin.start() :] if kin else "")), _name(others[-1])]
    family, comma, given = folded.partition(",")
    return [_name(folded), _name(f"{given} {family}")] if comma else [_name(folded)]


def _name(text: str) -> _Name:
    bare = text.replace("'", "").replace("’", "")
    found = _PARTICLES.search(bare)
    if found is None or not _words(bare[: found.start()]) or not _words(bare[found.end() :]):
        return _Name(_words(bare) or _as_written(bare), "", [])
    return _Name(_words(bare[: found.start()]), found.lastgroup or "", _words(bare[found.end() :]))


def _words(text: str) -> list[str]:
    """Without particles and titles, unless nothing else is there."""
    words = [word for word in _NOT_LETTERS.split(_PARTICLES.sub(" ", text)) if word]
    return [_SPELLINGS.get(word, word) for word in words if word not in _TITLES] or words


def _as_written(text: str) -> list[str]:
    return [word for word in _NOT_LETTERS.split(text) if word]


def _compare(ours: _Name, theirs: _Name, *, cut: bool) -> NameMatch:
    one, other = "".join(ours.words), "".join(theirs.words)
    if not one or not other:
        return NameMatch.NONE
    if _agree(ours, theirs) or (cut and one.startswith(other) and not _told_apart(ours.kin, theirs.kin)):
        return NameMatch.FULL
    shorter, longer = sorted((ours.words, theirs.words), key=len)
    left_out = len(shorter) > 1 and all(longer.count(word) >= shorter.count(word) for word in shorter)
    spelled = min(_distance(one, other), _distance("".join(sorted(ours.words)), "".join(sorted(theirs.words))))
    near = min(len(one), len(other)) >= SHORTEST_NEAR and spelled <= (1 if len(one) < 2 * SHORTEST_NEAR else 2)
    return NameMatch.NEAR if left_out or near or _begun(one, other) else NameMatch.NONE


def _agree(ours: _Name, theirs: _Name) -> bool:
    if _told_apart(ours.kin, theirs.kin):
        return False
    if ours.kin and theirs.kin:
        return _same(ours.own, theirs.own) and _same(ours.father, theirs.father)
    if ours.kin or theirs.kin:
        return "".join(ours.words) == "".join(theirs.words)
    return _same(ours.words, theirs.words)


def _same(one: list[str], other: list[str]) -> bool:
    return "".join(one) == "".join(other) or sorted(one) == sorted(other)


def _told_apart(one: str, other: str) -> bool:
    return {one, other} == {"son", "daughter"}


def _begun(one: str, other: str) -> bool:
    """Whether the bank's name is a long beginning of ours."""
    return len(other) >= min(CUT_AT) - 4 and one.startswith(other)


def _distance(one: str, other: str) -> int:
    """How many letters must be put in, left out, changed or swapped with a neighbour."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, start=1):
        earlier, before, row = before, row, [at]
        for place, sign in enumerate(other, start=1):
            cost = min(before[place] + 1, row[-1] + 1, before[place - 1] + (letter != sign))
            if at > 1 and place > 1 and letter == other[place - 2] and one[at - 2] == sign:
                cost = min(cost, earlier[place - 2] + 1)
            row.append(cost)
    return row[-1]
