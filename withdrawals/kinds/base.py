"""What a kind of withdrawal is. Each module of this package makes one `KIND` of this type; nothing elsewhere asks which kind it has."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple, Protocol

from kwsp_portal.common.explain import Step
from kwsp_portal.common.rates import Law
from kwsp_portal.common.refusal import Refusal
from members.enums import ReplacementCause, SubAccount
from withdrawals.enums import Channel, DocumentCode, KindCode, Payee, StopReason
from withdrawals.facts import Facts


class Sort(StrEnum):
    """How a particular is asked and kept: MONEY as text with two decimals, DAY as ISO, COUNT as a whole number, YES as true or false."""

    MONEY = "MONEY"
    DAY = "DAY"
    COUNT = "COUNT"
    YES = "YES"
    CHOICE = "CHOICE"
    TEXT = "TEXT"


class Particular(NamedTuple):
    """One thing that the kind asks of the member. Words: withdrawals/labels.py, by `kind.code` and `name`. `page`: which page of the guide asks it
    (1, 2, …). `when`: asked only where the answers so far say so. `choices` are codes."""

    name: str
    sort: Sort
    page: int = 1
    required: bool = True
    choices: tuple[str, ...] = ()
    when: Callable[[Mapping[str, Any]], bool] | None = None
    longest: int = 120


class Document(NamedTuple):
    """A paper that the application needs, as the kind's `documents` gives it for these facts. `form`: KWSP's number of it, where it has one."""

    code: DocumentCode
    required: bool
    source: str
    form: str = ""


class Amount(NamedTuple):
    """The most and the least that may be asked, RM, and how that came: `most` is zero where nothing can be taken."""

    most: Decimal
    least: Decimal
    steps: tuple[Step, ...]


class Condition(NamedTuple):
    """`check` gives None where it is met, or where the answer it asks of the member is not given yet. `code` is that of its refusal; details carry
    what was found and expected; `until` (ISO day) where time alone mends it. `figures`: the numbers of law that its words for the public list name,
    as they are on a day; a figure `variant` chooses between wordings. `stands`: the days on which it is one at all. `source`: names of a rate file's
    sources (`kwsp_portal.common.rates.citations`)."""

    code: str
    check: Callable[[Facts], Refusal | None]
    source: str
    figures: Callable[[date], Mapping[str, str]] = lambda _on: {}
    stands: Callable[[date], bool] = lambda _on: True


class Charge(NamedTuple):
    """How much of which account, RM."""

    account: SubAccount
    amount: Decimal


class Subject(Protocol):
    """What an application is about, by what was said of it and by the number of who applies, where that is part of it."""

    def __call__(self, particulars: Mapping[str, Any], own: str = "", /) -> str: ...


def _nothing(_particulars: Mapping[str, Any], _own: str = "", /) -> str:
    return ""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """`laws`: the rate files it is asked of, whose editions a result names. `accounts`: from which it is taken, in order, as the law names them on a
    day (`kinds.accounts_of` says where their money stands for a member). `conditions` are all asked, so that a member reads every reason at once.
    `documents`: by the facts (with and without MyKad, self or another). `form` is KWSP's number, empty where there is none. `open_on`: the days on
    which it can be applied for, `opens` the first of them after a day (None: never again, as far as is known). `charter_days`: working days of the
    customer charter. `recurring`: paid in parts. `straight`: decided by rule alone. `by_run`: by a run of the portal, never by
    an officer. `subject`: what earlier applications are compared by (a house, a loan, a course and semester). `source`: names of a rate file's
    sources.

    `holds`: whether its money is held as the facts are: asked when it is handed in, and of the facts of that day again when it is approved.
    `decided_from`: the first day on which it may be decided, where it may be handed in ahead. `status_from`: the first day on which members are
    shown where one that was handed in on a day stands, where that is a day of its own. `changeable`: while one is running (ACTIVE) another
    may be handed in; approving that one ends the running one in the same transaction, before its own money is held. `keeps`: answers of the running
    one with which the draft of such another begins. `yearly`: nothing is planned
    ahead; every year the dividend that was credited to its account is paid, until `approved` is reached. `stopped_for`: for what an officer may end
    it once it was approved. `creditor`: whose name a
    payment straight to the institution bears, `creditor_paper` the paper that names its account. `shared`: the particulars of another
    member's application about the same subject that the rules may read. `replaces`: new contributions put back what was paid
    (members.rules.replacing)."""

    code: KindCode
    laws: tuple[Law, ...]
    accounts: Callable[[date], Sequence[SubAccount]]
    conditions: tuple[Condition, ...]
    amount: Callable[[Facts], Amount]
    documents: Callable[[Facts], Sequence[Document]]
    particulars: tuple[Particular, ...] = ()
    form: str = ""
    channels: Callable[[Facts], frozenset[Channel]]
    payees: Callable[[Facts], Sequence[Payee]]
    open_on: Callable[[date], bool]
    opens: Callable[[date], date | None] = lambda _on: None
    charter_days: Callable[[date], int]
    once: bool = False
    recurring: Callable[[Facts], bool] = lambda _facts: False
    schedule: Callable[[Facts, Decimal, date], Sequence[tuple[date, Decimal]]] | None = None
    """(facts, approved, first day) -> each payment's day and RM; only where recurring."""
    straight: Callable[[Facts], bool] = lambda _facts: False
    by_run: bool = False
    holds: Callable[[Facts], bool] = lambda _facts: True
    decided_from: Callable[[Facts], date | None] = lambda _facts: None
    status_from: Callable[[date], date | None] = lambda _applied_on: None
    yearly: Callable[[Facts], bool] = lambda _facts: False
    cancellable: bool = True
    changeable: bool = False
    keeps: tuple[str, ...] = ()
    stopped_for: tuple[StopReason, ...] = ()
    shared: tuple[str, ...] = ()
    replaces: ReplacementCause | None = None
    creditor: Callable[[Mapping[str, Any]], str] = lambda _particulars: ""
    creditor_paper: Callable[[Mapping[str, Any]], DocumentCode] = lambda _particulars: DocumentCode.OTHER
    subject: Subject = _nothing
    source: str = ""


class Result(NamedTuple):
    """What the rules say of facts: refusals are empty where the application can be made; `charges` are for `asked`, or for `most` where none is asked
    yet; `references` are the editions of the law that were asked."""

    kind: KindCode
    most: Decimal
    least: Decimal
    refusals: tuple[Refusal, ...]
    charges: tuple[Charge, ...]
    steps: tuple[Step, ...]
    documents: tuple[Document, ...]
    references: tuple[str, ...] = ()
