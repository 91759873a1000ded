"""What a kind asks of the member: which questions stand after the answers so far, and what is wrong with the answers."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from kwsp_portal.common.refusal import Refusal
from withdrawals.kinds.base import Kind, Particular, Sort
from withdrawals.rules import said

_KEPT: Final[Mapping[Sort, Callable[[Particular, Any], bool]]] = {
    Sort.MONEY: lambda asked, found: said.amount({asked.name: found}, asked.name) is not None,
    Sort.DAY: lambda asked, found: said.day({asked.name: found}, asked.name) is not None,
    Sort.COUNT: lambda asked, found: said.count({asked.name: found}, asked.name) is not None,
    Sort.YES: lambda _asked, found: isinstance(found, bool),
    Sort.CHOICE: lambda asked, found: found in asked.choices,
    Sort.TEXT: lambda asked, found: isinstance(found, str) and bool(found.strip()) and len(found) <= asked.longest,
}
"""Whether a value is in the form in which its sort is kept."""


def asked_of(kind: Kind, answers: Mapping[str, Any], *, page: int | None = None) -> list[Particular]:
    """The questions that stand after the answers so far, in order; of one page of the guide, or of all."""
    return [one for one in kind.particulars if page in (None, one.page) and (one.when is None or one.when(answers))]


def pages(kind: Kind, answers: Mapping[str, Any]) -> list[int]:
    """The pages of the guide on which anything is asked after the answers so far."""
    return sorted({one.page for one in asked_of(kind, answers)})


def needed(kind: Kind, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers to the questions that stand: what was answered before another answer made it idle is left out."""
    return {one.name: answers[one.name] for one in asked_of(kind, answers) if answers.get(one.name) not in (None, "")}


def faults(kind: Kind, answers: Mapping[str, Any]) -> Iterator[Refusal]:
    """PARTICULAR_MISSING and PARTICULAR_WRONG, one for each question that stands without an answer, or with one of another form."""
    for one in asked_of(kind, answers):
        found = answers.get(one.name)
        if found in (None, ""):
            if one.required:
                yield Refusal("PARTICULAR_MISSING", kind.source, {"kind": kind.code.value, "name": one.name})
        elif not _KEPT[one.sort](one, found):
            yield Refusal("PARTICULAR_WRONG", kind.source, {"kind": kind.code.value, "name": one.name, "found": str(found)[:40]})
