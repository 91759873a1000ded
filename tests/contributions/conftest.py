"""An employer with a maker and a checker, and the worker that reads what they send."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest

from contributions.models import Filing
from contributions.services import filing as filings
from contributions.services import reading
from employers.models import Employer
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.jobs import engine
from members.identity.models import User
from members.models import Member
from tests import factories
from tests.factories import borang_a

ON = date(2026, 11, 10)
OCTOBER = WageMonth(2026, 10)


@dataclass(frozen=True)
class Office:
    """An employer and those who act for it."""

    employer: Employer
    maker: User
    checker: User

    def hire(self, **fields: object) -> Member:
        """A member on the employer's record since 2020."""
        member = factories.MemberFactory(**fields)
        factories.EmploymentFactory(employer=self.employer, member=member)
        return member

    def send(self, content: bytes, wage_month: WageMonth = OCTOBER, by: User | None = None) -> Filing:
        return filings.upload(employer=self.employer, wage_month=wage_month, name="borang-a.csv", content=content, by=by or self.maker, on=ON)

    def read(self, *rows: str, **file: str) -> Filing:
        """Send the rows and let the worker read them."""
        return work(self.send(borang_a.file(*rows, **file)))


def read_jobs() -> engine.Counts:
    """`engine.work_some` for reading, inside a test's own transaction."""
    counts = engine.Counts()
    while lease := engine.take([reading.PROGRAMME]):
        engine.work_one(lease, counts)
    return counts


def work(filing: Filing) -> Filing:
    """What the worker does with the filing's job; fails with the job."""
    assert read_jobs().failed == 0
    return Filing.objects.get(pk=filing.pk)


@pytest.fixture
def make_office(db: None) -> Callable[[], Office]:
    def make() -> Office:
        employer = factories.EmployerFactory()
        maker = factories.RepresentativeFactory(employer=employer).user
        return Office(employer, maker, factories.RepresentativeFactory(employer=employer, checker=True).user)

    return make


@pytest.fixture
def office(make_office: Callable[[], Office]) -> Office:
    return make_office()
