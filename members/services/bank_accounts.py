"""The account that a member's money goes to: asked for under a code, or at a counter by who has no i-Akaun, taken when the bank has named its holder,
and cancelled while it cools off.

An account is never changed: another one takes its place, and the one before stays as history. Each new account cools off, the first one, too: what
is entered on a page, by whoever holds phone and password, may be a thief's.
"""

from datetime import date, datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction

from kwsp_portal import audit
from kwsp_portal.bank import accounts
from kwsp_portal.bank.names import AccountKind, AccountState, Answer
from kwsp_portal.jobs import calendar
from kwsp_portal.notify import services as notify
from kwsp_portal.notify.enums import Inbox, Whose
from kwsp_portal.templatetags import formats
from members.enums import BankAccountRefusal, BankAccountState, Door, IdentityKind, NameMatch, Thumb
from members.identity import notices, tac
from members.identity.enums import Purpose
from members.identity.models import Approval, User
from members.models import BankAccount, Member
from members.models.banking import OPEN
from members.rules import bank_names
from members.selectors import bank_accounts as selectors
from members.services import checking, own_record, registering
from members.services.checking import Checklist

ASKS_A_DAY: Final = 5
"""Whose account a number is, is not for everybody to ask without end."""
DAY: Final = timedelta(days=1)


class NotNow(Exception):
    """Why this account is not asked for. SAME: it is the current one; ASKED: it is on its way; TOO_MANY, until when."""

    def __init__(self, code: str, *, until: datetime | None = None) -> None:
        self.code, self.until = code, until
        super().__init__(code)


class HasIAkaun(Exception):
    """The member asks for it in the i-Akaun, under a code."""


class NotCooling(Exception):
    """There is no change of account that could still be cancelled."""


class Decided(Exception):
    """A colleague, or the member, was quicker."""


def shown(*, bank: str, number: str) -> dict[str, str]:
    """What the code approves: this bank and this number. The SMS names the bank and the last digits."""
    return {"bank": bank, "account": number, "bank_name": accounts.name(bank), "ending": number[-4:]}


def check(*, member: Member, bank: str, number: str, at: datetime) -> None:
    """Whether this account may be asked for now, before a code is spent on it. Raises NotNow."""
    for row in BankAccount.objects.filter(member=member, state__in=(*OPEN, BankAccountState.CURRENT)):
        if (row.bank, row.number) == (bank, number):
            raise NotNow("SAME" if row.state == BankAccountState.CURRENT else "ASKED")
    recent = BankAccount.objects.filter(member=member, asked_at__gt=at - DAY, restores=None).order_by("-asked_at")
    times = list(recent.values_list("asked_at", flat=True)[:ASKS_A_DAY])
    if len(times) == ASKS_A_DAY:
        raise NotNow("TOO_MANY", until=times[-1] + DAY)


def ask(*, member: Member, bank: str, number: str, approval: Approval, at: datetime, ip: str | None = None) -> BankAccount:
    """The account is on its way: the bank is asked after this has committed (`account_names.verify`). One that was on its way is given up.

    Raises NotNow, tac.Refused; then nothing has changed.
    """
    user = _user_of(member)
    with transaction.atomic():
        _hold(member)
        check(member=member, bank=bank, number=number, at=at)
        tac.spend(approval=approval, user=user, purpose=Purpose.BANK_ACCOUNT, shown=shown(bank=bank, number=number), at=at)
        _give_up(member, at)
        row = BankAccount.objects.create(member=member, bank=bank, number=number, ending=number[-4:], asked_at=at, due_at=at)
        audit.record(actor=user, action="bank_account.ask", target=row, data=_named(row), subjects=[member], ip=ip)
    return row


def ask_at_counter(
    *, member: Member, bank: str, number: str, checklist: Checklist, by: User, on: date, at: datetime, ip: str | None = None
) -> BankAccount:
    """For who stands there and has no i-Akaun to ask under a code: the look at the papers, with the print on the reader, is in place of it. All else
    is as on the member's own pages: the bank names the holder, and the account cools off.

    Raises registering.NoRight, OwnRecord, HasIAkaun, checking.Incomplete, NotNow; then nothing has changed.
    """
    registering.require_counter(by)
    own_record.require_other(by, member, action="bank_account.ask", ip=ip)
    with transaction.atomic():
        # The user is read after the lock: joined, one who was made meanwhile would be missing.
        held = Member.objects.select_for_update(of=("self",), no_key=True).get(pk=member.pk)
        if has_i_akaun(held):
            audit.record_refusal(actor=by, action="bank_account.ask", target=held, data={"code": "HAS_I_AKAUN"}, ip=ip)
            raise HasIAkaun
        checking.require(checklist=checklist, kind=IdentityKind(held.identity_kind))
        if checklist.thumb is Thumb.REFUSED:
            # Somebody else's thumb: no second paper makes up for it where money is to go.
            audit.record_refusal(actor=by, action="bank_account.ask", target=held, data={"code": "THUMB"}, ip=ip)
            raise checking.Incomplete(["THUMB"])
        check(member=held, bank=bank, number=number, at=at)
        _give_up(held, at)
        seen = checking.keep(member=held, checklist=checklist, door=Door.COUNTER, by=by, on=on, at=at)
        row = BankAccount.objects.create(member=held, bank=bank, number=number, ending=number[-4:], asked_at=at, due_at=at, identity_check=seen)
        audit.record(actor=by, action="bank_account.ask", target=row, data=_named(row), subjects=[held], ip=ip)
    return row


def has_i_akaun(member: Member) -> bool:
    """Whether the member asks for accounts on the own pages, under a code."""
    return member.user is not None and member.user.activated_at is not None


def give_up(*, member: Member, at: datetime, ip: str | None = None) -> None:
    """The member wants nothing of what is on its way; nothing where there is none."""
    with transaction.atomic():
        _hold(member)
        for row in _give_up(member, at):
            audit.record(actor=_user_of(member), action="bank_account.give_up", target=row, data=_named(row), subjects=[member], ip=ip)


def record(*, account: BankAccount, answer: Answer, at: datetime) -> BankAccount:
    """What the bank said, once: who was quicker decides, the same answer again changes nothing."""
    with transaction.atomic():
        _hold(account.member)
        row = BankAccount.objects.select_for_update(of=("self",), no_key=True).select_related("member__user").get(pk=account.pk)
        if row.state != BankAccountState.ASKED:
            return row
        row.answered_at, row.holder = at, answer.holder or None
        why = _why_not(answer)
        match = bank_names.compare(row.member.name, answer.holder)
        row.match = match.value if why is None else ""
        if why or match is NameMatch.NONE:
            _refuse(row, why or BankAccountRefusal.NAME, at)
        elif match is NameMatch.NEAR:
            _review(row, at)
        else:
            _begin(row, at)
    return row


def refuse_silent(*, account: BankAccount, at: datetime) -> None:
    """The bank has not answered for days: the member is told, and may ask again."""
    with transaction.atomic():
        _hold(account.member)
        row = BankAccount.objects.select_for_update(of=("self",), no_key=True).select_related("member__user").get(pk=account.pk)
        if row.state == BankAccountState.ASKED:
            _refuse(row, BankAccountRefusal.SILENT, at)


def decide(*, account: BankAccount, right: bool, by: User, at: datetime, ip: str | None = None) -> None:
    """An officer has compared the bank book with the person's papers. Raises Decided, OwnRecord."""
    own_record.require_other(by, account.member, action="bank_account.decide", ip=ip)
    with transaction.atomic():
        _hold(account.member)
        row = BankAccount.objects.select_for_update(of=("self",), no_key=True).select_related("member__user").get(pk=account.pk)
        if row.state != BankAccountState.REVIEW:
            raise Decided
        row.decided_by = by
        audit.record(actor=by, action="bank_account.decide", target=row, data={**_named(row), "right": right}, subjects=[row.member], ip=ip)
        if right:
            _begin(row, at)
        else:
            _refuse(row, BankAccountRefusal.OFFICER, at)


def cancel(*, member: Member, at: datetime, ip: str | None = None) -> BankAccount | None:
    """The member did not want the change: the account before it is the current one again, or none. Raises NotCooling when nothing cools off."""
    user = _user_of(member)
    with transaction.atomic():
        _hold(member)
        row = selectors.current(member)
        if row is None or row.cooling_until is None or row.cooling_until <= at:
            raise NotCooling
        _end(row, BankAccountState.CANCELLED, at)
        back = _restored(row.former, at) if row.former else None
        audit.record(actor=user, action="bank_account.cancel", target=row, data=_named(row), subjects=[member], ip=ip)
        _tell(row, "BANK_ACCOUNT_CANCELLED", at)
    return back


def undo_since(*, user: User, since: datetime, at: datetime, ip: str | None = None) -> None:
    """What was asked for since then is given up, and an account that took its place since then is cancelled, whether or not it has cooled off: the
    one that was there before is the current one again, or none. In the caller's transaction."""
    member = Member.objects.select_for_update(of=("self",), no_key=True).filter(user=user).first()
    if member is None:
        return
    for row in _give_up(member, at):
        audit.record(actor=user, action="bank_account.give_up", target=row, data=_named(row), subjects=[member], ip=ip)
    unwanted = selectors.current(member)
    if unwanted is None or _asked_first(unwanted) < since:
        return
    _end(unwanted, BankAccountState.CANCELLED, at)
    before = unwanted.former
    while before is not None and _asked_first(before) >= since:
        before = before.former
    if before is not None:
        _restored(before, at)
    audit.record(actor=user, action="bank_account.cancel", target=unwanted, data=_named(unwanted), subjects=[member], ip=ip)
    _tell(unwanted, "BANK_ACCOUNT_CANCELLED", at)


def _asked_first(row: BankAccount) -> datetime:
    """When the account was asked for: one that is back after a cancelled change was asked for when it first was."""
    while row.restores is not None:
        row = row.restores
    return row.asked_at


def _restored(former: BankAccount, at: datetime) -> BankAccount:
    """The account that was there before, again, with what had been verified of it, and what was left of its own cooling-off."""
    return BankAccount.objects.create(
        member=former.member,
        bank=former.bank,
        number=former.number,
        ending=former.ending,
        state=BankAccountState.CURRENT,
        asked_at=at,
        due_at=at,
        answered_at=former.answered_at,
        holder=former.holder,
        match=former.match,
        since=former.since,
        cooling_until=former.cooling_until,
        decided_by=former.decided_by,
        former=former.former,
        restores=former,
    )


def _why_not(answer: Answer) -> BankAccountRefusal | None:
    """What stands in the way whatever the name (seed 004: active, the member's own, neither joint nor a company's)."""
    if answer.state is AccountState.UNKNOWN:
        return BankAccountRefusal.NO_ACCOUNT
    if answer.state is AccountState.CLOSED:
        return BankAccountRefusal.CLOSED
    kinds = {AccountKind.JOINT: BankAccountRefusal.JOINT, AccountKind.COMPANY: BankAccountRefusal.COMPANY}
    return kinds.get(answer.kind) if answer.kind else None


def _begin(row: BankAccount, at: datetime) -> None:
    """Money may go there, after its cooling-off."""
    former = selectors.current(row.member)
    if former is not None:
        _end(former, BankAccountState.REPLACED, at)
    row.state, row.since, row.former = BankAccountState.CURRENT, at, former
    row.cooling_until = at + timedelta(hours=settings.TAC["cooling_hours"])
    row.save(update_fields=["state", "since", "former", "cooling_until", "answered_at", "holder", "match", "decided_by"])
    data = {**_named(row), "from": f"{accounts.name(former.bank)} {former.ending}" if former else ""}
    audit.record(actor="portal", action="bank_account.begin", target=row, data=data, subjects=[row.member])
    _tell(row, "BANK_ACCOUNT_CHANGED", at)


def _review(row: BankAccount, at: datetime) -> None:
    row.state = BankAccountState.REVIEW
    row.save(update_fields=["state", "answered_at", "holder", "match"])
    audit.record(actor="portal", action="bank_account.review", target=row, data=_named(row), subjects=[row.member])
    _tell(row, "BANK_ACCOUNT_REVIEW", at)


def _refuse(row: BankAccount, why: BankAccountRefusal, at: datetime) -> None:
    row.state, row.why, row.ended_at = BankAccountState.REFUSED, why, at
    row.save(update_fields=["state", "why", "ended_at", "answered_at", "holder", "match", "decided_by"])
    data = {**_named(row), "why": why.value}
    audit.record(actor="portal", action="bank_account.refuse", target=row, data=data, subjects=[row.member])
    _tell(row, "BANK_ACCOUNT_REFUSED", at)


def _give_up(member: Member, at: datetime) -> list[BankAccount]:
    rows = list(BankAccount.objects.filter(member=member, state__in=OPEN))
    for row in rows:
        _end(row, BankAccountState.GIVEN_UP, at)
    return rows


def _end(row: BankAccount, state: BankAccountState, at: datetime) -> None:
    row.state, row.ended_at = state, at
    row.save(update_fields=["state", "ended_at"])


def _named(row: BankAccount) -> dict[str, str]:
    """As the trail names an account: never by its number."""
    return {"bank": accounts.name(row.bank), "ending": row.ending}


def _tell(row: BankAccount, kind: str, at: datetime) -> None:
    figures = {
        "bank": accounts.name(row.bank),
        "ending": row.ending,
        "at": formats.moment(at),
        "until": formats.moment(row.cooling_until) if row.cooling_until else "",
    }
    cause, member = f"bankaccount:{row.pk}", row.member
    if isinstance(member.user, User):
        notices.warn(member.user, kind, figures=figures, cause=cause, at=at)
        return
    # Who has no i-Akaun reads no inbox: the number that the person gave to be reached by is all that there is.
    inbox = Inbox(Whose.MEMBER, member.pk)
    if member.phone:
        notify.send_sms(to=member.phone, kind=kind, figures=figures, language="ms", inbox=inbox, cause=cause, at=at)
    else:
        notify.tell([notify.News(inbox, kind, cause, figures)], on=calendar.current())


def _user_of(member: Member) -> User:
    """Whose own pages these are."""
    assert isinstance(member.user, User)  # noqa: S101 - nobody else opens them
    return member.user


def _hold(member: Member) -> None:
    """One change of a member's account at a time."""
    Member.objects.select_for_update(of=("self",), no_key=True).get(pk=member.pk)
