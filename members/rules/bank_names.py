"""Whether a bank's name of an account's holder is the member's (seed 004: the account is in the member's own name, no joint or company account).

Names agree whatever the order, blanks, signs and titles, BIN/BINTI, A/L, A/P, and the usual ways to write MUHAMMAD and ABDUL; a bank that cuts names
off agrees with what it kept. Near are two spellings that differ by a letter or two, or a name with a part left out: a person looks at those.
"""

import re
import unicodedata
from typing import Final

from members.enums import NameMatch

_PARTICLES: Final = re.compile(r"\b(?:BINTI|BINTE|BTE|BIN|BT|B|ANAK LELAKI|ANAK PEREMPUAN|ANAK|AK|A ?/ ?[LPK]|[SD] ?/ ?O)\b\.?")
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
CUT_FROM: Final = 20
"""A bank that cuts names keeps at least so many signs (SDBA's 40, older systems' 20)."""
SHORTEST_NEAR: Final = 6


def compare(ours: str, theirs: str) -> NameMatch:
    """FULL, NEAR or NONE. A name without a letter agrees with none."""
    best, cut = NameMatch.NONE, len(theirs.strip()) >= CUT_FROM
    for one in _readings(ours):
        for other in _readings(theirs):
            found = _compare(one, other, cut=cut)
            if found is NameMatch.FULL:
                return found
            best = found if found is NameMatch.NEAR else best
    return best


def _readings(name: str) -> list[list[str]]:
    """The words of a name; where an alias is told (@, ALIAS), the whole, and each of the names alone with what follows both."""
    folded = "".join(sign for sign in unicodedata.normalize("NFKD", name).upper() if not unicodedata.combining(sign))
    first, *others = re.split(r"@|\bALIAS\b", folded)
    if not others:
        return [_words(folded)]
    # NURUL @ SITI BINTI OSMAN: the father's name stands behind the last alias and belongs to each.
    parents = _PARTICLES.split(others[-1], maxsplit=1)
    father = f" BIN {parents[1]}" if len(parents) > 1 else ""
    return [_words(folded), _words(first + father), _words(others[-1])]


def _words(text: str) -> list[str]:
    bare = _PARTICLES.sub(" ", text.replace("'", "").replace("’", ""))
    words = [word for word in _NOT_LETTERS.split(bare) if word] or [word for word in _NOT_LETTERS.split(text) if word]
    untitled = [_SPELLINGS.get(word, word) for word in words if word not in _TITLES]
    return untitled or words


def _compare(ours: list[str], theirs: list[str], *, cut: bool) -> NameMatch:
    one, other = "".join(ours), "".join(theirs)
    if not one or not other:
        return NameMatch.NONE
    if one == other or sorted(ours) == sorted(theirs) or (cut and one.startswith(other)):
        return NameMatch.FULL
    shorter, longer = sorted((ours, theirs), key=len)
    left_out = len(shorter) > 1 and all(longer.count(word) >= shorter.count(word) for word in shorter)
    spelled = min(_distance(one, other), _distance("".join(sorted(ours)), "".join(sorted(theirs))))
    near = min(len(one), len(other)) >= SHORTEST_NEAR and spelled <= (1 if len(one) < 2 * SHORTEST_NEAR else 2)
    return NameMatch.NEAR if left_out or near else NameMatch.NONE


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
