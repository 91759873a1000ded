"""The facts of a withdrawal, gathered from the register, the ledger and earlier applications: at most seven queries for any number of kinds, and
for a chunk of thousands of members (`of_many`)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from operator import attrgetter
from typing import Any, Final

from django.db.models import Exists, OuterRef

from kwsp_portal import bulk
from kwsp_portal.common import json_text, money
from members.enums import BankAccountState, Citizenship, IdentityKind, Religion, SubAccount
from members.ledger import balances, posting
from members.ledger.enums import HolderKind
from members.models import BankAccount, CitizenshipPeriod, Member
from members.rules import accounts
from withdrawals.enums import Channel, KindCode, Payee, State
from withdrawals.facts import Earlier, Facts
from withdrawals.kinds import OF
from withdrawals.models import Application
from withdrawals.selectors import bankruptcies

NOT_COUNTED = (State.DRAFT.value, State.DISCARDED.value)
# Looked up, where they are thousands: an enum that is called for a member takes five times as long.
_KINDS: Final = {one.value: one for one in KindCode}
_CHANNELS: Final = {one.value: one for one in Channel}
_PAYEES: Final = {one.value: one for one in Payee}
_IDENTITY_KINDS: Final = {one.value: one for one in IdentityKind}
_RELIGIONS: Final = {one.value: one for one in Religion}
_CITIZENSHIPS: Final = {one.value: one for one in Citizenship}


@dataclass(kw_only=True, slots=True)
class _Known:
    """What was read of a member. `free_again`: sen by account that the application itself holds."""

    pots: Iterable[balances.Pot] = ()
    free_again: Mapping[str, int] = field(default_factory=dict)
    earlier: Sequence[Earlier] = ()
    citizenship: Citizenship | None
    bankrupt: bool
    account_verified: bool
    received_on: date | None
    received_balances: Mapping[SubAccount, Decimal] = field(default_factory=dict)


def gather(
    member: Member,
    kind: KindCode,
    *,
    on: date,
    channel: Channel = Channel.ONLINE,
    particulars: Mapping[str, Any] | None = None,
    subject: str = "",
    asked: Decimal | None = None,
    payee: Payee | None = None,
    leave_out: Application | None = None,
) -> Facts:
    """What is known of a member and a matter on a day. `leave_out`: the application itself, whose own holds are free to it and which is none of the
    earlier ones. `subject`: also what others have applied for about the same house, loan or course."""
    pots = balances.pots_of(HolderKind.MEMBER, member.pk)
    earlier = [one for one in _of([member.pk]) if leave_out is None or one.pk != leave_out.pk]
    own = _own(earlier, _still_held(earlier))
    shared = _of_others(_about(member, kind, subject)) if subject else []
    verified, bankrupt = _paid_to(member, on)
    received = leave_out.received_on if leave_out is not None else None
    known = _Known(
        pots=pots,
        free_again=_held_of([leave_out])[leave_out.pk] if leave_out is not None else {},
        earlier=own + shared,
        citizenship=_citizenships([member.pk], on).get(member.pk),
        bankrupt=bankrupt,
        account_verified=verified,
        received_on=received,
        received_balances=_before_55(member, received, on) if received else {},
    )
    applied_on = leave_out.applied_on if leave_out is not None else None
    given = dict(particulars or {})
    said: dict[str, Any] = {"particulars": given, "subject": subject, "asked": asked, "payee": payee}
    return _facts(member, kind, known, on=on, applied_on=applied_on, channel=channel, **said)


def of_application(application: Application, *, on: date, asked: Decimal | None = None) -> Facts:
    """The facts of what was applied for, as they are on a day; `asked` in place of the application's own amount, RM."""
    return gather(
        application.member,
        KindCode(application.kind),
        on=on,
        channel=Channel(application.channel),
        particulars=application.particulars,
        subject=application.subject,
        asked=application.asked if asked is None else asked,
        payee=Payee(application.payee),
        leave_out=application,
    )


def of_many(found: Sequence[Application], *, on: date) -> dict[int, Facts]:
    """`of_application` for a chunk of thousands, by the id of the application, in seven queries. Only for kinds of which nothing is shared with
    others (no subject). `member` is fetched with each."""
    members = [one.member_id for one in found]
    pots = balances.pots_of_many(HolderKind.MEMBER, members)
    theirs: defaultdict[int, list[Application]] = defaultdict(list)
    for one in [*_of(members, but=[one.pk for one in found]), *found]:
        theirs[one.member_id].append(one)
    still = _still_held([one for many in theirs.values() for one in many])
    free_again = _held_of(found)
    citizenships = _citizenships(members, on)
    bankrupts = set(bankruptcies.standing(on=on).filter(member__in=bulk.among(members)).values_list("member_id", flat=True))
    verified = set(BankAccount.objects.filter(member__in=bulk.among(members), state=BankAccountState.CURRENT).values_list("member_id", flat=True))
    facts = {}
    for one in found:
        known = _Known(
            pots=pots[one.member_id].values(),
            free_again=free_again[one.pk],
            earlier=_own([other for other in theirs[one.member_id] if other.pk != one.pk], still),
            citizenship=citizenships.get(one.member_id),
            bankrupt=one.member_id in bankrupts,
            account_verified=one.member_id in verified,
            received_on=one.received_on,
            received_balances=_before_55(one.member, one.received_on, on) if one.received_on else {},
        )
        kind, channel = _KINDS[one.kind], _CHANNELS[one.channel]
        asked = {"channel": channel, "particulars": one.particulars, "asked": one.asked, "payee": _PAYEES[one.payee]}
        facts[one.pk] = _facts(one.member, kind, known, on=on, applied_on=one.applied_on, **asked)
    return facts


def _facts(
    member: Member,
    kind: KindCode,
    known: _Known,
    *,
    on: date,
    applied_on: date | None,
    channel: Channel,
    particulars: Mapping[str, Any],
    asked: Decimal | None,
    payee: Payee | None,
    subject: str = "",
) -> Facts:
    """What was read, put together. Money by the accounts that the law gives the member on the day."""
    found: dict[SubAccount, Decimal] = {}
    held: dict[SubAccount, Decimal] = {}
    for pot in known.pots:
        code = accounts.standing(pot.code, birth_date=member.birth_date, on=on)
        found[code] = found.get(code, money.ZERO) + money.from_sen(pot.balance_sen)
        held[code] = held.get(code, money.ZERO) + money.from_sen(pot.held_sen - known.free_again.get(pot.code, 0))
    return Facts(
        kind=kind,
        on=on,
        applied_on=applied_on,
        received_on=known.received_on,
        channel=channel,
        birth_date=member.birth_date,
        citizenship=known.citizenship,
        identity_kind=_IDENTITY_KINDS[member.identity_kind],
        religion=_RELIGIONS[member.religion],
        member_since=member.member_since,
        died_on=member.died_on,
        bankrupt=known.bankrupt,
        account_verified=known.account_verified,
        balances=found,
        held=held,
        received_balances=known.received_balances,
        earlier=tuple(known.earlier),
        asked=asked,
        particulars=particulars,
        subject=subject,
        payee=payee,
    )


def for_kind(facts: Facts, kind: KindCode) -> Facts:
    """The same facts asked of another kind: an estimate of all kinds gathers once."""
    return replace(facts, kind=kind, particulars={}, subject="", asked=None, payee=None)


def to_json(facts: Facts) -> dict[str, Any]:
    """Facts as a decision keeps them."""
    return {**_alike_to_json(*_ALIKE(facts)), **_own_to_json(facts)}


def to_text(facts: Facts) -> str:
    """`to_json` as text. Of thousands who apply for one thing most of it is the same, and made once."""
    return f"{_alike_to_text(*_ALIKE(facts))}, {json_text.encode(_own_to_json(facts))[1:]}"


_ALIKE: Final = attrgetter(
    *("kind", "on", "applied_on", "received_on", "channel", "citizenship", "identity_kind", "religion", "died_on", "bankrupt", "account_verified"),
    *("subject", "payee"),
)


def _alike_to_json(
    kind: KindCode,
    on: date,
    applied_on: date | None,
    received_on: date | None,
    channel: Channel,
    citizenship: Citizenship | None,
    identity_kind: IdentityKind,
    religion: Religion,
    died_on: date | None,
    bankrupt: bool,
    account_verified: bool,
    subject: str,
    payee: Payee | None,
) -> dict[str, Any]:
    return {
        "kind": kind.value,
        "on": on.isoformat(),
        "applied_on": applied_on.isoformat() if applied_on else None,
        "received_on": received_on.isoformat() if received_on else None,
        "channel": channel.value,
        "citizenship": citizenship.value if citizenship else None,
        "identity_kind": identity_kind.value,
        "religion": religion.value,
        "died_on": died_on.isoformat() if died_on else None,
        "bankrupt": bankrupt,
        "account_verified": account_verified,
        "subject": subject,
        "payee": payee.value if payee else None,
    }


@lru_cache(maxsize=1 << 10)
def _alike_to_text(*alike: Any) -> str:
    """Its end is left open."""
    return json_text.encode(_alike_to_json(*alike))[:-1]


def _own_to_json(facts: Facts) -> dict[str, Any]:
    return {
        "birth_date": facts.birth_date.isoformat(),
        "member_since": facts.member_since.isoformat(),
        "balances": {code.value: money.in_full(amount) for code, amount in facts.balances.items()},
        "held": {code.value: money.in_full(amount) for code, amount in facts.held.items()},
        "received_balances": {code.value: money.in_full(amount) for code, amount in facts.received_balances.items()},
        "earlier": [_earlier_to_json(one) for one in facts.earlier],
        "asked": money.in_full(facts.asked) if facts.asked is not None else None,
        "particulars": dict(facts.particulars),
    }


def from_json(stored: Mapping[str, Any]) -> Facts:
    """The way back: the rules asked again of what was known then."""
    day = date.fromisoformat
    return Facts(
        kind=KindCode(stored["kind"]),
        on=day(stored["on"]),
        applied_on=day(stored["applied_on"]) if stored["applied_on"] else None,
        # Decisions from before applications came by post say nothing of it.
        received_on=day(stored["received_on"]) if stored.get("received_on") else None,
        channel=Channel(stored["channel"]),
        birth_date=day(stored["birth_date"]),
        citizenship=Citizenship(stored["citizenship"]) if stored["citizenship"] else None,
        identity_kind=IdentityKind(stored["identity_kind"]),
        religion=Religion(stored["religion"]),
        member_since=day(stored["member_since"]),
        died_on=day(stored["died_on"]) if stored["died_on"] else None,
        bankrupt=stored["bankrupt"],
        account_verified=stored["account_verified"],
        balances={SubAccount(code): Decimal(amount) for code, amount in stored["balances"].items()},
        held={SubAccount(code): Decimal(amount) for code, amount in stored["held"].items()},
        received_balances={SubAccount(code): Decimal(amount) for code, amount in stored.get("received_balances", {}).items()},
        earlier=tuple(_earlier_from_json(one) for one in stored["earlier"]),
        asked=Decimal(stored["asked"]) if stored["asked"] is not None else None,
        particulars=stored["particulars"],
        subject=stored.get("subject", ""),
        payee=Payee(stored["payee"]) if stored.get("payee") else None,
    )


def _before_55(member: Member, received: date, on: date) -> Mapping[SubAccount, Decimal]:
    """What stood on the accounts of before 55 on the day on which an application came by post, if that birthday has been since."""
    if accounts.standing(SubAccount.SEJAHTERA, birth_date=member.birth_date, on=on) is SubAccount.SEJAHTERA:
        return {}
    found = balances.balances_on(HolderKind.MEMBER, member.pk, received)
    return {SubAccount(code): money.from_sen(sen) for code, sen in found.items()}


def _paid_to(member: Member, on: date) -> tuple[bool, bool]:
    """Whether the member has an account that the bank has confirmed, and whether they are a bankrupt; one query."""
    accounts_of = BankAccount.objects.filter(member=OuterRef("pk"), state=BankAccountState.CURRENT)
    asked = Exists(accounts_of), Exists(bankruptcies.standing(on=on).filter(member=OuterRef("pk")))
    verified, bankrupt = Member.objects.filter(pk=member.pk).values_list(*asked).get()
    return verified, bankrupt


def _of(members: Collection[int], *, but: Collection[int] = ()) -> Sequence[Application]:
    """What these members have handed in, without those that are read already."""
    found = Application.objects.filter(member__in=bulk.among(members)).exclude(state__in=NOT_COUNTED).order_by("pk")
    return list(found.exclude(pk__in=bulk.among(but)) if but else found)


def _own(found: Iterable[Application], still: Mapping[int, Decimal]) -> list[Earlier]:
    return [_earlier(one, held=still.get(one.pk, money.ZERO), particulars=one.particulars) for one in found]


def _about(member: Member, kind: KindCode, subject: str) -> Sequence[Application]:
    return list(Application.objects.filter(kind=kind, subject=subject).exclude(member=member).exclude(state__in=NOT_COUNTED).order_by("pk"))


def _still_held(found: Sequence[Application]) -> Mapping[int, Decimal]:
    """What each running application that another may take the place of holds, RM, by its id."""
    changing = (one for one in found if one.state == State.ACTIVE.value and OF[KindCode(one.kind)].changeable)
    ids = {hold: one.pk for one in changing for hold in one.holds}
    held: dict[int, Decimal] = {}
    for asked, hold in _standing(ids).items():
        held[ids[asked]] = held.get(ids[asked], money.ZERO) + money.from_sen(hold.amount_sen)
    return held


def _of_others(found: Sequence[Application]) -> list[Earlier]:
    numbers = {member_id: number for number, member_id in enumerate(dict.fromkeys(one.member_id for one in found), start=1)}
    return [_earlier(one, own=False, person=numbers[one.member_id], particulars=_shared(one)) for one in found]


def _shared(one: Application) -> Mapping[str, Any]:
    """What the rules may read of another member's application."""
    return {name: one.particulars[name] for name in OF[KindCode(one.kind)].shared if name in one.particulars}


def _earlier(one: Application, *, particulars: Mapping[str, Any], own: bool = True, person: int | None = None, held: Decimal = money.ZERO) -> Earlier:
    state = State(one.state)
    taken = one.paid if state in (State.REFUSED, State.CANCELLED) else (one.approved or one.asked or money.ZERO)
    assert one.applied_on is not None and one.asked is not None  # noqa: S101, PT018 - handed in
    return Earlier(
        kind=KindCode(one.kind),
        state=state,
        applied_on=one.applied_on,
        asked=one.asked,
        taken=taken,
        subject=one.subject,
        own=own,
        person=person,
        held=held,
        paid=one.paid,
        particulars=particulars,
    )


def _held_of(found: Iterable[Application]) -> dict[int, dict[str, int]]:
    """What each application holds itself, in sen by the account on which it stands."""
    of_hold: dict[int, int] = {}
    held: dict[int, dict[str, int]] = {}
    for one in found:
        held[one.pk] = {}
        of_hold.update(dict.fromkeys(one.holds, one.pk))
    for asked, hold in _standing(of_hold).items():
        own = held[of_hold[asked]]
        own[hold.account.code] = own.get(hold.account.code, 0) + hold.amount_sen
    return held


def _standing(holds: Collection[int]) -> dict[int, posting.Held]:
    """Each hold where its money stands now, by the id that an application knows: held money that went to Akaun 55 has another since."""
    return dict(zip(sorted(holds), posting.standing(list(holds)), strict=True)) if holds else {}


def _citizenships(members: Collection[int], on: date) -> dict[int, Citizenship]:
    """What each of these is on a day. Who is in no period of the register then is not there."""
    begun = CitizenshipPeriod.objects.filter(member__in=bulk.among(members), from_date__lte=on).order_by("from_date")
    last = {member_id: (status, to_date) for member_id, status, to_date in begun.values_list("member_id", "status", "to_date")}
    return {member_id: _CITIZENSHIPS[status] for member_id, (status, to_date) in last.items() if to_date is None or on < to_date}


def _earlier_to_json(one: Earlier) -> dict[str, Any]:
    return {
        "kind": one.kind.value,
        "state": one.state.value,
        "applied_on": one.applied_on.isoformat(),
        "asked": f"{one.asked:.2f}",
        "taken": f"{one.taken:.2f}",
        "subject": one.subject,
        "own": one.own,
        "person": one.person,
        "held": f"{one.held:.2f}",
        "paid": f"{one.paid:.2f}",
        "particulars": dict(one.particulars),
    }


def _earlier_from_json(stored: Mapping[str, Any]) -> Earlier:
    return Earlier(
        kind=KindCode(stored["kind"]),
        state=State(stored["state"]),
        applied_on=date.fromisoformat(stored["applied_on"]),
        asked=Decimal(stored["asked"]),
        taken=Decimal(stored["taken"]),
        subject=stored["subject"],
        own=stored["own"],
        person=stored.get("person"),
        held=Decimal(stored["held"]),
        # Decisions from before this was kept counted all that was taken: asked again they still do.
        paid=Decimal(stored.get("paid", "0.00")),
        particulars=stored["particulars"],
    )
