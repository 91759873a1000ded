"""What several kinds have in common: conditions of age and of the person, papers, ways in, to whom it is paid, since when it is open."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from kwsp_portal.common import money
from kwsp_portal.common.explain import Step
from kwsp_portal.common.rates import NotInForce, Rate, Value
from kwsp_portal.common.refusal import Refusal
from members.enums import IdentityKind, SubAccount
from members.rules import accounts, age
from withdrawals.enums import Channel, DocumentCode, KindCode, Payee, State
from withdrawals.facts import Earlier, Facts
from withdrawals.kinds.base import Condition, Document
from withdrawals.rules import said
from withdrawals.rules.withdrawal import LAW

Details = Mapping[str, str]
Figures = Callable[[date], Mapping[str, str]]
When = Callable[[Facts], bool]
SEN: Final = Decimal("0.01")
"""The least amount where the law names none."""
UNDECIDED: Final = frozenset({State.SUBMITTED, State.IN_PROCESS, State.DOCUMENTS, State.SECOND})
RUNNING: Final = frozenset({*UNDECIDED, State.APPROVED, State.PAYING, State.ACTIVE, State.RETURNED})
"""Neither paid out, nor refused, nor given up."""
WITHOUT_MYKAD: Final = frozenset(IdentityKind) - {IdentityKind.MYKAD}


def open_by(rate: Rate) -> Callable[[date], bool]:
    """The days on which a rate of the kind is in force."""

    def is_open(on: date) -> bool:
        try:
            in_force(rate, on)
        except NotInForce:
            return False
        return True

    return is_open


def opens_by(rate: Rate) -> Callable[[date], date | None]:
    """The next day from which it is in force, after a day on which it is not."""

    def opens(on: date) -> date | None:
        try:
            rate.at(on)
        except NotInForce as error:
            return error.earliest
        return on

    return opens


def days_of(rate: Rate) -> Callable[[date], int]:
    """Working days of the customer charter, by the day of the application."""
    return lambda on: int(rate.at(on).value)


def ringgit(**named: Rate) -> Figures:
    """Amounts that words of a condition name."""
    return lambda on: {name: f"{rate.at(on).value:.2f}" for name, rate in named.items()}


def whole(**named: Rate) -> Figures:
    """Whole numbers that words of a condition name."""
    return lambda on: {name: str(rate.at(on).value) for name, rate in named.items()}


def later(rate: Rate, on: date) -> dict[str, str]:
    """`until`: the day after `on` from which the law says something else; nothing where none is known."""
    following = next((value.start for value in rate.values if value.start > on), None)
    return {} if following is None else {"until": following.isoformat()}


def standing(facts: Facts, named: Sequence[SubAccount]) -> tuple[SubAccount, ...]:
    """Where the money of accounts stands for a member on the day: from 55 that of the accounts of before is on Akaun 55, and before 55 what will be
    Akaun 55 is on the accounts that the law gives until then."""
    if accounts.merged(birth_date=facts.birth_date, on=facts.on):
        return tuple(dict.fromkeys(SubAccount.AKAUN_55 if one in accounts.MERGED else one for one in named))
    return accounts.MERGED if SubAccount.AKAUN_55 in named else tuple(named)


def free(facts: Facts, named: Sequence[SubAccount]) -> Decimal:
    """What can be taken of accounts, RM. Who applied for money of an account of before 55 and is 55 meanwhile is paid it from Akaun 55, never
    more than was applied for (ruling 26); of what came by post before and is keyed in after, never more than stood there then."""
    stands = standing(facts, named)
    found = max(sum((facts.free(one) for one in stands), money.ZERO), money.ZERO)
    moved = SubAccount.AKAUN_55 in stands and SubAccount.AKAUN_55 not in named
    if moved and facts.applied_on is None and facts.received_on is not None:
        return min(found, sum((facts.received_balances.get(one, money.ZERO) for one in named), money.ZERO))
    return min(found, facts.asked) if moved and facts.asked is not None and facts.applied_on is not None else found


def days(**named: Rate) -> Figures:
    """Days that words of a condition name."""
    return lambda on: {name: rate.at(on).value.isoformat() for name, rate in named.items()}


@lru_cache(maxsize=1 << 12)
def in_force(rate: Rate, on: date) -> Value:
    """`rate.at(on)`, kept: an estimate asks a hundred of them of the same day. Raises NotInForce."""
    return rate.at(on)


def plain(code: str, rate: Rate, check: Callable[[Facts], Details | None], figures: Figures) -> Condition:
    """A condition that asks its law itself."""

    def judged(facts: Facts) -> Refusal | None:
        details = check(facts)
        return None if details is None else Refusal(code, rate.at(facts.asked_on).citation, details)

    return Condition(code, judged, rate.values[-1].citation, figures)


def condition(code: str, rate: Rate, check: Callable[[Facts, Any], Details | None], figures: Figures = lambda _on: {}) -> Condition:
    """A condition of a rate: `check` is given its value on the day of the application, and gives details where it is not met. A rate that says no
    is no condition on that day."""

    def judged(facts: Facts) -> Refusal | None:
        law = in_force(rate, facts.asked_on)
        details = None if law.value is False else check(facts, law.value)
        return None if details is None else Refusal(code, law.citation, details)

    return Condition(code, judged, rate.values[0].citation, figures, lambda on: bool(rate.at(on).value))


def called(named: SubAccount, on: date) -> Details:
    """An account in words, whose name follows the date (ruling 3)."""
    return {"account": named.value, "on": on.isoformat()}


def free_step(found: Decimal, named: SubAccount, on: date, source: str) -> Step:
    """What of an account nobody holds."""
    return Step("FREE", {"free": f"{found:.2f}", **called(named, on)}, source)


def age_below(rate: Rate) -> Condition:
    """Below an age on the day of the application (ruling 21; ruling 15a for birthdays)."""

    def check(facts: Facts, limit: int) -> Details | None:
        birthday = age.birthday(facts.birth_date, limit)
        if facts.asked_on < birthday:
            return None
        return {"age": str(limit), "birthday": birthday.isoformat(), "found": facts.asked_on.isoformat()}

    return condition("AGE_BELOW", rate, check, whole(age=rate))


def age_from(rate: Rate) -> Condition:
    """From an age on the day of the application. `until`: the birthday."""

    def check(facts: Facts, limit: int) -> Details | None:
        birthday = age.birthday(facts.birth_date, limit)
        if facts.asked_on >= birthday:
            return None
        return {"age": str(limit), "found": facts.asked_on.isoformat(), "until": birthday.isoformat()}

    return condition("AGE_FROM", rate, check, whole(age=rate))


def _dead(facts: Facts, _law: bool) -> Details | None:
    return {"found": facts.died_on.isoformat()} if facts.died_on is not None and facts.died_on <= facts.on else None


def _no_account(facts: Facts, _law: bool) -> Details | None:
    """Nobody needs an own account for what is paid to somebody else."""
    return None if facts.account_verified or facts.bankrupt or facts.payee is Payee.INSTITUTION else {}


LIVING: Final = condition("MEMBER_DIED", LAW["living"], _dead)
OWN_ACCOUNT: Final = condition("NO_ACCOUNT", LAW["own_account"], _no_account)
BELOW_55: Final = age_below(LAW["partial.below"])


def own(facts: Facts, *kinds: KindCode) -> list[Earlier]:
    """The member's earlier applications of kinds that came or may come to something."""
    return [one for one in facts.earlier if one.own and one.kind in kinds and (one.state in RUNNING or one.taken > 0)]


def unpaid(one: Earlier) -> Decimal:
    """What is still to be paid of an application, RM: a loan's balance of today is already less what was paid of it before."""
    return max(one.taken - one.paid, money.ZERO) if one.state in RUNNING else money.ZERO


def of_each(others: Sequence[Earlier], amount: Callable[[Earlier], Decimal]) -> Decimal:
    """What other people's applications come to, RM: of one that is running and of what is to take its place the larger counts, once."""
    largest: dict[tuple[int | None, int], Decimal] = {}
    for number, one in enumerate(others):
        key = (one.person, 0 if one.person is not None else number)
        largest[key] = max(largest.get(key, money.ZERO), amount(one))
    return sum(largest.values(), money.ZERO)


def differ(facts: Facts, others: Iterable[Earlier], names: Iterable[str]) -> bool:
    """Whether another applicant told something else of what all of them tell alike."""
    return any(_differs(one.particulars, facts.particulars, name) for one in others for name in names)


def _differs(one: Mapping[str, Any], other: Mapping[str, Any], name: str) -> bool:
    """Whether both have said it, and not the same."""
    if name not in one or name not in other:
        return False
    amounts = said.amount(one, name), said.amount(other, name)
    return amounts[0] != amounts[1] if None not in amounts else one[name] != other[name]


def undecided(kind: KindCode, rate: Rate) -> Condition:
    """One application of the kind at a time: the next after this one is decided."""

    def check(facts: Facts, _law: bool) -> Details | None:
        waiting = next((one for one in own(facts, kind) if one.state in UNDECIDED), None)
        return None if waiting is None else {"found": waiting.applied_on.isoformat()}

    return condition("UNDECIDED", rate, check)


def once(kind: KindCode, rate: Rate) -> Condition:
    """Once in a life: an earlier one that was refused or given up does not count."""

    def check(facts: Facts, _law: bool) -> Details | None:
        found = next(iter(own(facts, kind)), None)
        return None if found is None else {"found": found.applied_on.isoformat()}

    return condition("ONCE", rate, check)


def once_a_day(kind: KindCode, rate: Rate) -> Condition:
    """Once a day. `until`: the next day."""

    def check(facts: Facts, _law: bool) -> Details | None:
        today = facts.asked_on
        if not any(one.applied_on == today for one in own(facts, kind)):
            return None
        return {"found": today.isoformat(), "until": (today + timedelta(days=1)).isoformat()}

    return condition("ONCE_A_DAY", rate, check)


def least_balance(named: SubAccount, rate: Rate, more: Callable[[Facts], Decimal] = lambda _facts: money.ZERO) -> Condition:
    """At least so much on an account that is not held, on the day of the application: what it is later is a matter of the amount. `more`: RM that
    is free with the application itself."""

    def check(facts: Facts, least: Decimal) -> Details | None:
        found = free(facts, (named,)) + more(facts)
        if facts.applied_on is not None or found >= least:
            return None
        return {"found": f"{found:.2f}", "least": f"{least:.2f}", **called(named, facts.on)}

    return condition("BALANCE_BELOW", rate, check, lambda on: {**ringgit(least=rate)(on), **called(named, on)})


def not_in_future(code: str, name: str, rate: Rate, when: When = lambda _facts: True) -> Condition:
    """A day that was said is not after the application."""

    def check(facts: Facts, _law: object) -> Details | None:
        day = said.day(facts.particulars, name)
        if day is None or not when(facts) or day <= facts.asked_on:
            return None
        return {"found": day.isoformat(), "expected": facts.asked_on.isoformat()}

    return condition(code, rate, check)


def not_older(code: str, name: str, rate: Rate, when: When = lambda _facts: True) -> Condition:
    """A day that was said is so many months before the application at most, that day included."""

    def check(facts: Facts, months: int) -> Details | None:
        day = said.day(facts.particulars, name)
        if day is None or not when(facts) or facts.asked_on <= (last := age.months_later(day, months)):
            return None
        return {"found": day.isoformat(), "last": last.isoformat(), "months": str(months)}

    return condition(code, rate, check, whole(months=rate))


def sums_up(code: str, rate: Rate, expected: Callable[[Facts], Decimal | None]) -> Condition:
    """What is applied for is what the answers come to. Once handed in it is not asked again: the payment may be smaller."""

    def check(facts: Facts, _law: object) -> Details | None:
        should = expected(facts)
        if facts.asked is None or should is None or facts.applied_on is not None or facts.asked == should:
            return None
        return {"found": f"{facts.asked:.2f}", "total": f"{should:.2f}"}

    return condition(code, rate, check)


def to_member(facts: Facts) -> Sequence[Payee]:
    """The own account; a payment order for a bankrupt."""
    return (Payee.PAYMENT_ORDER,) if facts.bankrupt else (Payee.ACCOUNT,)


def every_way(_facts: Facts) -> frozenset[Channel]:
    return frozenset(Channel)


def papers(facts: Facts, form: str, source: str, *others: Document, of_all: bool = False, shown: str = "") -> list[Document]:
    """What seed 003 asks of every kind, with and without MyKad, with the kind's `others` between. The form is for who shows no MyKad or comes by
    post, and at a counter for everybody where the seed asks it `of_all`; KWSP 3 for the post and a thumbprint that fails; `required` False is
    "where it applies". `shown`: the source of MyKad and KWSP 3, where the kind's list in the seed names neither."""
    posted, online = facts.channel is Channel.POST, facts.channel is Channel.ONLINE
    mykad = facts.identity_kind not in WITHOUT_MYKAD
    found = [Document(DocumentCode.MYKAD, not online, shown or source)] if mykad else []
    if form and (not mykad or posted or (of_all and not online)):
        found.append(Document(DocumentCode.FORM, True, source, form))
    if not mykad:
        found.append(Document(DocumentCode.ID_COPY, True, source))
    found += others
    if not online:
        found.append(Document(DocumentCode.KWSP_3, posted, shown or source, "KWSP 3 (Pindaan)"))
    return found


def of_birth(facts: Facts, source: str) -> list[Document]:
    """The proof of a birth date that differs from the paper's, and that of an ex-citizen who was a member before 1 August 1995."""
    early = [Document(DocumentCode.EX_CITIZEN, False, source)] if facts.identity_kind in WITHOUT_MYKAD else []
    return [Document(DocumentCode.BIRTH_DATE, False, source), *early]


def bank(source: str) -> Document:
    """The proof of the account: only where the bank has not confirmed its name."""
    return Document(DocumentCode.BANK, False, source)


def assumed(code: DocumentCode, rate: Rate, facts: Facts, answer: object, needs: tuple[object, ...]) -> list[Document]:
    """A paper that an answer needs and that no source names: the rate says why the portal asks for it."""
    law = in_force(rate, facts.asked_on)
    return asked_for(code, answer, needs, law.citation) if law.value else []


def asked_for(code: DocumentCode, answer: object, needs: tuple[object, ...], source: str) -> list[Document]:
    """A paper that an answer needs: required after one of `needs`, "where it applies" while nothing is said, and not there after any other."""
    if answer in (None, ""):
        return [Document(code, False, source)]
    return [Document(code, True, source)] if answer in needs else []
