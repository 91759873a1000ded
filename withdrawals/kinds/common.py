"""What several kinds have in common: conditions of age and of the person, papers, ways in, to whom it is paid, since when it is open."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from kwsp_portal.common import money
from kwsp_portal.common.rates import NotInForce, Rate
from kwsp_portal.common.refusal import Refusal
from members.enums import IdentityKind, SubAccount
from members.rules import accounts, age
from withdrawals.enums import Channel, DocumentCode, KindCode, Payee, State
from withdrawals.facts import Earlier, Facts
from withdrawals.kinds.base import Condition, Document
from withdrawals.rules.withdrawal import LAW

Check = Callable[[Facts], Refusal | None]
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
            rate.at(on)
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


def years(rate: Rate) -> Callable[[date], Mapping[str, str]]:
    """The age that words of a condition name."""
    return lambda on: {"age": str(rate.at(on).value)}


def ringgit(**named: Rate) -> Callable[[date], Mapping[str, str]]:
    """Amounts that words of a condition name."""
    return lambda on: {name: f"{rate.at(on).value:.2f}" for name, rate in named.items()}


def whole(**named: Rate) -> Callable[[date], Mapping[str, str]]:
    """Whole numbers that words of a condition name."""
    return lambda on: {name: str(rate.at(on).value) for name, rate in named.items()}


def standing(facts: Facts, named: Sequence[SubAccount]) -> tuple[SubAccount, ...]:
    """Where the money of accounts stands for a member on the day: from 55 that of the accounts of before is on Akaun 55, and before 55 what will be
    Akaun 55 is on the accounts that the law gives until then."""
    at_55 = age.birthday(facts.birth_date, age.LAW.at("akaun_emas", facts.on).value) <= facts.on
    if at_55:
        return tuple(dict.fromkeys(SubAccount.AKAUN_55 if one in accounts.MERGED else one for one in named))
    return accounts.MERGED if SubAccount.AKAUN_55 in named else tuple(named)


def free(facts: Facts, named: Sequence[SubAccount]) -> Decimal:
    """What can be taken of accounts, RM. Who applied for money of an account of before 55 and is 55 meanwhile is paid it from Akaun 55, never
    more than was applied for (ruling 26)."""
    stands = standing(facts, named)
    found = max(sum((facts.free(one) for one in stands), money.ZERO), money.ZERO)
    moved = SubAccount.AKAUN_55 in stands and SubAccount.AKAUN_55 not in named
    return min(found, facts.asked) if moved and facts.asked is not None and facts.applied_on is not None else found


def age_below(rate: Rate) -> Condition:
    """Below an age on the day of the application (ruling 21; ruling 15a for birthdays)."""

    def check(facts: Facts) -> Refusal | None:
        limit = rate.at(facts.asked_on)
        birthday = age.birthday(facts.birth_date, limit.value)
        if facts.asked_on < birthday:
            return None
        return Refusal("AGE_BELOW", limit.citation, {"age": str(limit.value), "birthday": birthday.isoformat(), "found": facts.asked_on.isoformat()})

    return Condition("AGE_BELOW", check, rate.values[0].citation, years(rate))


def age_from(rate: Rate) -> Condition:
    """From an age on the day of the application. `until`: the birthday."""

    def check(facts: Facts) -> Refusal | None:
        limit = rate.at(facts.asked_on)
        birthday = age.birthday(facts.birth_date, limit.value)
        if facts.asked_on >= birthday:
            return None
        return Refusal("AGE_FROM", limit.citation, {"age": str(limit.value), "found": facts.asked_on.isoformat(), "until": birthday.isoformat()})

    return Condition("AGE_FROM", check, rate.values[0].citation, years(rate))


def _living(facts: Facts) -> Refusal | None:
    if facts.died_on is None or facts.died_on > facts.on:
        return None
    return Refusal("MEMBER_DIED", LAW.at("living", facts.asked_on).citation, {"found": facts.died_on.isoformat()})


def _own_account(facts: Facts) -> Refusal | None:
    rate = LAW.at("own_account", facts.asked_on)
    if facts.account_verified or facts.bankrupt or not rate.value:
        return None
    return Refusal("NO_ACCOUNT", rate.citation)


LIVING: Final = Condition("MEMBER_DIED", _living, LAW["living"].values[0].citation)
OWN_ACCOUNT: Final = Condition("NO_ACCOUNT", _own_account, LAW["own_account"].values[0].citation)
BELOW_55: Final = age_below(LAW["partial.below"])


def own(facts: Facts, kind: KindCode) -> list[Earlier]:
    """The member's earlier applications of a kind that came or may come to something."""
    return [one for one in facts.earlier if one.own and one.kind is kind and (one.state in RUNNING or one.taken > 0)]


def undecided(kind: KindCode, rate: Rate) -> Condition:
    """One application of the kind at a time: the next after this one is decided."""

    def check(facts: Facts) -> Refusal | None:
        waiting = next((one for one in own(facts, kind) if one.state in UNDECIDED), None)
        return None if waiting is None else Refusal("UNDECIDED", rate.at(facts.asked_on).citation, {"found": waiting.applied_on.isoformat()})

    return Condition("UNDECIDED", check, rate.values[0].citation)


def once(kind: KindCode, rate: Rate) -> Condition:
    """Once in a life: an earlier one that was refused or given up does not count."""

    def check(facts: Facts) -> Refusal | None:
        found = next(iter(own(facts, kind)), None)
        if found is None or not rate.at(facts.asked_on).value:
            return None
        return Refusal("ONCE", rate.at(facts.asked_on).citation, {"found": found.applied_on.isoformat()})

    return Condition("ONCE", check, rate.values[0].citation)


def once_a_day(kind: KindCode, rate: Rate) -> Condition:
    """Once a day. `until`: the next day."""

    def check(facts: Facts) -> Refusal | None:
        today = facts.asked_on
        if not rate.at(today).value or not any(one.applied_on == today for one in own(facts, kind)):
            return None
        return Refusal("ONCE_A_DAY", rate.at(today).citation, {"found": today.isoformat(), "until": (today + timedelta(days=1)).isoformat()})

    return Condition("ONCE_A_DAY", check, rate.values[0].citation)


def to_member(facts: Facts) -> Sequence[Payee]:
    """The own account; a payment order for a bankrupt."""
    return (Payee.PAYMENT_ORDER,) if facts.bankrupt else (Payee.ACCOUNT,)


def every_way(_facts: Facts) -> frozenset[Channel]:
    return frozenset(Channel)


def papers(facts: Facts, form: str, source: str, *others: Document, by_post: bool = True) -> list[Document]:
    """What seed 003 asks of every kind, with and without MyKad, with the kind's `others` between. The form is for who shows no MyKad or comes by
    post; KWSP 3 for a thumbprint that fails, and where the kind says so for the post; `required` False is "where it applies"."""
    posted = facts.channel is Channel.POST
    mykad = facts.identity_kind not in WITHOUT_MYKAD
    found = [Document(DocumentCode.MYKAD, facts.channel is not Channel.ONLINE, source)] if mykad else []
    if form and (not mykad or posted):
        found.append(Document(DocumentCode.FORM, True, source, form))
    if not mykad:
        found.append(Document(DocumentCode.ID_COPY, True, source))
    found += others
    if facts.channel is not Channel.ONLINE:
        found.append(Document(DocumentCode.KWSP_3, posted and by_post, source, "KWSP 3 (Pindaan)"))
    return found


def of_birth(facts: Facts, source: str) -> list[Document]:
    """The proof of a birth date that differs from the paper's, and that of an ex-citizen who was a member before 1 August 1995."""
    early = [Document(DocumentCode.EX_CITIZEN, False, source)] if facts.identity_kind in WITHOUT_MYKAD else []
    return [Document(DocumentCode.BIRTH_DATE, False, source), *early]


def bank(source: str) -> Document:
    """The proof of the account: only where the bank has not confirmed its name."""
    return Document(DocumentCode.BANK, False, source)
