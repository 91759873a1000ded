"""A member's savings: the home page, one account, one contribution. Each page is one dataclass of a few queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import BooleanField, F, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from contributions import explanations
from contributions.enums import LineState, MonthStanding, RowStatus
from contributions.explanations import Explained
from contributions.models import CorrectionLine, FilingRow, SuspenseMatch, WrongCredit
from contributions.rules import standing
from contributions.rules.standing import Standing
from contributions.selectors import corrections, divided, explaining, months, wrong_credits
from contributions.selectors.explaining import Behind
from contributions.selectors.months import MonthLine
from contributions.selectors.wrong_credits import Moves
from kwsp_portal.common import money
from kwsp_portal.common.explain import Step
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.common.refusal import Refusal
from members import explanations as member_explanations
from members.enums import SubAccount
from members.ledger import balances
from members.ledger.balances import EntryView, Pot
from members.ledger.enums import EntryKind, HolderKind
from members.ledger.labels import reference
from members.models import Member
from members.rules import accounts, allocation

EARLIER = 5
RECENT_ROWS = 40
"""The rows a home page reads: a year of months at up to three employers, and the contributions shown."""

_PAID = frozenset({MonthStanding.PAID, MonthStanding.CREDITED, MonthStanding.SUSPENDED})


@dataclass(frozen=True, kw_only=True)
class Card:
    """One account: what it is called on the day and was called before, what stands in it and what of that is held, RM.

    `opens_on`: from when everything on it may be taken out at any time, where that is still to come. `why`: how the latest contribution's part of it
    was reckoned; None where it got none.
    """

    code: SubAccount
    name: str
    former: str
    amount: Decimal
    held: Decimal
    opens_on: date | None
    why: Explained | None


@dataclass(frozen=True, kw_only=True)
class Part:
    """What one account got of a contribution."""

    code: SubAccount
    name: str
    amount: Decimal


@dataclass(frozen=True, kw_only=True)
class Contribution:
    """One row of a published Borang A as its member sees it; `credit` is None until the ledger has it, `corrected` the posted correction by which it
    stands, if any. Shares and `total` are what counts now, RM.

    `moved` where it was credited to the wrong member first: to this one where `taken`, else to another, and `credit` is what gave it to this one.
    `matched` where it lay in the employer's suspense until then."""

    row: FilingRow
    month: WageMonth
    employer: str
    credit: EntryView | None
    corrected: CorrectionLine | None
    moved: WrongCredit | None = None
    taken: bool = False
    matched: SuspenseMatch | None = None

    @property
    def employer_share(self) -> Decimal:
        return (self.corrected.now_employer if self.corrected else self.row.employer_share) or Decimal(0)

    @property
    def employee_share(self) -> Decimal:
        return (self.corrected.now_employee if self.corrected else self.row.employee_share) or Decimal(0)

    @property
    def total(self) -> Decimal:
        return self.employer_share + self.employee_share

    @property
    def filed(self) -> Decimal:
        """Both shares as Borang A had them."""
        return months.filed_total(self.row)

    @property
    def credited(self) -> Decimal:
        """What the credit itself brought."""
        return money.from_sen(self.credit.total_sen if self.credit else 0)

    @property
    def parts(self) -> list[Part]:
        """What each account got, by the names of the day."""
        if self.credit is None:
            return []
        on = self.credit.booked_on
        return [
            Part(code=SubAccount(code), name=member_explanations.account_name(code, on), amount=money.from_sen(sen))
            for code, sen in self.credit.amounts.items()
        ]

    @property
    def reference(self) -> str:
        return reference(self.credit.entry_id) if self.credit else ""


@dataclass(frozen=True, kw_only=True)
class ContributionPage:
    """A contribution with everything behind it; `kept_apart` says why it lies on the employer's suspense, if it does."""

    found: Contribution
    standing: Standing
    behind: Behind
    kept_apart: str

    @property
    def bar(self) -> list[tuple[str, Decimal, str]]:
        return [(part.name, part.amount, part.code.value) for part in self.found.parts]


@dataclass(frozen=True, kw_only=True)
class Home:
    """The first page after signing in, as at `on`. The cards sum to `total`."""

    on: date
    total: Decimal
    cards: Sequence[Card]
    latest: Contribution | None
    why_shares: Explained | None
    why_split: Explained | None
    earlier: Sequence[Contribution]
    months: Sequence[MonthLine]

    @property
    def bar(self) -> list[tuple[str, Decimal, str]]:
        return [(card.name, card.amount, card.code.value) for card in self.cards]

    @property
    def held(self) -> Decimal:
        return sum((card.held for card in self.cards), Decimal(0))

    @property
    def unpaid(self) -> int:
        """Months past their due date that have not been paid."""
        return sum(line.late and line.state not in _PAID for line in self.months)


def home_of(*, member: Member, on: date) -> Home:
    """Five queries: accounts, what was credited to the wrong member or matched later, rows, their entries, months; one more where some are
    corrected."""
    pots = _standing(member, balances.pots_of(HolderKind.MEMBER, member.pk), on)
    moves = wrong_credits.moves_of(member)
    rows, stands = _recent(member, moves)
    booked = _booked(member, rows, moves)
    credited = sorted(
        (_contribution(row, booked[row.pk], stands.get(row.pk), moves) for row in rows if row.pk in booked),
        key=lambda found: (booked[found.row.pk].booked_on, found.month.first_day, found.row.pk),
        reverse=True,
    )
    latest = credited[0] if credited else None
    steps = _steps_of(latest, member) if latest else ()
    cards = [_card(member, code, pots.get(code), steps, on) for code in _shown(member, pots.values(), on)]
    return Home(
        on=on,
        total=sum((card.amount for card in cards), Decimal(0)),
        cards=cards,
        latest=latest,
        why_shares=explaining.steps_of_shares(latest.row, latest.corrected) if latest and not (latest.moved or latest.matched) else None,
        why_split=explanations.explained(steps) if steps else None,
        earlier=credited[1 : EARLIER + 1],
        months=months.months_of(member=member, rows=rows, booked=booked, stands=stands, moves=moves, on=on),
    )


def months_now(*, member: Member, on: date) -> Sequence[MonthLine]:
    """The months of the home page alone. Four queries; one more where some are corrected."""
    moves = wrong_credits.moves_of(member)
    rows, stands = _recent(member, moves)
    return months.months_of(member=member, rows=rows, booked=_booked(member, rows, moves), stands=stands, moves=moves, on=on)


def _standing(member: Member, pots: Iterable[Pot], on: date) -> dict[str, Pot]:
    """The accounts as the law has them on the day, whether or not the books have followed (ruling 15a)."""
    found: dict[str, Pot] = {}
    for pot in pots:
        code = accounts.standing(pot.code, birth_date=member.birth_date, on=on).value
        there = found.get(code, Pot(code, 0, 0))
        found[code] = Pot(code, there.balance_sen + pot.balance_sen, there.held_sen + pot.held_sen)
    return found


def _rows(member: Member, moves: Moves) -> QuerySet[FilingRow]:
    """The member's rows in published filings, those that were credited to another first among them, the newest month first."""
    # Two indexes where there are such rows, and the one by member where there are none, as for nearly everybody.
    whose = Q(member=member, status=RowStatus.VALID)
    if moves.came:
        whose |= Q(pk__in=moves.came)
    found = FilingRow.objects.filter(whose, filing__state__in=standing.PUBLISHED)
    return found.select_related("filing__employer", "member").order_by("-filing__wage_month", "-pk")


_READ = (
    *("filing__employer__name", "filing__employer__number", "filing__wage_month", "filing__state", "filing__paid_on", "filing__credited_on"),
    *("member_id", "wages", "bonus", "employer_share", "employee_share", "part", "reference", "citizenship", "birth_date", "member_since"),
    *("elections", "tops_up_id", "earlier_employer", "earlier_employee", "status"),
)
"""What a home page reads of its rows, and no more: forty of them whole were a sixth of the page."""


def _recent(member: Member, moves: Moves) -> tuple[list[FilingRow], dict[int, CorrectionLine]]:
    """The rows of a home page, and by row the last posted correction of those that have one."""
    corrected = RawSQL(
        "EXISTS (SELECT FROM contributions_correctionline AS line WHERE line.row_id = contributions_filingrow.id AND line.state = %s)",
        (LineState.POSTED.value,),
        BooleanField(),
    )
    found = _rows(member, moves).select_related(None).select_related("filing__employer").only(*_READ).annotate(is_corrected=corrected)
    rows: list[Any] = list(found[:RECENT_ROWS])
    for row in rows:
        if row.member_id == member.pk:
            row.member = member
    stands = corrections.posted_for([row for row in rows if row.is_corrected])
    return rows, {row: lines[-1] for row, lines in stands.items()}


def _booked(member: Member, rows: Sequence[FilingRow], moves: Moves) -> dict[int, EntryView]:
    """What credited each row to the member; nothing for what was taken back."""
    found = balances.entries_with(HolderKind.MEMBER, member.pk, EntryKind.CONTRIBUTION, [row.pk for row in rows])
    return {**{row: entry for row, entry in found.items() if row not in moves.taken and row not in moves.given}, **moves.credits(member)}


def _shown(member: Member, pots: Iterable[Pot], on: date) -> list[SubAccount]:
    with_money = {pot.code for pot in pots if pot.balance_sen}
    return accounts.shown(birth_date=member.birth_date, on=on, with_money=with_money)


def _card(member: Member, code: SubAccount, pot: Pot | None, steps: Sequence[Step], on: date) -> Card:
    own = [step for step in steps if step.figures.get("account") == code]
    opens_on = accounts.opens_on(code, birth_date=member.birth_date, on=on)
    return Card(
        code=code,
        name=member_explanations.account_name(code, on),
        former=member_explanations.former_name(code, on),
        amount=money.from_sen(pot.balance_sen if pot else 0),
        held=money.from_sen(pot.held_sen if pot else 0),
        opens_on=opens_on if opens_on and opens_on > on else None,
        why=explanations.explained(own) if own else None,
    )


def _contribution(row: FilingRow, credit: EntryView | None, corrected: CorrectionLine | None, moves: Moves) -> Contribution:
    return Contribution(
        row=row,
        month=WageMonth.of(row.filing.wage_month),
        employer=row.filing.employer.name,
        credit=credit,
        corrected=corrected,
        moved=moves.taken.get(row.pk) or moves.given.get(row.pk),
        taken=row.pk in moves.taken,
        matched=None if row.pk in moves.taken or row.pk in moves.given else moves.matched.get(row.pk),
    )


def _steps_of(found: Contribution, member: Member) -> Sequence[Step]:
    """By the own birth date where the row was filed for another, or for nobody."""
    credit = found.credit
    assert credit is not None  # noqa: S101 - asked of what was credited
    births = (member.birth_date,) if found.moved or found.matched else divided.births_of(found.row)
    kind = EntryKind.WRONG_CREDIT if found.moved else EntryKind.SUSPENSE_MATCH if found.matched else EntryKind.CONTRIBUTION
    counted = divided.of_member(member)(kind, credit.ref)
    return divided.steps_of(amounts=credit.amounts, booked_on=credit.booked_on, births=births, counted=counted)


def contribution_of(*, member: Member, row_id: int, on: date) -> ContributionPage | None:
    """One contribution; None where the member has no such row in a published filing."""
    moves = wrong_credits.moves_of(member)
    return next(iter(_pages(member, list(_rows(member, moves).filter(pk=row_id)), moves, on)), None)


def rows_in(*, member: Member, year: int) -> QuerySet[FilingRow]:
    """The member's rows in published filings of the wage months of a year, with their `month`."""
    moves = wrong_credits.moves_of(member)
    return _rows(member, moves).filter(filing__wage_month__year=year).annotate(month=F("filing__wage_month"))


def pages_of(*, member: Member, rows: Sequence[FilingRow], on: date) -> list[ContributionPage]:
    """The member's own rows with everything behind them. Five queries, and four more for each that was corrected."""
    return _pages(member, rows, wrong_credits.moves_of(member), on)


def _pages(member: Member, rows: Sequence[FilingRow], moves: Moves, on: date) -> list[ContributionPage]:
    booked, lines = _booked(member, rows, moves), corrections.posted_for(rows)
    behind = explaining.behind_each(rows, booked, lines, seen_by=HolderKind.MEMBER)
    pages = []
    for row in rows:
        credit, corrected = booked.get(row.pk), lines.get(row.pk, [])
        found = _contribution(row, credit, corrected[-1] if corrected else None, moves)
        stands = Standing(MonthStanding.TAKEN_BACK, late=False) if found.taken else months.standing_of(row=row, credit=credit, on=on)
        apart = _why_kept_apart(row, on) if stands.state == MonthStanding.SUSPENDED else ""
        # The facts of a row that was filed for another are another's; one that named nobody has none.
        known = Behind(shares=None, split=None, corrected=()) if found.moved or found.matched else behind[row.pk]
        pages.append(ContributionPage(found=found, standing=stands, behind=known, kept_apart=apart))
    return pages


def _why_kept_apart(row: FilingRow, on: date) -> str:
    """The refusal that kept a row off its member's accounts; general words where the rules would credit it by what is on record now."""
    for birth_date in filter(None, divided.births_of(row)):
        try:
            allocation.split_sen(money.to_sen(months.filed_total(row)), birth_date, row.filing.credited_on or on)
        except Refusal as refusal:
            return member_explanations.refusal_words(refusal)
    return _("Ia tidak boleh dikreditkan ke akaun anda pada hari caruman majikan ini dikreditkan.")
