"""The accounts to which lines of a credited filing went, and those to which the rules send them with the birth date that is known now."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple

from contributions.enums import LineState
from contributions.models import CorrectionLine
from contributions.selectors.recompute import Line
from kwsp_portal.common import money
from kwsp_portal.common.refusal import Refusal
from members.ledger import chart, taking
from members.ledger.enums import EntryKind, HolderKind
from members.rules import accounts, allocation, replacing
from members.selectors.replacing import Act as Key
from members.selectors.replacing import counted_by

SUSPENSE: Final = "SUSPENSE"
_ORDER: Final = (*chart.codes(HolderKind.MEMBER), SUSPENSE)
Sen = Mapping[str, int]
"""By code of the account; SUSPENSE is the employer's."""
Act = tuple[date, int, int]
"""The day on which something was booked, its sum in sen, less than nothing for what was taken back, and what of it was put back of a withdrawal."""


class Division(NamedTuple):
    """`stands`: where the money of a line went, its corrections included. `again`: where the same acts go by the rules; `now`: with what is
    still to be corrected, as if it were booked on the day asked for."""

    stands: Sen
    again: Sen
    now: Sen

    @property
    def differs(self) -> bool:
        return self.stands != self.again


NOTHING: Final = Division({}, {}, {})
"""Of a line that is not credited."""


def of(lines: Sequence[Line], *, as_at: date) -> dict[int, Division]:
    """By row. Six queries for any number of lines; what is not credited is not there."""
    rows = [line.row_id for line in lines]
    went, booked = taking.credited_by(EntryKind.CONTRIBUTION, rows), taking.booked_by(EntryKind.CONTRIBUTION, rows)
    row_of = dict(CorrectionLine.objects.filter(row__in=rows, state=LineState.POSTED).order_by("pk").values_list("pk", "row_id"))
    more, later = taking.credited_by(EntryKind.CORRECTION, list(row_of)), taking.booked_by(EntryKind.CORRECTION, list(row_of))
    counted = counted_by({EntryKind.CONTRIBUTION: rows, EntryKind.CORRECTION: list(row_of)})
    stands = {row: _by_code(amounts) for row, amounts in went.items()}
    acts: dict[int, list[Act]] = {
        row: [(booked[row], sum(amounts.values()), _counted(counted, EntryKind.CONTRIBUTION, row))] for row, amounts in went.items()
    }
    for line_id, row in row_of.items():
        amounts = more.get(line_id, {})
        stands[row] = _together(stands.get(row, {}), _by_code(amounts))
        of_it = _counted(counted, EntryKind.CORRECTION, line_id)
        acts.setdefault(row, []).extend([(later[line_id], sum(amounts.values()), of_it)] if line_id in later else [])
    return {line.row_id: _division(line, stands[line.row_id], acts[line.row_id], as_at) for line in lines if line.row_id in stands}


def _division(line: Line, stands: Sen, acts: Sequence[Act], as_at: date) -> Division:
    born = line.facts.birth_date
    missing = money.to_sen(line.now.total - line.stands.total) if line.now else 0
    return Division(_in_order(stands), _posted(acts, born), _posted([*acts, (as_at, missing, 0)], born))


def _posted(acts: Iterable[Act], born: date) -> Sen:
    """What crediting and correcting do with these sums, one after another."""
    pots: dict[str, int] = {}
    for on, sen, counted in acts:
        if sen > 0:
            pots = _together(pots, _split(sen, counted, born, on))
        elif sen < 0:
            stands: dict[str, int] = {}
            for code, found in pots.items():
                stands = _together(stands, {_now_on(code, born, on): found})
            taken = allocation.taken_back(-sen, {code: found for code, found in stands.items() if found > 0})
            pots = _together(pots, {code: -part for code, part in taken.items()})
    return _in_order(pots)


def _counted(counted: Mapping[Key, Mapping[int, int]], kind: EntryKind, ref: int) -> int:
    return sum(counted.get((kind.value, ref), {}).values())


def _split(sen: int, counted: int, born: date, on: date) -> Sen:
    try:
        return {account.value: part for account, part in replacing.split_sen(sen, counted, born, on)}
    except Refusal:
        return {SUSPENSE: sen}


def _now_on(code: str, born: date, on: date) -> str:
    return code if code == SUSPENSE else accounts.standing(code, birth_date=born, on=on).value


def _by_code(amounts: Mapping[taking.Key, int]) -> Sen:
    return {code: sen for (_kind, _holder, code), sen in amounts.items()}


def _together(one: Sen, other: Sen) -> dict[str, int]:
    return {code: one.get(code, 0) + other.get(code, 0) for code in {**one, **other}}


def _in_order(amounts: Sen) -> dict[str, int]:
    return {code: amounts[code] for code in _ORDER if amounts.get(code)}
