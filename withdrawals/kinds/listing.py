"""The public list of kinds and the officers' checklist, made from the kinds: what each takes, of whom, how, and with which papers, on a day.

Words: withdrawals/labels.py (KINDS, FOR_WHAT, HOW_MUCH, NOTES) and withdrawals/explanations.py (`condition_words`).
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final, NamedTuple

from members.enums import Citizenship, IdentityKind, Religion, SubAccount
from withdrawals.enums import Channel, DocumentCode, KindCode, Payee
from withdrawals.facts import Facts
from withdrawals.kinds import KINDS, OF
from withdrawals.kinds.base import Condition, Document, Kind

_SAMPLE_AGE: Final = 52


class Checklist(NamedTuple):
    """Papers of a kind at the counter, with MyKad and without, and by post; `required` False is "where it applies"."""

    with_mykad: tuple[Document, ...]
    without_mykad: tuple[Document, ...]
    by_post: tuple[Document, ...]


class Entry(NamedTuple):
    """A kind as the public list shows it on a day. `opens`: the day from which it is open, None where it is open now or no day is known."""

    kind: Kind
    is_open: bool
    opens: date | None
    accounts: tuple[SubAccount, ...]
    conditions: tuple[Condition, ...]
    channels: tuple[Channel, ...]
    payees: tuple[Payee, ...]
    checklist: Checklist
    charter_days: int | None


def entries(on: date) -> list[Entry]:
    """Every kind, in the order of the form. One that is not open has its words and no figures."""
    return [entry(kind.code, on) for kind in KINDS]


def entry(code: KindCode, on: date) -> Entry:
    """A kind on a day."""
    kind = OF[code]
    if not kind.open_on(on):
        opens = kind.opens(on)
        return Entry(kind, False, opens, (), (), (), (), Checklist((), (), ()), None)
    somebody = _somebody(code, on)
    return Entry(
        kind=kind,
        is_open=True,
        opens=None,
        accounts=tuple(kind.accounts(on)),
        conditions=tuple(condition for condition in kind.conditions if condition.stands(on)),
        channels=tuple(sorted(kind.channels(somebody))),
        payees=tuple(kind.payees(somebody)),
        checklist=checklist(code, on),
        charter_days=kind.charter_days(on),
    )


def checklist(code: KindCode, on: date) -> Checklist:
    """The papers of a kind, whatever the member has said: those of an answer not given stand there as "where it applies"."""
    at_counter = replace(_somebody(code, on), channel=Channel.COUNTER)
    documents = OF[code].documents
    return Checklist(
        tuple(documents(at_counter)),
        tuple(documents(replace(at_counter, identity_kind=IdentityKind.PASSPORT))),
        tuple(documents(replace(at_counter, channel=Channel.POST))) if Channel.POST in OF[code].channels(at_counter) else (),
    )


def codes(code: KindCode, on: date) -> list[DocumentCode]:
    """Every paper of a kind by whatever way it comes in, once each, in the order of the checklists."""
    return list(dict.fromkeys(document.code for papers in checklist(code, on) for document in papers))


def applicable(kinds: Sequence[Kind], on: date) -> list[Kind]:
    """The kinds that can be applied for on a day."""
    return [kind for kind in kinds if kind.open_on(on)]


def _somebody(code: KindCode, on: date) -> Facts:
    """A citizen of no age that closes a kind, who has said nothing yet."""
    return Facts(
        kind=code,
        on=on,
        channel=Channel.ONLINE,
        birth_date=date(on.year - _SAMPLE_AGE, 1, 1),
        citizenship=Citizenship.CITIZEN,
        identity_kind=IdentityKind.MYKAD,
        religion=Religion.UNKNOWN,
        member_since=date(on.year - 20, 1, 1),
    )
