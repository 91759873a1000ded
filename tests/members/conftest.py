"""A member with contributions that went through the real crediting, and the way they look at them."""

from collections.abc import Callable
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from contributions.enums import FilingState, RowStatus
from contributions.facts import EmployeeFacts
from contributions.models import FilingRow
from contributions.rules import schedule
from contributions.services import crediting
from employers.models import Employer
from kwsp_portal.common import clock
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.jobs import engine
from members.enums import Citizenship
from members.identity.models import User
from members.models import Member
from tests import factories
from tests.factories import devices

DEMO_PASSWORD = "kwsp-demo-2026"
Credit = Callable[..., FilingRow]


def sign_in(client: Client, user_id: str, password: str = DEMO_PASSWORD) -> None:
    """Both pages, as a browser sends them."""
    devices.know(client, User.objects.get(user_id=user_id))
    client.post("/sign-in/", {"user_id": user_id})
    client.post("/sign-in/password/", {"password": password})


def filed(member: Member, employer: Employer, month: WageMonth, wages: Decimal = Decimal(6250), **fields: object) -> FilingRow:
    """A row of an approved Borang A, with the shares of the law; `fields` are the filing's (state, paid_on)."""
    facts = EmployeeFacts(
        wage_month=month,
        wages=wages,
        bonus=Decimal(0),
        citizenship=Citizenship.CITIZEN,
        member_since=member.member_since,
        birth_date=member.birth_date,
    )
    owed = schedule.shares(facts)
    filing = factories.FilingFactory(
        **{
            "employer": employer,
            "wage_month": month.first_day,
            "approved": True,
            "employer_total": owed.employer,
            "employee_total": owed.employee,
            "received_on": month.next().first_day,
            "approved_on": month.next().first_day,
            **fields,
        }
    )
    return FilingRow.objects.create(
        filing=filing,
        line=1,
        member=member,
        member_number=member.number,
        name=member.name,
        wages=wages,
        bonus=Decimal(0),
        employer_share=owed.employer,
        employee_share=owed.employee,
        part=owed.part,
        reference=owed.reference,
        citizenship=Citizenship.CITIZEN,
        birth_date=member.birth_date,
        member_since=member.member_since,
        status=RowStatus.VALID,
    )


def credited(member: Member, employer: Employer, month: WageMonth, *, paid_on: date | None = None, wages: Decimal = Decimal(6250)) -> FilingRow:
    """The same, paid on a day (the 10th of the contribution month) and credited that day by the real service."""
    paid_on = paid_on or month.next().first_day.replace(day=10)
    row = filed(member, employer, month, wages, state=FilingState.PAID, paid_on=paid_on)
    crediting.open_run(filing=row.filing, on=paid_on)
    counts = engine.Counts()
    while lease := engine.take([crediting.PROGRAMME]):
        engine.work_one(lease, counts)
    assert counts.failed == 0
    row.filing.refresh_from_db()
    return row


@pytest.fixture
def member(db: None) -> Member:
    """Born in 1990, with a sign-in."""
    return factories.MemberFactory(user=factories.UserFactory(user_id="ahlibaharu"))


@pytest.fixture
def employer(db: None, member: Member) -> Employer:
    """Employs the member since 2020."""
    found = factories.EmployerFactory(name="KILANG PAPAN SDN BHD")
    factories.EmploymentFactory(employer=found, member=member)
    return found


@contextmanager
def _as_at(day: date):  # type: ignore[no-untyped-def]
    before = clock.use_source(lambda: day)
    yield
    clock.use_source(before)


@pytest.fixture
def as_at() -> Callable[[date], AbstractContextManager[None]]:
    """The portal as at a business date."""
    return _as_at
