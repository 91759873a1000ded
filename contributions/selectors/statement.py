"""The statement of one account of a member: a year, or any period of booked days, with every line and why."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _

from contributions import explanations, labels
from contributions.enums import VoluntaryKind
from contributions.explanations import Explained
from contributions.models import FilingRow, SuspenseMatch, VoluntaryContribution, WrongCredit
from contributions.rules import value_date
from contributions.rules import voluntary as voluntary_rules
from contributions.selectors import divided
from kwsp_portal.common import money
from kwsp_portal.common.explain import Step
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.templatetags import formats
from members import explanations as member_explanations
from members.enums import SubAccount
from members.ledger import balances
from members.ledger.balances import Line
from members.ledger.enums import EntryKind, HolderKind
from members.ledger.labels import reference
from members.models import Member
from members.rules import accounts

LINES_A_PAGE = 25
SHOWN_YEARS = 10


@dataclass(frozen=True, kw_only=True)
class StatementLine:
    """One line in words. `amount` is signed; `balance` is where the account then stood. `row_id` and `why` for contributions."""

    booked_on: date
    value_date: date
    words: str
    employer: str
    reference: str
    amount: Decimal
    balance: Decimal
    row_id: int | None
    why: Explained | None


@dataclass(frozen=True, kw_only=True)
class AccountPage:
    """opening + money_in - money_out = closing, all RM, over the booked days `since` to `until`, both included. `years`: those that can
    be chosen, the newest first. `before`: the accounts that became this one, with their statements; `coming`: what
    of their money is not booked here yet."""

    code: SubAccount
    name: str
    former: str
    balance: Decimal
    held: Decimal
    on: date
    year: int
    years: Sequence[int]
    since: date
    until: date
    opening: Decimal
    money_in: Decimal
    money_out: Decimal
    closing: Decimal
    lines: Sequence[StatementLine]
    slice: Page
    before: Sequence[tuple[SubAccount, str]]
    coming: Decimal


def account_of(*, member: Member, code: SubAccount, on: date, year: int | None = None, number: str | None = None) -> AccountPage | None:
    """A year of an account (this year where none, or one that cannot be chosen, is asked); None where the member has no such account.

    Four queries, one a section: the accounts, the period's figures, its lines, and the rows of Borang A behind them; one more where there are
    voluntary contributions.
    """
    pots = {pot.code: pot for pot in balances.pots_of(HolderKind.MEMBER, member.pk)}
    pot = pots.get(code)
    before = [old for old in accounts.MERGED if old in pots] if code == SubAccount.AKAUN_55 else []
    if pot is None and code not in accounts.of(birth_date=member.birth_date, on=on):
        return None
    chosen = year if year is not None and on.year - 100 <= year <= on.year else on.year
    since, until = date(chosen, 1, 1), min(on, date(chosen, 12, 31))
    flow = balances.turnover(HolderKind.MEMBER, member.pk, code, since=since, until=until)
    first = flow.first_booked.year if flow.first_booked else on.year
    page = Paginator(range(flow.lines), LINES_A_PAGE).get_page(number)
    found = balances.lines_between(
        HolderKind.MEMBER, member.pk, code, since=since, until=until, limit=LINES_A_PAGE, offset=(page.number - 1) * LINES_A_PAGE, whole=True
    )
    return AccountPage(
        code=code,
        name=member_explanations.account_name(code, on),
        former=member_explanations.former_name(code, on),
        balance=money.from_sen(pot.balance_sen if pot else 0),
        held=money.from_sen(pot.held_sen if pot else 0),
        on=on,
        year=chosen,
        years=_years(first=min(first, chosen), chosen=chosen, last=on.year),
        since=since,
        until=until,
        opening=money.from_sen(flow.opening_sen),
        money_in=money.from_sen(flow.in_sen),
        money_out=money.from_sen(flow.out_sen),
        closing=money.from_sen(flow.closing_sen),
        lines=_in_words(member, code, found),
        slice=page,
        before=[(old, member_explanations.account_name(old, on)) for old in before],
        coming=money.from_sen(sum(pots[old].balance_sen for old in before)),
    )


def _years(*, first: int, chosen: int, last: int) -> list[int]:
    """The first and the last, and ten years with the chosen one among them: so that forty years can be walked through."""
    newest = min(last, max(chosen + SHOWN_YEARS // 2, first + SHOWN_YEARS))
    return sorted({first, last, *range(max(first, newest - SHOWN_YEARS), newest + 1)}, reverse=True)


def _in_words(member: Member, code: SubAccount, found: Sequence[Line]) -> list[StatementLine]:
    refs = [line.ref for line in found if line.kind == EntryKind.CONTRIBUTION]
    rows = {row.pk: row for row in FilingRow.objects.filter(pk__in=refs, member=member).select_related("filing__employer", "member")} if refs else {}
    counted = divided.of_member(member)
    shown = [_line(code, line, rows.get(line.ref) if line.kind == EntryKind.CONTRIBUTION else None, counted(line.kind, line.ref)) for line in found]
    own = _voluntary(found)
    shown = [
        _of_own(one, own[line.ref], member, code, line, counted(line.kind, line.ref)) if line.kind == EntryKind.VOLUNTARY else one
        for line, one in zip(found, shown, strict=True)
    ]
    came = {**_came(WrongCredit, EntryKind.WRONG_CREDIT, found), **_came(SuspenseMatch, EntryKind.SUSPENSE_MATCH, found)}
    return [_of_row(one, came[line.kind, line.ref], member) if (line.kind, line.ref) in came else one for line, one in zip(found, shown, strict=True)]


def _voluntary(found: Sequence[Line]) -> dict[int, VoluntaryContribution]:
    """The voluntary contributions behind lines, by their ids; no query where there is none."""
    refs = [line.ref for line in found if line.kind == EntryKind.VOLUNTARY]
    return VoluntaryContribution.objects.in_bulk(refs) if refs else {}


def _of_own(
    line: StatementLine, found: VoluntaryContribution, member: Member, code: SubAccount, entry: Line, counted: divided.Counted
) -> StatementLine:
    """A voluntary contribution in words, and why this account got what it got of it."""
    if entry.amount_sen < 0:
        return replace(line, words=_("Caruman sukarela dibalikkan: %(kind)s") % {"kind": labels.VOLUNTARY_KIND[found.kind]})
    words = _("Caruman sukarela: %(kind)s") % {"kind": labels.VOLUNTARY_KIND[found.kind]}
    amounts = entry.amounts or {}
    if found.kind == VoluntaryKind.TOP_UP and amounts.keys() == {SubAccount.PERSARAAN.value}:
        steps: Sequence[Step] = [voluntary_rules.top_up_step(sum(amounts.values()), on=entry.booked_on)]
    else:
        steps = divided.steps_of(amounts=amounts, booked_on=entry.booked_on, births=[member.birth_date], counted=counted)
    mine = [step for step in steps if step.figures.get("account", code) == code]
    earns = value_date.of_voluntary(paid_on=entry.value_date, credited_on=entry.booked_on)
    return replace(line, words=words, why=explanations.explained([*mine, earns]))


def _came(model: type[WrongCredit] | type[SuspenseMatch], kind: EntryKind, found: Sequence[Line]) -> dict[tuple[EntryKind, int], Any]:
    """What is behind lines of a kind; no query where there is none."""
    refs = [line.ref for line in found if line.kind == kind]
    return {(kind, one.pk): one for one in model.objects.filter(pk__in=refs).select_related("row__filing__employer")} if refs else {}


def _of_row(line: StatementLine, found: WrongCredit | SuspenseMatch, member: Member) -> StatementLine:
    """The row of Borang A that it is about."""
    return replace(line, row_id=found.row_id, employer=found.row.filing.employer.name, words=_moved(found, member))


def _moved(found: WrongCredit | SuspenseMatch, member: Member) -> str:
    month = {"month": formats.month(WageMonth.of(found.row.filing.wage_month))}
    if isinstance(found, SuspenseMatch):
        return _("Caruman bagi gaji %(month)s, dahulu dalam akaun tergantung majikan") % month
    if found.from_member_id == member.pk:
        return _("Caruman bagi gaji %(month)s bukan milik anda, diambil balik") % month
    return _("Caruman bagi gaji %(month)s, dahulu dikreditkan kepada ahli lain") % month


def _line(code: SubAccount, line: Line, row: FilingRow | None, counted: divided.Counted) -> StatementLine:
    return StatementLine(
        booked_on=line.booked_on,
        value_date=line.value_date,
        words=_contributed(row) if row else source_words(line.kind),
        employer=row.filing.employer.name if row else "",
        reference=reference(line.entry_id),
        amount=money.from_sen(line.amount_sen),
        balance=money.from_sen(line.balance_after_sen),
        row_id=row.pk if row else None,
        why=_why(row, code, line, counted) if row else None,
    )


def _contributed(row: FilingRow) -> str:
    return _("Caruman bagi gaji %(month)s") % {"month": formats.month(WageMonth.of(row.filing.wage_month))}


def _why(row: FilingRow, code: SubAccount, line: Line, counted: divided.Counted) -> Explained | None:
    """The division of the whole contribution, as far as it concerns this account."""
    steps = divided.steps_of(amounts=line.amounts or {}, booked_on=line.booked_on, births=divided.births_of(row), counted=counted)
    own = [step for step in steps if step.figures.get("account", code) == code]
    return explanations.explained(own) if own else None


def source_words(kind: EntryKind) -> str:
    """Where a line comes from, for a member."""
    words = {
        EntryKind.CONTRIBUTION: _("Caruman"),
        EntryKind.REVERSAL: _("Pelarasan: catatan terdahulu dibalikkan"),
        EntryKind.PAYOUT: _("Pengeluaran"),
        EntryKind.DIVIDEND: _("Dividen"),
        EntryKind.MERGE_55: _("Penggabungan akaun pada umur 55"),
        EntryKind.RINGFENCE: _("Pengasingan bagi perumahan"),
        EntryKind.INCENTIVE: _("Insentif Kerajaan"),
        EntryKind.LATE_CREDIT: _("Dividen atas caruman lewat"),
        EntryKind.CORRECTION: _("Penyelarasan caruman"),
        EntryKind.INITIAL_TRANSFER: _("Pindahan amaun permulaan"),
        EntryKind.WRONG_CREDIT: _("Caruman dikreditkan kepada ahli yang betul"),
        EntryKind.SUSPENSE_MATCH: _("Caruman yang dipadankan kemudian"),
        EntryKind.VOLUNTARY: _("Caruman sukarela"),
    }
    return words.get(kind, _("Catatan lain"))
