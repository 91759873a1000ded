"""How tests elect: recorded by the maker, submitted, approved by the checker."""

from datetime import date
from decimal import Decimal

from contributions.enums import ElectionAct, ElectionKind
from contributions.models import Election
from contributions.services import elections
from contributions.services.election_checks import Wanted
from kwsp_portal.common.periods import WageMonth
from members.models import Member
from tests.contributions.conftest import NOVEMBER, ON, Office
from tests.factories import leave

PDF = elections.Upload("kwsp-17a.pdf", b"%PDF-1.7 borang yang ditandatangani")


def wanted(
    kind: ElectionKind = ElectionKind.EMPLOYEE_EXCESS,
    points: str | None = "5",
    month: WageMonth = NOVEMBER,
    act: ElectionAct = ElectionAct.ELECT,
) -> Wanted:
    return Wanted(kind, act, None if points is None else Decimal(points), month)


def notice(kind: ElectionKind = ElectionKind.EMPLOYEE_EXCESS, month: WageMonth = NOVEMBER) -> Wanted:
    return Wanted(kind, ElectionAct.CANCEL, None, month)


def record(office: Office, member: Member, asked: Wanted | None = None, *, form: elections.Upload | None = PDF, on: date = ON) -> Election:
    return elections.record(employer=office.employer, member=member, wanted=asked or wanted(), form=form, by=office.maker, on=on)


def submitted(office: Office, member: Member, asked: Wanted | None = None, on: date = ON) -> Election:
    return elections.submit(election_id=record(office, member, asked, on=on).pk, by=office.maker, declaration=True, on=on)


def elect(office: Office, member: Member, asked: Wanted | None = None, on: date = ON) -> Election:
    """An approved election."""
    return leave.elect(election_id=submitted(office, member, asked, on=on).pk, by=office.checker, on=on)
