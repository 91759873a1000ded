"""A credited filing whose figures are no longer those of the rules, and officers who correct it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection

from contributions.models import Correction, CorrectionLine, Filing
from contributions.services import correcting, preparing
from contributions.services import correction as corrections
from kwsp_portal import jobs
from kwsp_portal.jobs import engine
from members.enums import Citizenship
from members.identity.enums import Role
from members.identity.models import User
from members.models import CitizenshipPeriod, Member
from tests import factories
from tests.contributions.conftest import OCTOBER, Office
from tests.contributions.crediting import credit, pay
from tests.contributions.paying import Bank
from tests.factories import borang_a

PAID = date(2026, 11, 12)
ON = date(2026, 11, 20)
REASON = "Kewarganegaraan dibetulkan dalam daftar."


@dataclass(frozen=True)
class Officers:
    supervisor: User
    inspector: User


def officers() -> Officers:
    return Officers(factories.UserFactory(role=Role.SUPERVISOR), factories.UserFactory(role=Role.INSPECTOR))


def was_never_a_citizen(member: Member, status: Citizenship = Citizenship.NON_CITIZEN) -> None:
    """The register is mended: at RM6,250 Part F asks for 250 where Part A asked for 1,449."""
    CitizenshipPeriod.objects.filter(member=member).update(status=status)


def was_a_citizen(member: Member) -> None:
    """The other way round: 1,449 where Part F asked for 250."""
    CitizenshipPeriod.objects.filter(member=member).update(status=Citizenship.CITIZEN)


def credited(office: Office, bank: Bank, *members: Member, month: object = OCTOBER, foreign: Sequence[Member] = (), paid: date = PAID) -> Filing:
    """A filing of these people at RM6,250, credited on the day it is paid."""
    rows = [borang_a.row(member, employer="125", employee="125") if member in foreign else borang_a.row(member) for member in members]
    filing = office.approved(*rows, wage_month=month)  # type: ignore[arg-type]
    pay(filing, office, bank, paid)
    assert credit().failed == 0
    filing.refresh_from_db()
    return filing


def prepare(people: Officers, *filings: Filing, on: date = ON, by: User | None = None) -> Correction:
    """Prepared by the supervisor, or by somebody else, and reckoned by a worker."""
    made = corrections.prepare(filing_ids=[filing.pk for filing in filings], as_at=on, reason=REASON, by=by or people.supervisor, on=on)
    assert reckon().failed == 0
    made.refresh_from_db()
    return made


def reckon() -> engine.Counts:
    """What a worker does with what is being prepared."""
    return jobs.work_some(programmes=[preparing.PROGRAMME])


def approved(people: Officers, *filings: Filing, on: date = ON) -> Correction:
    """Prepared and proposed by the supervisor, approved by the inspector; its run waits for a worker."""
    made = prepare(people, *filings, on=on)
    corrections.propose(correction_id=made.pk, by=people.supervisor, on=on)
    return corrections.approve(correction_id=made.pk, by=people.inspector, on=on)


def post() -> engine.Counts:
    """What a worker does."""
    return jobs.work_some(programmes=[correcting.PROGRAMME])


def entries() -> list[tuple[int, date, date, str, int]]:
    """What the ledger has of corrections, in SQL of its own: line, dates, account and sen, in order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.ref, e.booked_on, e.value_date, a.code, p.amount_sen FROM ledger_entry e JOIN ledger_posting p ON p.entry_id = e.id "
            "JOIN ledger_account a ON a.id = p.account_id WHERE e.kind = 12 ORDER BY e.ref, a.code"
        )
        return cursor.fetchall()


def moved(line: CorrectionLine) -> dict[str, int]:
    """What a line did to each account, in sen."""
    return {code: sen for ref, _booked, _value, code, sen in entries() if ref == line.pk}
