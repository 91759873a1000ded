"""Half-yearly runs for tests: people who save, a run as the calendar and the workers do it, two officers, and the Government's answer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from contributions.enums import IncentiveScheme
from contributions.models import ClaimAnswer, ClaimFile, IncentiveClaim, IncentiveRun
from contributions.rules.incentive import HalfYear
from contributions.services import incentive_answers, incentive_credits, incentive_files, incentive_runs
from kwsp_portal.documents.services import Upload
from kwsp_portal.jobs import engine
from members.identity.enums import Role
from members.identity.models import User
from members.ledger import balances
from members.ledger.enums import HolderKind
from members.models import Member
from tests import factories

JULY, AUGUST = date(2025, 7, 1), date(2025, 8, 1)
JANUARY, FEBRUARY = date(2026, 1, 1), date(2026, 2, 1)
FIRST, SECOND = HalfYear(2025, 1), HalfYear(2025, 2)
PROGRAMMES = [*incentive_runs.PROGRAMMES.values(), incentive_files.PROGRAMME, incentive_answers.PROGRAMME, incentive_credits.PROGRAMME]


@dataclass(frozen=True)
class Officers:
    maker: User
    checker: User


def officers() -> Officers:
    return Officers(factories.UserFactory(role=Role.INSPECTOR), factories.UserFactory(role=Role.SUPERVISOR))


def saver(*paid: tuple[int, date], **fields: object) -> Member:
    """A trader who is registered for i-Saraan and paid these amounts, RM, on these days."""
    member: Member = factories.MemberFactory(**fields)
    factories.IncentiveRegistrationFactory(member=member)
    for amount, paid_on in paid:
        pay(member, amount, paid_on)
    return member


def pay(member: Member, amount: int, paid_on: date, **fields: object):  # type: ignore[no-untyped-def]
    return factories.VoluntaryContributionFactory(member=member, amount=Decimal(amount), paid_on=paid_on, **fields)


def work() -> engine.Counts:
    return engine.work_some(programmes=PROGRAMMES)


def run(half: HalfYear = FIRST, *, on: date = JULY, scheme: IncentiveScheme = IncentiveScheme.ISARAAN) -> IncentiveRun:
    """Opened and reckoned."""
    incentive_runs.open_run(scheme=scheme, half=half, on=on)
    assert work().failed == 0
    return IncentiveRun.objects.get(scheme=scheme, year=half.year, half=half.number)


def send(found: IncentiveRun, people: Officers, *, on: date = JULY) -> ClaimFile:
    """Its claim file, made by the one officer and approved by the other."""
    file = incentive_files.make(run_id=found.pk, by=people.maker, on=on)
    work()
    return incentive_files.approve(file_id=file.pk, by=people.checker, on=on)


def content(found: IncentiveRun, *, received_on: date, refused: Mapping[int, str] | None = None, rows: Iterable[str] | None = None) -> bytes:
    """The Government's answer: every claim paid, but for members that are `refused` with a reason."""
    claims = found.found.filter(amount__gt=0).select_related("member").order_by("pk")
    gone = refused or {}
    written = [_row(claim, gone.get(claim.member_id, "")) for claim in claims] if rows is None else list(rows)
    paid = [claim for claim in claims if claim.member_id not in gone]
    total = sum((claim.amount for claim in paid), start=Decimal(0))
    sent = found.files.exclude(state="REFUSED").get()
    header = f"H,KERAJAAN,{found.scheme},{found.period},{sent},{received_on}"
    return "\n".join([header, *written, f"T,{len(claims)},{len(paid)},{len(claims) - len(paid)},{total:.2f}", ""]).encode()


def _row(claim: IncentiveClaim, reason: str) -> str:
    if reason:
        return f"D,{claim.pk},{claim.member.number},REFUSED,0.00,{reason}"
    return f"D,{claim.pk},{claim.member.number},PAID,{claim.amount:.2f},"


def answer(found: IncentiveRun, people: Officers, given: bytes, *, on: date) -> ClaimAnswer:
    """Uploaded and read."""
    kept = incentive_answers.upload(run_id=found.pk, file=Upload("jawapan.csv", given), by=people.maker, on=on)
    work()
    kept.refresh_from_db()
    found.refresh_from_db()
    return kept


def credited(
    half: HalfYear,
    people: Officers,
    *,
    on: date,
    received_on: date,
    refused: Mapping[int, str] | None = None,
    scheme: IncentiveScheme = IncentiveScheme.ISARAAN,
) -> IncentiveRun:
    """A half-year from its opening to its credits."""
    found = run(half, on=on, scheme=scheme)
    send(found, people, on=on)
    kept = answer(found, people, content(found, received_on=received_on, refused=refused), on=received_on)
    assert kept.state == "TAKEN", kept.faults
    incentive_credits.open_due(on=max(received_on, half.earliest_credit))
    assert work().failed == 0
    found.refresh_from_db()
    return found


def stands(member: Member) -> dict[str, int]:
    """What a member has, in sen by account."""
    return {code: sen for code, sen in balances.balances_of(HolderKind.MEMBER, member.pk).items() if sen}
