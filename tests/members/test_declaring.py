"""The rates of a year: one administrator puts them forward, sees what they credit, another approves; the run credits just that."""

import datetime
from decimal import Decimal

import pytest

from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.jobs import engine
from members.enums import DeclarationState
from members.identity.models import User
from members.models import Dividend, DividendDeclaration, DividendPreview, Member
from members.rules import dividend
from members.selectors import dividend_rates
from members.services import declaring, dividends
from tests.factories import MemberFactory, UserFactory
from tests.members.dividend_years import close, put, stands

ON = datetime.date(2027, 2, 26)
AT = datetime.datetime(2027, 2, 26, 3, tzinfo=datetime.UTC)
RATES = {"conventional": Decimal("0.0600"), "shariah": Decimal("0.0555"), "source": "Kenyataan KWSP, 26 Feb 2027"}
WORK = (declaring.PREVIEW, dividends.PROGRAMME)
pytestmark = pytest.mark.django_db


@pytest.fixture
def two() -> tuple[User, User]:
    return UserFactory(administrator=True), UserFactory(administrator=True)


@pytest.fixture
def savings() -> list[Member]:
    """RM100 and RM200.05 through 2026, conventional and Shariah; 2026 is closed and the first year of the ledger."""
    made = [MemberFactory(), MemberFactory(shariah_from=datetime.date(2026, 1, 1))]
    for ref, (member, sen) in enumerate(zip(made, (100_00, 200_05), strict=True), start=1):
        put(member, ref, sen, on=datetime.date(2026, 1, 1))
    close(2026)
    return made


def proposed(by: User, year: int = 2026, **rates: object) -> DividendDeclaration:
    return declaring.propose(**{"year": year, **RATES, **rates}, by=by, on=ON, at=AT)  # type: ignore[arg-type]


def work() -> None:
    engine.work_some(programmes=WORK)


def test_what_the_preview_says_is_what_the_run_credits(two: tuple[User, User], savings: list[Member]):
    found = proposed(two[0])
    work()
    seen = {(one.scheme, one.code): (one.accounts, one.amount_sen) for one in DividendPreview.objects.all()}
    assert seen == {("CONVENTIONAL", "PERSARAAN"): (1, 6_00), ("SHARIAH", "PERSARAAN"): (1, 11_10)}
    assert not Dividend.objects.exists()
    assert dividend_rates.of(2026, on=ON) is None

    declaring.approve(declaration_id=found.pk, by=two[1], on=ON, at=AT)
    work()

    assert [stands(member) for member in savings] == [{"PERSARAAN": 106_00}, {"PERSARAAN": 211_15}]
    rates = dividend_rates.of(2026, on=ON)
    assert rates is not None
    assert (rates.conventional, rates.shariah, rates.lower, rates.source) == (Decimal("0.06"), Decimal("0.0555"), Decimal("0.0555"), RATES["source"])
    assert dividend_rates.of(2026, on=datetime.date(2027, 2, 25)) is None
    assert dividends.last_paid() == 2026
    acts = list(AuditEvent.objects.filter(action__startswith="dividend.").order_by("pk").values_list("action", "refused"))
    assert acts == [("dividend.propose", False), ("dividend.approve", False), ("dividend.chunk.credited", False)]


NOT_TAKEN: dict[str, dict[str, object]] = {
    "ON_FILE": {"year": 2025},
    "NOT_NEXT": {"year": 2027},
    "TOO_LOW": {"conventional": Decimal("0.0249")},
    "TOO_HIGH": {"shariah": Decimal("0.61")},
    "SOURCE_MISSING": {"source": "  "},
}


@pytest.mark.parametrize("code", NOT_TAKEN)
def test_rates_that_cannot_be_are_refused_and_it_is_kept(two: tuple[User, User], savings: list[Member], code: str):
    with pytest.raises(declaring.NotAllowed) as refused:
        proposed(two[0], **NOT_TAKEN[code])  # type: ignore[arg-type]

    assert (refused.value.code, refused.value.year) == (code, 2026)
    assert AuditEvent.objects.get(action="dividend.propose", refused=True).data == {"code": code}
    assert not DividendDeclaration.objects.exists()


def test_a_year_that_is_not_over_or_was_never_begun_is_refused(two: tuple[User, User], savings: list[Member]):
    proposed(two[0])
    with pytest.raises(declaring.NotAllowed, match="ANOTHER_WAITS"):
        proposed(two[1])
    with pytest.raises(declaring.NotAllowed, match="NO_RIGHT"):
        proposed(UserFactory(auditor=True))


def test_an_empty_ledger_has_nothing_to_declare(two: tuple[User, User]):
    with pytest.raises(declaring.NotAllowed, match="NOTHING_YET"):
        proposed(two[0])


def test_the_next_year_waits_until_it_is_closed(two: tuple[User, User], savings: list[Member]):
    found = proposed(two[0])
    work()
    declaring.approve(declaration_id=found.pk, by=two[1], on=ON, at=AT)
    work()

    with pytest.raises(declaring.NotAllowed, match="NOT_CLOSED"):
        proposed(two[0], year=2027)


def test_nobody_decides_the_own_proposal_or_before_the_totals_or_twice(two: tuple[User, User], savings: list[Member]):
    found = proposed(two[0])
    of = {"declaration_id": found.pk, "on": ON, "at": AT}

    def codes() -> list[str]:
        said = []
        for act, by, more in (
            (declaring.approve, two[0], {}),
            (declaring.approve, two[1], {}),
            (declaring.approve, UserFactory(auditor=True), {}),
            (declaring.refuse, two[0], {"comment": "x"}),
            (declaring.refuse, two[1], {"comment": " "}),
            (declaring.withdraw, two[1], {"comment": "x"}),
        ):
            with pytest.raises(declaring.NotAllowed) as refused:
                act(**of, by=by, **more)  # type: ignore[operator]
            said.append(refused.value.code)
        return said

    assert codes() == ["OWN_WORK", "NOT_RECKONED", "NO_RIGHT", "OWN_WORK", "COMMENT_MISSING", "OWN_WORK"]
    declaring.refuse(**of, by=two[1], comment="Kadar Shariah tersalah taip")  # type: ignore[arg-type]
    assert codes() == ["WRONG_STATE", "WRONG_STATE", "NO_RIGHT", "WRONG_STATE", "WRONG_STATE", "WRONG_STATE"]
    again = proposed(two[0], shariah=Decimal("0.056"))
    declaring.withdraw(declaration_id=again.pk, by=two[0], comment="Diganti", on=ON, at=AT)
    assert list(DividendDeclaration.objects.values_list("state", flat=True)) == [DeclarationState.WITHDRAWN, DeclarationState.REFUSED]
    assert proposed(two[1]).state == DeclarationState.PROPOSED


def test_the_lowest_rate_comes_from_the_law():
    assert dividend.lowest(2026) == Decimal("0.025")
