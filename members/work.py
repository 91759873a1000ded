"""What other parts ask of members: where a member's messages go, whose number it is, what a password may not be made of, what follows from a
correction of the register, what a bank has still to say, and the work of dividends."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from kwsp_portal import jobs
from kwsp_portal.common import clock
from kwsp_portal.common.stored_names import WORDS
from kwsp_portal.jobs import registry
from kwsp_portal.jobs.models import Run
from kwsp_portal.notify import addresses, kinds
from kwsp_portal.notify.enums import Channel, Whose
from members import labels
from members.enums import Waits
from members.identity import cancelling, emails, panels, passwords, phones, recovery
from members.identity.models import User
from members.ledger import years
from members.models import Member
from members.selectors import bank_accounts, cooling
from members.selectors import invariants as found_by
from members.services import (
    account_names,
    age_news,
    ages,
    blocking,
    correction_news,
    declaring,
    dividends,
    dividends_due,
    effects,
    initial_transfer,
    payout_files,
    replacing,
    shariah,
)
from members.services.bank_accounts import undo_since

_SPELLINGS = ("%d%m%Y", "%Y%m%d", "%d%m%y", "%y%m%d")


def telephones(readers: Collection[addresses.Reader]) -> Mapping[addresses.Reader, str]:
    """Of members the numbers that their codes go to."""
    users = _users_of(readers)
    return {users[user_id]: number for user_id, number in phones.numbers_of(users).items()}


def mailboxes(readers: Collection[addresses.Reader]) -> Mapping[addresses.Reader, str]:
    """Of members the e-mail addresses that they proved to be theirs."""
    users = _users_of(readers)
    return {users[user_id]: address for user_id, address in emails.addresses_of(users).items()}


def _users_of(readers: Collection[addresses.Reader]) -> dict[int, addresses.Reader]:
    ids = [reader.whose_id for reader in readers]
    rows = Member.objects.filter(pk__in=ids, user__isnull=False).values_list("user_id", "pk")
    return {user_id: addresses.Reader(pk) for user_id, pk in rows}


addresses.register(Whose.MEMBER, Channel.SMS, telephones)
addresses.register(Whose.MEMBER, Channel.EMAIL, mailboxes)
effects.register()
jobs.periodic("members.bank_accounts", 30, lambda: account_names.verify_due(at=clock.now()))
for _code, _kind in (
    *labels.BANK_ACCOUNT_KINDS.items(),
    *blocking.KINDS.items(),
    *age_news.KINDS.items(),
    *initial_transfer.KINDS.items(),
    *replacing.KINDS.items(),
    *shariah.KINDS.items(),
):
    kinds.register(_code, _kind)
correction_news.register()
found_by.register()
WORDS.update(
    {
        dividends.PROGRAMME: _("Dividen"),
        declaring.PREVIEW: _("Mengira anggaran dividen"),
        dividends_due.PROGRAMME: _("Menyelesaikan dividen terhutang"),
        payout_files.PROGRAMME: _("Fail bayaran keluar"),
    }
)


@jobs.programme(ages.PROGRAMME)
def turn_of_ages(lease: jobs.Lease) -> None:
    """Have the books of a chunk of members follow their ages."""
    ages.work_chunk(lease=lease, at=clock.now())


jobs.schedule(ages.PROGRAMME, when=registry.daily)(ages.plan)


@jobs.batch(ages.PROGRAMME)
def turn_of_ages_now(on: date) -> Mapping[str, int]:
    """The run of a day, opened unless it was, and worked here."""
    run = jobs.open_run(programme=ages.PROGRAMME, period=on.isoformat(), chunks=ages.plan(on.isoformat(), on), on=on)
    jobs.work_some(programmes=[ages.PROGRAMME])
    return ages.figures_of(run)


@jobs.programme(payout_files.PROGRAMME, lease_seconds=300)
def pay_out(lease: jobs.Lease) -> None:
    """The payout file of a business day."""
    payout_files.make(lease=lease)


jobs.schedule(payout_files.PROGRAMME, when=registry.daily)(payout_files.plan)


@jobs.batch("payouts")
def send_payouts(on: date) -> Mapping[str, int]:
    """Payout files sent, answers taken."""
    return payout_files.sweep(on=on, at=clock.now())


jobs.periodic("members.payouts", 30, lambda: send_payouts(clock.business_date()))


@recovery.finds(recovery.Who.MEMBER)
def member_known_by(number: str) -> QuerySet[User]:
    """By identity number or member number, as typed without blanks and hyphens."""
    return User.objects.filter(Q(member__identity_number=number.upper()) | Q(member__number=number))


@cancelling.undoes
def bank_account_of(user: User, since: datetime, at: datetime, ip: str | None) -> None:
    """An account that was asked for under a code to a number that the person did not want."""
    undo_since(user=user, since=since, at=at, ip=ip)


@passwords.of_own_data
def of_the_register(user: User) -> Iterator[str]:
    """The member's numbers, telephone in both spellings, and birth date as people write it."""
    member = getattr(user, "member", None)
    if member is None:
        return
    yield from (member.number, member.identity_number, member.phone, member.phone.replace("+60", "0"))
    born: date = member.birth_date
    yield from (born.strftime(spelling) for spelling in _SPELLINGS)


@panels.on_security_page
def bank_account_panel(user: User, at: datetime) -> panels.Panel | None:
    """Where the member's money goes, and what makes it wait."""
    member = getattr(user, "member", None)
    if member is None:
        return None
    current, coming = bank_accounts.current(member), bank_accounts.on_its_way(member)
    waits = cooling.of(member, at=at)
    shown = {
        "current": current,
        "name": bank_accounts.name_of(current) if current else "",
        "coming": labels.BANK_ACCOUNT_STATES[coming.state] if coming else None,
        "cooling": waits,
        "account_waits": bool(waits and waits.by(Waits.BANK_ACCOUNT)),
    }
    return panels.Panel("members/includes/bank_account_panel.html", shown)


def _next_dividend(run: Run) -> None:
    """Of the year after, where it is closed; else that one is closed now, its openings stored and its dividend credited."""
    if not dividends.open_next(on=run.on):
        years.close_next(on=run.on)


years.waits_for(dividends.is_coming)


@jobs.programme(dividends.PROGRAMME, lease_seconds=300, on_done=_next_dividend)
def credit_dividends(lease: jobs.Lease) -> None:
    """A year's dividend of one range of members."""
    dividends.credit_chunk(lease=lease)


@jobs.programme(declaring.PREVIEW, lease_seconds=300)
def reckon_preview(lease: jobs.Lease) -> None:
    """What a declaration would credit to one range of members."""
    declaring.reckon_chunk(lease=lease)


@jobs.programme(dividends_due.PROGRAMME, lease_seconds=300)
def settle_dividends(lease: jobs.Lease) -> None:
    """What came late to years whose dividend is credited, of one range of members."""
    dividends_due.settle_chunk(lease=lease)


@jobs.schedule(dividends_due.PROGRAMME, when=registry.daily)
def plan_settling(_period: str, _on: date) -> list[dict[str, Any]]:
    """Those to whom something is due."""
    return dividends_due.chunks()


@jobs.batch("dividend")
def open_dividend(on: date) -> Mapping[str, int]:
    """Open the run of the next year, if its rates are known; the years after it follow by themselves."""
    return {"opened": dividends.open_next(on=on)}


jobs.periodic("members.dividends", 60, lambda: open_dividend(clock.business_date()))
