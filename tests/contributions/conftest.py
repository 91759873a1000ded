"""An employer with a maker and a checker, and the worker that reads what they send."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import pytest
from django.conf import LazySettings

from contributions.enums import FilingState
from contributions.models import Filing
from contributions.services import filing as filings
from contributions.services import reading
from employers.models import Employer
from kwsp_portal.bank.fpx import transport
from kwsp_portal.bank.fpx.errors import FpxUnavailable, Unavailable
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.jobs import engine
from members.identity.models import User
from members.models import Member
from tests import factories
from tests.bank import keys
from tests.contributions import paying
from tests.factories import borang_a, leave

ON = date(2026, 11, 10)
OCTOBER, NOVEMBER = WageMonth(2026, 10), WageMonth(2026, 11)


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

    def colleague(self, **fields: object) -> User:
        """Somebody else who acts for the employer: a maker, if nothing else is said."""
        found: User = factories.RepresentativeFactory(employer=self.employer, **fields).user  # type: ignore[assignment]
        return found

    def send(self, content: bytes, wage_month: WageMonth = OCTOBER, by: User | None = None) -> Filing:
        return filings.upload(employer=self.employer, wage_month=wage_month, name="borang-a.csv", content=content, by=by or self.maker, on=ON)

    def approved(
        self,
        *rows: str,
        wage_month: WageMonth = OCTOBER,
        stored: Mapping[str, object] | None = None,
        totals: Mapping[str, object] | None = None,
    ) -> Filing:
        """A filing of these rows (default: one member at RM6,250), sent, read, submitted and approved; `stored`: columns that all rows have
        otherwise, as if other rules had given them; `totals`: columns of the filing itself."""
        filing = work(self.send(borang_a.file(*(rows or [borang_a.row(self.hire())])), wage_month=wage_month))
        assert filing.state == FilingState.READY, (filing.state, [row.problems for row in filing.rows.all()])
        if stored:
            filing.rows.update(**stored)
        if totals:
            Filing.objects.filter(pk=filing.pk).update(**totals)
        filings.submit(filing_id=filing.pk, by=self.maker, declaration=True, on=ON)
        leave.approve(filing_id=filing.pk, by=self.checker, on=ON)
        return Filing.objects.get(pk=filing.pk)

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


@pytest.fixture(scope="session")
def bank_pairs(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, keys.Pair], dict[str, str]]:
    """Keys of the bank, of the bank last year, of the portal and of a stranger; and the files in which the portal finds its own."""
    pairs = {name: keys.make_pair(name) for name in ("bank", "retired", "portal", "stranger")}
    folder = tmp_path_factory.mktemp("fpx")
    files = {"portal.key": pairs["portal"].key_pem, "bank.crt": pairs["bank"].cert_pem, "retired.crt": pairs["retired"].cert_pem}
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return pairs, {name: str(folder / name) for name in files}


@pytest.fixture
def bank(bank_pairs: tuple[dict[str, keys.Pair], dict[str, str]], settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> paying.Bank:
    """The bank that the portal trusts. Its answers to AE are laid down in `bank.answers`; without one it cannot be reached."""
    pairs, files = bank_pairs
    settings.FPX = {
        **settings.FPX,
        "bank_url": "http://127.0.0.1:9/",
        "seller_key": files["portal.key"],
        "bank_certs": [files["bank.crt"]],
        "retired_bank_certs": [files["retired.crt"]],
    }
    made = paying.Bank(pairs["bank"].key, pairs["retired"].key, pairs["stranger"].key, [])

    def post_form(url: str, fields: object, *, timeout: float, largest: int = 0) -> bytes:
        answer = made.answers.pop(0) if made.answers else FpxUnavailable(Unavailable.UNREACHABLE, "test")
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(transport, "post_form", post_form)
    return made
